// The parts of the recording with their own figures.

function viewSegments(report, clock, showPart) {
  const { segments } = report.candor;
  return el("ol", { class: "segments" }, segments.map((segment, index) => {
    const number = index + 1;
    const entries = Object.entries(segment.measurements).map(([name, observation]) => ({ observation, ...describeMeasurement(name) }))
      .sort((a, b) => (a.rank || 99) - (b.rank || 99));
    const measured = entries.filter(({ observation }) => isNumber(observation.value));
    const missing = entries.filter(({ observation }) => !isNumber(observation.value));
    const reasons = missing.map(({ label, observation }) => `${label}${observation.reason ? ` (${observation.reason.message})` : ""}`);
    const { start_s: start, end_s: end } = segment.span;
    return el("li", null,
      el("div", { class: "segment-head" },
        el("span", { class: "segment-number", "aria-hidden": "true", text: String(number) }),
        el("div", null,
          el("h3", { text: segment.title || say(TEXT.segments.untitled, { number }) }),
          el("p", { class: "quiet small", text: `${clockTime(start)} – ${clockTime(end)}, ${own(TEXT.segments.basis, segment.basis) ?? prettify(segment.basis)}` }))),
      el("dl", { class: "segment-figures" }, measured.map(({ observation, label, style }) =>
        el("div", null, el("dt", { text: label }), el("dd", { text: quantityText(observation.value, observation.unit, style) })))),
      reasons.length > 0 && el("p", { class: "quiet small", text: say(TEXT.segments.missing, { list: reasons.join("; ") }) }),
      el("div", { class: "actions" },
        el("button", { type: "button", class: "button", onclick: () => clock.playFrom(start) }, icon(ICONS.play), say(TEXT.segments.play, { number })),
        showPart && el("button", { type: "button", class: "button plain", text: TEXT.segments.show, onclick: () => {
          showPart(segment.span);
          document.getElementById("charts").scrollIntoView();
        } })));
  }));
}
