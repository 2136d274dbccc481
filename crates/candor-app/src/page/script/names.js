// Labels for identifiers, known or not.

const UNIT_ENDINGS = /_(per_min|dbfs|db|hz|deg|st|ms|s|ratio)$/;

/** Makes an identifier readable: `room_echo_s` becomes "Room echo". */
function prettify(identifier) {
  const bare = identifier.replace(UNIT_ENDINGS, "").replace(/[_.]+/g, " ").trim();
  const text = bare === "" ? identifier : bare;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const own = (table, key) => Object.hasOwn(table, key) ? table[key] : undefined;

/** Label, meaning, style and headline rank of a measurement. */
function describeMeasurement(name) {
  const [label, meaning, style, rank] = own(TEXT.measurements, name) ?? [prettify(name), "", null, 0];
  return { label, meaning, style, rank, known: own(TEXT.measurements, name) !== undefined };
}

/** Label of a track. */
function describeTrack(name) {
  const [label, style] = own(TEXT.tracks, name) ?? [prettify(name), null];
  return { label, style };
}

/** Label of an expression class. */
const describeExpression = (label) => own(TEXT.expressions, label) ?? prettify(label);

/** Label of a kind of event. */
const describeKind = (kind) => own(TEXT.moments.kinds, kind) ?? prettify(kind);

/** Label of a path in the report. */
function describePath(path) {
  const known = own(TEXT.fields, path);
  if (known) return known;
  const parts = path.split(".");
  const last = parts.at(-1);
  const expression = path.startsWith("nonverbal.emotions.") ? `${TEXT.fields["nonverbal.emotions"]}: ${describeExpression(last)}` : null;
  return expression ?? describeMeasurement(last).label;
}

/** Confidence as a word: 0.8 and more is high, 0.5 and more fair. */
function confidenceWord(confidence) {
  return confidence >= 0.8 ? "high" : confidence >= 0.5 ? "fair" : "low";
}

/** Three dots and words that say how sure a figure is; `brief` keeps the words for listeners. */
function confidenceMark(confidence, brief) {
  if (!isNumber(confidence)) return null;
  const word = confidenceWord(confidence);
  const words = TEXT.overview.confidence[word];
  const number = NUMBER.two.format(confidence);
  return el("span", { class: `confidence confidence-${word}`, title: brief ? words : null },
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    brief ? [el("span", { class: "visually-hidden", text: words }), number] : `${words} (${number})`);
}
