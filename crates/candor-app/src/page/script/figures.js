// Headline figures per group, each with its unit, meaning and confidence, and all others in tables.

const GROUP_ORDER = ["voice", "text", "face", "recording"];

function viewFigures(report) {
  const { measurements } = report.candor;
  const names = [...GROUP_ORDER.filter((name) => own(measurements, name)), ...Object.keys(measurements).filter((name) => !GROUP_ORDER.includes(name))];
  const groups = names.map((name) => viewGroup(name, measurements[name], report)).filter(Boolean);
  return groups.length > 0 ? groups : el("p", { class: "quiet", text: TEXT.overview.empty });
}

function viewGroup(name, observations, report) {
  const entries = Object.entries(observations).map(([key, observation]) => ({ key, observation, ...describeMeasurement(key) }));
  if (entries.length === 0) return null;
  const title = own(TEXT.overview.groups, name) ?? prettify(name);
  const ranked = entries.filter((entry) => entry.rank > 0).sort((a, b) => a.rank - b.rank);
  const measured = entries.filter(({ observation }) => isNumber(observation.value));
  const headline = ranked.some((entry) => measured.includes(entry)) ? ranked : [...ranked, ...measured.slice(0, 4)];
  const shared = sharedReason(headline);
  const extra = name === "text" ? viewSentiment(report) : name === "face" ? viewEmotions(report) : null;
  return el("div", { class: "figure-group" },
    el("h3", { text: title }),
    shared && el("p", { class: "not-measured wide", text: say(TEXT.overview.groupMissing, { reason: shared }) }),
    el("div", { class: "figures" }, headline.filter((entry) => !shared || entry.observation.value !== null).map(viewFigure), extra),
    !(shared && headline.length === entries.length) && viewAll(title, entries));
}

/** The reason that two or more unmeasured headline figures of a group share, if all do. */
function sharedReason(entries) {
  const reasons = entries.filter(({ observation }) => !isNumber(observation.value)).map(({ observation }) => observation.reason?.message);
  return reasons.length > 1 && reasons[0] && reasons.every((reason) => reason === reasons[0]) ? reasons[0] : null;
}

function viewFigure({ observation, label, meaning, style }) {
  const { value, unit, confidence, reason } = observation;
  if (!isNumber(value)) {
    return el("div", { class: "figure figure-missing" },
      el("p", { class: "figure-label", text: label }),
      el("p", { class: "figure-value none", text: TEXT.overview.notMeasured }),
      el("p", { class: "figure-meaning", text: sentence(reason?.message ?? "") }));
  }
  const [number, written] = quantity(value, unit, style);
  return el("div", { class: "figure" },
    el("p", { class: "figure-label", text: label }),
    el("p", { class: "figure-value" }, number, written && el("span", { class: "unit", text: `${unitGap(written)}${written}` })),
    meaning && el("p", { class: "figure-meaning", text: meaning }),
    confidenceMark(confidence));
}

function viewAll(title, entries) {
  const rows = [...entries].sort((a, b) => a.label.localeCompare(b.label, TEXT.locale)).map(({ observation, label, meaning, style }) => {
    const measured = isNumber(observation.value);
    return [
      label,
      measured ? quantityText(observation.value, observation.unit, style) : el("span", { class: "quiet", text: TEXT.overview.notMeasured }),
      measured ? meaning : sentence(observation.reason?.message ?? ""),
      confidenceMark(observation.confidence) ?? "",
    ];
  });
  const label = say(TEXT.overview.more, { group: title });
  const { figure, value, meaning, confidenceHead } = TEXT.overview;
  return el("details", { class: "more" }, el("summary", { text: label }), table([figure, value, meaning, confidenceHead], rows, { label, class: "figure-table" }));
}

function viewSentiment(report) {
  const { label, score } = report.text.sentiment;
  if (!label) return null;
  return el("div", { class: "figure" },
    el("p", { class: "figure-label", text: TEXT.overview.sentiment }),
    el("p", { class: "figure-value", text: own(TEXT.sentiment, label) ?? label }),
    el("p", { class: "figure-meaning", text: isNumber(score) ? say(TEXT.overview.sentimentMeaning, { share: percentText(score) }) : "" }));
}

/** Share of each expression as one bar list; practice only, so often absent. */
function viewEmotions(report) {
  const { distribution } = report.nonverbal.emotions;
  if (!distribution) return null;
  const shares = Object.entries(distribution).filter(([, share]) => isNumber(share)).sort((a, b) => b[1] - a[1]);
  return el("div", { class: "figure figure-broad" },
    el("p", { class: "figure-label", text: TEXT.overview.emotions }),
    el("ul", { class: "shares" }, shares.map(([label, share]) =>
      el("li", null,
        el("span", { text: describeExpression(label) }),
        el("span", { class: "bar", "aria-hidden": "true", vars: { "--share": String(share) } }),
        el("span", { class: "share", text: percentText(share) })))),
    el("p", { class: "figure-meaning", text: TEXT.overview.emotionsMeaning }));
}
