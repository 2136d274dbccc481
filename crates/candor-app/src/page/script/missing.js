// What was not measured, by reason; and where every figure comes from.

function viewMissing(report) {
  const { not_measured: fields, measurements } = report.candor;
  const reasons = new Map();
  const add = (what, reason) => {
    const message = reason?.message ?? "";
    const list = reasons.get(message) ?? new Set();
    reasons.set(message, list.add(what));
  };
  for (const [path, reason] of Object.entries(fields)) add(describePath(path), reason);
  for (const group of Object.values(measurements)) {
    for (const [name, observation] of Object.entries(group)) {
      if (!isNumber(observation.value)) add(describeMeasurement(name).label, observation.reason);
    }
  }
  if (reasons.size === 0) return el("p", { class: "quiet", text: TEXT.missing.none });
  const rows = [...reasons].map(([message, what]) => [[...what].join(" · "), message === "" ? "–" : sentence(message)]);
  return table([TEXT.missing.what, TEXT.missing.why], rows, { label: TEXT.sections.missing, class: "missing-table" });
}

function viewProvenance(report) {
  const { source, provenance, version, schema } = report.candor;
  const words = TEXT.provenance;
  const { video, audio } = source;
  const picture = video && [
    `${video.codec}, ${video.width} × ${video.height}`,
    isNumber(video.fps) && `${words.fps.toLowerCase()}: ${NUMBER.two.format(video.fps)}`,
    video.rotation_deg !== 0 && say(words.rotation, { degrees: video.rotation_deg }),
    video.n_tracks > 1 && say(words.nTracks, { count: video.n_tracks }),
  ].filter(Boolean).join("; ");
  const sound = audio && [
    `${audio.codec}, ${NUMBER.whole.format(audio.sample_rate_hz)} Hz × ${audio.channels}`,
    audio.n_tracks > 1 && say(words.nTracks, { count: audio.n_tracks }),
  ].filter(Boolean).join("; ");
  const facts = [
    [words.name, source.file_name], [words.bytes, byteSize(source.bytes)], [words.sha, el("code", { text: source.sha256 })], [words.container, source.container],
    [words.video, picture || TEXT.header.none], [words.audio, sound || TEXT.header.none], [words.version, version], [words.schema, String(schema)],
  ];
  const engines = Object.entries(provenance).map(([key, entry]) => [
    key,
    `${entry.engine} ${entry.version}`,
    entry.model ? el("span", null, entry.model, entry.model_sha256 && el("code", { text: entry.model_sha256 })) : "–",
    entry.formula ?? "–",
    Object.entries(entry.settings).map(([name, value]) => `${name} = ${value}`).join(", ") || "–",
  ]);
  return el("details", { class: "more provenance" }, el("summary", { text: words.open }),
    el("h3", { text: words.file }),
    el("dl", { class: "file-facts" }, facts.map(([name, value]) => el("div", null, el("dt", { text: name }), el("dd", null, value)))),
    engines.length > 0 && el("h3", { text: words.engines }),
    engines.length > 0 && table([words.source, words.engine, words.model, words.formula, words.settings], engines, { label: words.engines, class: "engine-table" }));
}
