// The documented index with everything that went into it.

const BLOCKS = [["verbal", 40], ["paraverbal", 20], ["nonverbal", 40]];

function viewScores(report) {
  const { scores, candor } = report;
  const { components, basis, formula, policy } = candor.scores;
  if (!isNumber(scores.total) && components.length === 0) {
    const reason = candor.not_measured["scores.total"]?.message;
    return el("p", { class: "quiet", text: reason ? `${TEXT.scores.none} ${say(TEXT.overview.groupMissing, { reason })}` : TEXT.scores.none });
  }
  const policyText = own(TEXT.scores.policy, policy) ?? policy;
  return el("div", { class: "scores" },
    el("div", { class: "score-total" },
      el("p", { class: "figure-label", text: TEXT.scores.total }),
      viewPoints(scores.total, 100),
      el("p", { class: "quiet small", text: [formula && say(TEXT.scores.formula, { formula }), policyText].filter(Boolean).join(", ") })),
    basis && el("div", { class: "score-basis" }, el("h3", { text: TEXT.scores.basis }), el("p", { text: basis })),
    el("div", { class: "score-blocks" }, BLOCKS.map(([name, max]) =>
      viewBlock(name, scores[name], max, components.filter((component) => component.block === name), candor.not_measured[`scores.${name}`]))));
}

function viewPoints(points, max) {
  return isNumber(points)
    ? el("p", { class: "figure-value" }, NUMBER.one.format(points), el("span", { class: "unit", text: `\u00a0${say(TEXT.scores.of, { max })}` }))
    : el("p", { class: "figure-value none", text: TEXT.overview.notMeasured });
}

function viewBlock(name, points, max, components, reason) {
  const missing = components.filter((component) => !isNumber(component.points)).map((component) => component.reason?.message);
  const blockReason = !isNumber(points) ? reason?.message ?? (new Set(missing).size === 1 ? missing[0] : undefined) : undefined;
  const rows = components.map((component) => {
    const { label, style } = describeMeasurement(component.name);
    const counted = isNumber(component.points);
    const why = component.reason ? say(TEXT.scores.missing, { reason: component.reason.message }) : TEXT.scores.missingPlain;
    return el("li", { class: counted ? "component" : "component component-missing" },
      el("span", { class: "component-name", text: label }),
      el("span", { class: "component-input", text: isNumber(component.input) ? quantityText(component.input, component.unit, style) : "" }),
      counted
        ? el("span", { class: "component-points", text: `${NUMBER.one.format(component.points)} / ${NUMBER.whole.format(component.max)}` })
        : el("span", { class: "component-points", text: "–" }),
      counted
        ? el("span", { class: "bar", "aria-hidden": "true", vars: { "--share": String(component.max > 0 ? component.points / component.max : 0) } })
        : component.reason?.message !== blockReason && el("span", { class: "component-reason", text: sentence(why) }));
  });
  return el("div", { class: "score-block" },
    el("div", { class: "score-block-head" }, el("h3", { text: TEXT.scores.blocks[name] }), viewPoints(points, max)),
    blockReason && el("p", { class: "quiet small", text: sentence(blockReason) }),
    el("ul", { class: "components" }, rows));
}
