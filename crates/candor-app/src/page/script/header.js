// Title, facts about the recording, and what a reader has to know first.

function viewHeader(report) {
  const { source, purpose, transcript, measurements } = report.candor;
  const { video, audio } = source;
  const words = measurements.text?.n_words?.value;
  const fact = (name, value) => value && el("div", null, el("dt", { text: name }), el("dd", { text: value }));
  const picture = video
    ? say(TEXT.header.video, { width: video.width, height: video.height, codec: video.codec })
    : TEXT.header.none;
  const sound = audio
    ? say(TEXT.header.audio, { rate: NUMBER.short.format(audio.sample_rate_hz / 1000), codec: audio.codec })
    : TEXT.header.none;
  return el("header", { class: "masthead" },
    el("div", { class: "brand" },
      el("span", { class: "wordmark", text: TEXT.app }),
      viewTheme()),
    el("p", { class: "overline", text: own(TEXT.purpose, purpose) ?? prettify(purpose) }),
    el("h1", { text: source.file_name }),
    el("p", { class: "lead", text: own(TEXT.purposeNote, purpose) ?? "" }),
    el("dl", { class: "facts" },
      fact(TEXT.header.length, clockTime(source.duration_s)),
      fact(TEXT.header.purpose, own(TEXT.purposeWord, purpose) ?? prettify(purpose)),
      transcript && fact(TEXT.header.language, languageName(transcript.language)),
      isNumber(words) && fact(TEXT.header.words, NUMBER.whole.format(words)),
      fact(TEXT.header.picture, picture),
      fact(TEXT.header.sound, sound)));
}

/** Switches between the device's colours, light and dark. */
function viewTheme() {
  const choose = (event) => {
    document.documentElement.dataset.theme = event.target.value;
  };
  return el("label", { class: "theme" },
    el("span", { text: TEXT.theme.label }),
    el("select", { onchange: choose },
      ["auto", "light", "dark"].map((name) => el("option", { value: name, text: TEXT.theme[name] }))));
}

function viewNotes(notes) {
  if (notes.length === 0) return null;
  const rank = (note) => (note.severity === "warning" ? 0 : 1);
  const sorted = [...notes].sort((a, b) => rank(a) - rank(b));
  return el("section", { class: "notes", "aria-label": TEXT.notes.title },
    el("ul", null, sorted.map((note) =>
      el("li", { class: `note note-${rank(note) === 0 ? "warning" : "info"}` },
        el("strong", { text: rank(note) === 0 ? TEXT.notes.warning : TEXT.notes.info }),
        el("span", { text: note.message })))));
}

function viewNavigation(entries) {
  const links = entries.map(([id, title]) => el("a", { href: `#${id}`, text: title }));
  if ("IntersectionObserver" in window) {
    const observer = new IntersectionObserver((changes) => {
      for (const change of changes) {
        const link = links.find((candidate) => candidate.hash === `#${change.target.id}`);
        if (!change.isIntersecting) link.removeAttribute("aria-current");
        else {
          links.forEach((other) => other.removeAttribute("aria-current"));
          link.setAttribute("aria-current", "true");
        }
      }
    }, { rootMargin: "-15% 0px -70% 0px" });
    requestAnimationFrame(() => entries.forEach(([id]) => observer.observe(document.getElementById(id))));
  }
  return el("nav", { class: "contents", "aria-label": TEXT.navigation }, links);
}
