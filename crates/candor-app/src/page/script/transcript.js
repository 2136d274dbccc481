// The transcript, word by word on the clock. In long ones, lines out of sight cost nothing.

// Lines from which on those out of sight are not laid out.
const LONG_TRANSCRIPT = 300;

/** Words of the transcript in order, with the line they stand in. */
function listWords(transcript) {
  return transcript.segments.flatMap((segment, line) => segment.words.map((word) => ({ ...word, line })));
}

function viewTranscript(report, clock) {
  const { transcript, not_measured: reasons } = report.candor;
  if (!transcript || transcript.segments.length === 0) {
    const reason = reasons["transcript"]?.message ?? TEXT.transcript.none;
    return el("div", { class: "transcript-pane" },
      el("h3", { text: TEXT.transcript.title }),
      el("p", { class: "quiet", text: report.transcript || reason }));
  }
  const words = listWords(transcript);
  const marks = findMarks(words, report.candor.events);
  const nodes = [];
  const lines = transcript.segments.map((segment, line) => viewLine(segment, line, words, marks, nodes));
  const body = el("div", { class: lines.length > LONG_TRANSCRIPT ? "transcript transcript-long" : "transcript", role: "group", "aria-label": TEXT.transcript.label }, lines);
  const follow = el("input", { type: "checkbox", checked: true });
  const timed = words.some((word) => word.span);
  const seekTo = (time) => clock.playFrom(time);

  const reader = createReader(body, nodes, words, seekTo);
  followClock(clock, body, nodes, words, follow);
  const search = viewSearch(words, nodes, body, (index) => words[index].span && clock.seek(words[index].span.start_s));
  const makers = TEXT.transcript.madeBy;
  const maker = say(own(makers, transcript.accuracy) ?? makers.good, { engine: [transcript.engine, transcript.model].filter(Boolean).join(", ") });
  const pane = el("div", { class: "transcript-pane" },
    el("div", { class: "transcript-head" },
      el("h3", { text: TEXT.transcript.title }),
      search.view,
      timed && el("label", { class: "follow" }, follow, TEXT.transcript.follow)),
    body,
    el("p", { class: "legend" },
      marks.fillers.size > 0 && el("span", { class: "word filler", text: TEXT.transcript.legendFiller }),
      marks.gaps.size > 0 && el("span", { class: "gap", text: TEXT.transcript.legendPause }),
      words.some(isUnsure) && el("span", { class: "word unsure", text: TEXT.transcript.legendUnsure })),
    el("p", { class: "quiet small", text: [maker, transcript.verbatim ? "" : TEXT.transcript.notVerbatim, timed ? "" : TEXT.transcript.untimed].join(" ").trim() }));
  body.addEventListener("wheel", () => { follow.checked = false; }, { passive: true });
  body.addEventListener("touchmove", () => { follow.checked = false; }, { passive: true });
  return Object.assign(pane, { focusSearch: search.focus, searchFor: search.run, reader });
}

const isUnsure = (word) => isNumber(word.confidence) && word.confidence < 0.5;

/** For each word: whether it is a filler, and which pauses come right before it. */
function findMarks(words, events) {
  const fillers = new Set();
  const gaps = new Map();
  const timed = words.map((word, index) => ({ word, index })).filter(({ word }) => word.span);
  for (const event of events) {
    const { start_s: start, end_s: end } = event.span;
    if (event.kind === "filler") {
      for (let at = firstEndingAfter(timed, start); at < timed.length && timed[at].word.span.start_s < end; at += 1) {
        const { word, index } = timed[at];
        const shared = Math.min(end, word.span.end_s) - Math.max(start, word.span.start_s);
        if (shared > 0.5 * (word.span.end_s - word.span.start_s)) fillers.add(index);
      }
    } else if ((event.kind === "pause" && end - start >= 0.5) || event.kind === "filled_pause") {
      const next = timed[firstStartingAfter(timed, (start + end) / 2)];
      if (next) gaps.set(next.index, [...(gaps.get(next.index) ?? []), event]);
    }
  }
  return { fillers, gaps };
}

