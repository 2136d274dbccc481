// Drawings on the time axis. The x axis is seconds, so zooming only changes the view box, and
// strokes keep their width (non-scaling-stroke).

const PLOT_HEIGHT = 100;

/** Path of bars from spans between two heights. */
function spanPath(spans, top, bottom) {
  return spans.map(({ start_s: start, end_s: end }) => `M${short(start)} ${top}H${short(end)}V${bottom}H${short(start)}z`).join("");
}

const short = (value) => String(Math.round(value * 1000) / 1000);

/** Path of a curve; it breaks where nothing was measured. */
function curvePath(track, toY) {
  let path = "";
  let drawing = false;
  track.values.forEach((value, index) => {
    if (value === null) { drawing = false; return; }
    const alone = !drawing && (track.values[index + 1] ?? null) === null;
    path += `${drawing ? "L" : "M"}${short(track.start_s + index * track.step_s)} ${short(toY(value))}${alone ? "h0" : ""}`;
    drawing = true;
  });
  return path;
}

/** Path of a filled area over the floor. */
function areaPath(track, toY) {
  let path = "";
  let last = null;
  track.values.forEach((value, index) => {
    const x = short(track.start_s + index * track.step_s);
    if (value === null) {
      if (last !== null) path += `V${PLOT_HEIGHT}z`;
      last = null;
      return;
    }
    path += last === null ? `M${x} ${PLOT_HEIGHT}V${short(toY(value))}` : `L${x} ${short(toY(value))}`;
    last = x;
  });
  return last === null ? path : `${path}V${PLOT_HEIGHT}z`;
}

/** An empty drawing over the time axis. */
function canvas(label, ...children) {
  return vector("svg", { class: "plot", preserveAspectRatio: "none", role: "img", "aria-label": label }, ...children);
}

function drawCurves(lane) {
  const { low, high } = rangeOf(lane);
  const toY = (value) => PLOT_HEIGHT * (1 - (value - low) / (high - low));
  const grid = [0, 0.5, 1].map((share) => `M0 ${PLOT_HEIGHT * share}H1e6`).join("");
  const label = lane.curves.map((curve) => summarise(curve.label, curve.track, curve.style)).join(". ");
  const single = lane.curves.length === 1;
  const drawing = canvas(label,
    vector("path", { class: "grid", d: grid }),
    lane.shades.length > 0 && vector("path", { class: "shade", d: spanPath(lane.shades, 0, PLOT_HEIGHT) }),
    single && !lane.zero && vector("path", { class: `area ${lane.curves[0].tone}`, d: areaPath(lane.curves[0].track, toY) }),
    lane.curves.map((curve) => vector("path", { class: `curve ${curve.tone}`, d: curvePath(curve.track, toY) })));
  const unit = lane.curves[0].unit;
  const bounds = [[high, "top"], [low, "bottom"]].map(([value, edge]) =>
    el("span", { class: `bound bound-${edge}`, "aria-hidden": "true", text: boundText(value, unit) }));
  return { drawing, bounds };
}

function drawRow(row) {
  const toY = (value) => PLOT_HEIGHT * (1 - Math.min(Math.max(value, 0), 1));
  const marks = {
    bar: () => vector("path", { class: `bars ${row.tone}`, d: spanPath(row.spans, 15, 85) }),
    tick: () => vector("path", { class: `ticks ${row.tone}`, d: row.spans.map((span) => `M${short((span.start_s + span.end_s) / 2)} 10V90`).join("") }),
    dot: () => vector("path", { class: `spots ${row.tone}`, d: row.spans.map((span) => `M${short((span.start_s + span.end_s) / 2)} 50h0`).join("") }),
    area: () => vector("path", { class: `area ${row.tone}`, d: areaPath(row.track, toY) }),
  };
  return canvas(summariseRow(row), vector("path", { class: "base", d: row.shape === "area" ? `M0 ${PLOT_HEIGHT}H1e6` : "M0 50H1e6" }), marks[row.shape]());
}

/** Times of the axis ticks for about `wanted` ticks in a view. */
function tickTimes(view, wanted) {
  const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
  const step = steps.find((candidate) => (view.end - view.start) / candidate <= wanted) ?? 7200;
  const ticks = [];
  for (let time = Math.ceil(view.start / step) * step; time <= view.end + 1e-9; time += step) ticks.push(time);
  return ticks;
}
