// Evidence: everything that happened, filtered by kind; choosing one plays it.

const FIRST_MOMENTS = 12;
// Plenty and rarely looked for one by one: off until chosen.
const QUIET_KINDS = new Set(["speech", "blink", "pause"]);
// Playing starts a little early, so that the moment itself is not missed.
const LEAD_IN_S = 0.7;

function viewMoments(report, clock) {
  const { events } = report.candor;
  const kinds = [...new Set(events.map((event) => event.kind))].filter((kind) => kind !== "speech");
  const loud = kinds.filter((kind) => !QUIET_KINDS.has(kind));
  const chosen = new Set(loud.length > 0 ? loud : kinds);
  let limit = FIRST_MOMENTS;
  const list = el("ol", { class: "moments" });
  const more = el("button", { type: "button", class: "button", onclick: () => { limit += 100; show(); } });
  const filter = el("fieldset", { class: "chips" }, el("legend", { class: "visually-hidden", text: TEXT.moments.filter }),
    kinds.map((kind) => {
      const count = events.filter((event) => event.kind === kind).length;
      const toggle = (event) => {
        if (event.target.checked) chosen.add(kind);
        else chosen.delete(kind);
        show();
      };
      return el("label", { class: "chip" },
        el("input", { type: "checkbox", checked: chosen.has(kind), onchange: toggle }),
        describeKind(kind), el("span", { class: "chip-count", text: NUMBER.whole.format(count) }));
    }));

  function show() {
    const found = events.filter((event) => chosen.has(event.kind));
    list.replaceChildren(...found.slice(0, limit).map((event) => viewMoment(event, report, clock)));
    if (found.length === 0) list.append(el("li", { class: "quiet", text: TEXT.moments.none }));
    const hidden = Math.max(0, found.length - limit);
    more.hidden = hidden === 0;
    more.textContent = say(TEXT.moments.more, { count: NUMBER.whole.format(Math.min(hidden, 100)) });
  }
  // On paper there is no button to show the rest.
  addEventListener("beforeprint", () => { limit = Infinity; show(); });
  show();
  return [filter, list, more];
}

function viewMoment(event, report, clock) {
  const { start_s: start, end_s: end } = event.span;
  const label = event.kind === "expression_change" ? describeExpression(event.label ?? "") : event.label && `“${event.label}”`;
  const amount = isNumber(event.value) ? quantityText(event.value, event.unit) : "";
  const length = end - start >= 0.1 ? say(TEXT.moments.lasts, { seconds: NUMBER.one.format(end - start) }) : "";
  const around = wordsAround(report.candor.transcript, start, end);
  return el("li", null,
    el("button", { type: "button", class: "moment", onclick: () => clock.playFrom(start - LEAD_IN_S) },
      el("span", { class: "time", text: clockTime(start) }),
      el("span", { class: `kind kind-${event.kind}`, text: describeKind(event.kind) }),
      el("span", { class: "detail", text: [label, amount, length].filter(Boolean).join(" · ") }),
      el("span", { class: "around", text: around }),
      isNumber(event.confidence) ? confidenceMark(event.confidence, true) : el("span")));
}

/** A few words said around a moment. */
function wordsAround(transcript, start, end) {
  const line = transcript?.segments.find(({ span }) => span && span.end_s > start - 1 && span.start_s < end + 1);
  if (!line) return "";
  const near = line.words.filter(({ span }) => span && span.end_s > start - 1.5 && span.start_s < end + 1.5).slice(0, 12);
  return near.length > 0 ? `… ${near.map((word) => word.text).join(" ")} …` : "";
}

/** Start of the nearest moment before or after a time, pauses and speech left out. */
function neighbourMoment(events, time, direction) {
  const starts = events.filter((event) => !QUIET_KINDS.has(event.kind)).map((event) => Math.max(0, event.span.start_s - LEAD_IN_S));
  const later = starts.filter((start) => (direction > 0 ? start > time + 0.05 : start < time - 1));
  return direction > 0 ? later[0] : later.at(-1);
}
