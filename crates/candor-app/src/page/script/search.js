// Search in the transcript: across words, blind to case and accents.

function viewSearch(words, nodes, body, seek) {
  const { text, starts } = foldWords(words);
  let hits = [];
  let at = -1;
  const input = el("input", { type: "search", placeholder: TEXT.transcript.search, "aria-label": TEXT.transcript.search, autocomplete: "off", spellcheck: "false" });
  const count = el("span", { class: "search-count", role: "status" });
  const button = (label, shape, by) => el("button", { type: "button", class: "step", "aria-label": label, title: label, hidden: true, onclick: () => go(at + by) }, icon(shape));
  const previous = button(TEXT.transcript.previous, ICONS.up, -1);
  const next = button(TEXT.transcript.next, ICONS.down, 1);

  function mark(range, name, on) {
    for (let index = range[0]; index <= range[1]; index += 1) nodes[index].classList.toggle(name, on);
  }

  function go(to) {
    if (hits.length === 0) return;
    if (at >= 0) mark(hits[at], "hit-now", false);
    at = (to + hits.length) % hits.length;
    mark(hits[at], "hit-now", true);
    scrollInside(body, nodes[hits[at][0]]);
    count.textContent = say(TEXT.transcript.hits, { at: at + 1, total: hits.length });
    seek(hits[at][0]);
  }

  function run() {
    hits.forEach((range) => { mark(range, "hit", false); mark(range, "hit-now", false); });
    at = -1;
    const wanted = fold(input.value).trim().replace(/\s+/g, " ");
    hits = wanted === "" ? [] : findAll(text, starts, wanted);
    hits.forEach((range) => mark(range, "hit", true));
    previous.hidden = next.hidden = hits.length === 0;
    count.textContent = wanted !== "" && hits.length === 0 ? TEXT.transcript.noHits : "";
    go(0);
  }

  input.addEventListener("input", run);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); go(at + (event.shiftKey ? -1 : 1)); }
    if (event.key === "Escape" && input.value !== "") { input.value = ""; run(); }
  });
  return {
    view: el("div", { class: "search", role: "search" }, input, count, previous, next),
    focus: () => { input.focus(); input.select(); },
    run: (term) => { input.value = term; run(); },
  };
}

/** Lower case without accents: "Éé" and "ee" meet. */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** All words as one searchable text, and where each begins in it. */
function foldWords(words) {
  const starts = [];
  const parts = [];
  let length = 0;
  for (const word of words) {
    const folded = fold(word.text);
    starts.push(length);
    parts.push(folded);
    length += folded.length + 1;
  }
  return { text: parts.join(" "), starts };
}

/** Ranges of words (first, last) in which `wanted` stands. */
function findAll(text, starts, wanted) {
  const found = [];
  for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
    const wordAt = (offset) => bisect(starts, (start) => start <= offset) - 1;
    found.push([wordAt(from), wordAt(from + wanted.length - 1)]);
  }
  return found;
}