function bisect(list, isBefore) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(list[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

const firstEndingAfter = (timed, time) => bisect(timed, ({ word }) => word.span.end_s <= time);
const firstStartingAfter = (timed, time) => bisect(timed, ({ word }) => word.span.start_s < time);

function viewLine(segment, line, words, marks, nodes) {
  const start = segment.span?.start_s ?? segment.words.find((word) => word.span)?.span.start_s;
  const text = el("p", { class: "said" });
  segment.words.forEach((word) => {
    const index = nodes.length;
    for (const event of marks.gaps.get(index) ?? []) text.append(viewGap(event), " ");
    const classes = ["word", marks.fillers.has(index) && "filler", isUnsure(word) && "unsure"].filter(Boolean).join(" ");
    const node = el("span", { class: classes, "data-word": index, text: word.text });
    nodes.push(node);
    text.append(node, " ");
  });
  return el("div", { class: "line", "data-line": line },
    isNumber(start) ? el("button", { type: "button", class: "time", tabindex: "-1", "data-time": start, "aria-label": say(TEXT.transcript.playFrom, { time: clockTime(start) }), text: clockTime(start) }) : null,
    text);
}

function viewGap(event) {
  const seconds = NUMBER.one.format(event.span.end_s - event.span.start_s);
  const label = event.kind === "pause" ? say(TEXT.transcript.pause, { seconds }) : TEXT.transcript.filledPause;
  return el("span", { class: event.kind === "pause" ? "gap" : "gap drawn", text: label });
}

/** Moves focus with the arrow keys; Enter or a click plays from a word or line. */
function createReader(body, nodes, words, seekTo) {
  let current = 0;
  const focus = (index) => {
    nodes[current]?.removeAttribute("tabindex");
    current = Math.min(Math.max(index, 0), nodes.length - 1);
    nodes[current].setAttribute("tabindex", "0");
    nodes[current].focus({ preventScroll: true });
    scrollInside(body, nodes[current]);
  };
  const ofLine = (line) => words.findIndex((word) => word.line === line);
  nodes[0]?.setAttribute("tabindex", "0");
  const activate = (target) => {
    const word = target.closest("[data-word]");
    const time = target.closest("[data-time]");
    if (time) seekTo(Number(time.dataset.time));
    else if (word) {
      const { span, line } = words[Number(word.dataset.word)];
      const lineStart = words.find((other) => other.line === line && other.span)?.span;
      if (span ?? lineStart) seekTo((span ?? lineStart).start_s);
    }
  };
  body.addEventListener("click", (event) => {
    if (String(getSelection()) === "") activate(event.target);
  });
  body.addEventListener("keydown", (event) => {
    const at = Number(event.target.closest("[data-word]")?.dataset.word);
    if (Number.isNaN(at) || event.ctrlKey || event.metaKey || event.altKey) return;
    const line = words[at].line;
    const moves = {
      ArrowRight: () => focus(at + 1),
      ArrowLeft: () => focus(at - 1),
      ArrowDown: () => ofLine(line + 1) >= 0 && focus(ofLine(line + 1)),
      ArrowUp: () => focus(ofLine(Math.max(line - 1, 0))),
      Home: () => focus(0),
      End: () => focus(nodes.length - 1),
      Enter: () => activate(event.target),
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  });
  return { focus };
}

/** Marks the word that is being said and keeps it in sight. */
function followClock(clock, body, nodes, words, follow) {
  const timed = words.map((word, index) => ({ word, index })).filter(({ word }) => word.span);
  let shown = null;
  clock.on("time", () => {
    const at = bisect(timed, ({ word }) => word.span.start_s <= clock.time + 0.02) - 1;
    const entry = timed[at];
    // A word stays marked through the short gap to the next one, not through a pause.
    const node = entry && clock.time < entry.word.span.end_s + 0.4 && clock.time > 0 ? nodes[entry.index] : null;
    if (node === shown) return;
    shown?.classList.remove("current");
    shown?.closest(".line").classList.remove("current-line");
    shown = node;
    if (!shown) return;
    shown.classList.add("current");
    shown.closest(".line").classList.add("current-line");
    if (follow.checked) scrollInside(body, shown);
  });
  clock.on("seek", () => { if (clock.playing) follow.checked = true; });
}

/** Scrolls `box` so that `node` is in its middle third; never scrolls the page. */
function scrollInside(box, node) {
  const outer = box.getBoundingClientRect();
  const inner = node.getBoundingClientRect();
  const margin = outer.height / 4;
  if (inner.top >= outer.top + margin / 2 && inner.bottom <= outer.bottom - margin) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.scrollTo({ top: box.scrollTop + inner.top - outer.top - outer.height / 3, behavior: calm ? "auto" : "smooth" });
}
