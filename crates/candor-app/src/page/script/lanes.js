// What the charts show, from the report's tracks and events: lanes of curves and lanes of rows.
//
// curves: {id, title, hint, curves: [{name, label, unit, style, track, tone}], shades: [span], zero}
// rows:   {id, title, hint, rows: [{label, tone, shape, spans | track, unit}]}

// Tracks that are rows of on and off, or are drawn inside another lane.
const ROW_TRACKS = new Set(["camera_facing", "face_present"]);
const DOT_KINDS = ["nod", "shake", "blink", "expression_change"];
const BAR_KINDS = ["smile", "several_faces", "clipping"];

function buildLanes(report) {
  const { tracks, events } = report.candor;
  const used = new Set();
  const spansOf = (...kinds) => events.filter((event) => kinds.includes(event.kind)).map((event) => event.span);
  // A track without a single value is not drawn: the list of what was not measured has it.
  const take = (name) => {
    used.add(name);
    return own(tracks, name) && tracks[name].values.some((value) => value !== null);
  };
  const curves = (names) => names.filter(take).map((name, index) => {
    return { name, ...describeTrack(name), unit: tracks[name].unit, track: tracks[name], tone: `tone-${index + 1}` };
  });
  const curveLane = (id, title, names, more) => {
    const found = curves(names);
    return found.length > 0 ? { id, title, curves: found, shades: [], ...more } : null;
  };
  const spanRow = (label, tone, kinds, shape) => {
    const spans = spansOf(...kinds);
    return spans.length > 0 ? { label, tone, shape, spans } : null;
  };
  const rowLane = (id, title, rows, hint) => {
    const found = rows.filter(Boolean);
    return found.length > 0 ? { id, title, hint, rows: found } : null;
  };
  const flagRow = (name, label, tone) => {
    if (!take(name)) return null;
    return { label, tone, shape: "bar", spans: spansWhere(tracks[name], (value) => value >= 0.5), known: spansWhere(tracks[name], () => true) };
  };
  const areaRow = (name, label, tone) => {
    if (!take(name)) return null;
    return { label, tone, shape: "area", track: tracks[name] };
  };
  const expressions = Object.keys(tracks).filter((name) => name.startsWith("expression_"));
  const order = Object.keys(TEXT.expressions);
  const place = (name) => (order.indexOf(name.slice(11)) + order.length + 1) % (order.length + 1);
  expressions.sort((a, b) => place(a) - place(b));

  used.add("speech_probability");
  const kinds = TEXT.moments.kinds;
  const lanes = [
    rowLane("speech", TEXT.charts.speech, [
      spanRow(kinds.speech, "tone-speech", ["speech"], "bar"),
      spanRow(kinds.pause, "tone-pause", ["pause"], "bar"),
      spanRow(TEXT.charts.fillersRow, "tone-filler", ["filler", "filled_pause"], "tick"),
      spansOf("speech").length === 0 && areaRow("speech_probability", describeTrack("speech_probability").label, "tone-speech"),
    ]),
    curveLane("pitch", TEXT.charts.pitch, ["pitch_hz"]),
    curveLane("loudness", TEXT.charts.loudness, ["loudness_dbfs"]),
    rowLane("camera", TEXT.charts.camera, [
      flagRow("camera_facing", TEXT.charts.cameraFacing, "tone-speech"),
      flagRow("face_present", TEXT.charts.facePresent, "tone-present"),
      spanRow(kinds.look_away, "tone-away", ["look_away"], "bar"),
      spanRow(kinds.face_missing, "tone-pause", ["face_missing"], "bar"),
    ]),
    curveLane("gaze", TEXT.charts.gaze, ["gaze_yaw_deg", "gaze_pitch_deg"], { shades: spansOf("look_away"), hint: TEXT.charts.gazeHint, zero: true }),
    curveLane("head", TEXT.charts.head, ["head_yaw_deg", "head_pitch_deg", "head_roll_deg"], { hint: TEXT.charts.headHint, zero: true }),
    rowLane("head-moments", TEXT.charts.moments, [
      ...DOT_KINDS.map((kind) => spanRow(kinds[kind], "tone-moment", [kind], "dot")),
      ...BAR_KINDS.map((kind) => spanRow(kinds[kind], "tone-moment", [kind], "bar")),
    ]),
    rowLane("face", TEXT.charts.face, ["smile", "brow_raise", "mouth_open"].map((name) => areaRow(name, describeTrack(name).label, "tone-moment"))),
    rowLane("expression", TEXT.charts.expression, expressions.map((name) => areaRow(name, describeExpression(name.slice(11)), "tone-expression")), TEXT.charts.expressionHint),
    ...Object.keys(tracks).filter((name) => !used.has(name) && !ROW_TRACKS.has(name))
      .map((name) => curveLane(`track-${name}`, describeTrack(name).label, [name])),
  ];
  return lanes.filter(Boolean);
}

/** Stretches of a track whose measured values fulfil `test`. */
function spansWhere(track, test) {
  const spans = [];
  let start = null;
  track.values.forEach((value, index) => {
    const on = value !== null && test(value);
    if (on && start === null) start = index;
    if (start !== null && (!on || index === track.values.length - 1)) {
      const end = on ? index + 1 : index;
      spans.push({ start_s: track.start_s + start * track.step_s, end_s: track.start_s + end * track.step_s });
      start = null;
    }
  });
  return spans;
}

/** Value of a track at a time, `null` where there is none. */
function valueAt(track, time) {
  const index = Math.round((time - track.start_s) / track.step_s);
  return track.values[index] ?? null;
}

const covers = (spans, time) => spans.some((span) => time >= span.start_s && time < Math.max(span.end_s, span.start_s + 0.3));

/** A round range that holds every value of the curves. */
function rangeOf(lane) {
  const values = lane.curves.flatMap(({ track }) => track.values.filter((value) => value !== null));
  if (values.length === 0) return { low: 0, high: 1 };
  let low = values.reduce((least, value) => Math.min(least, value), Infinity);
  let high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (lane.zero) {
    high = Math.max(Math.abs(low), Math.abs(high), 1);
    low = -high;
  }
  const step = niceStep((high - low) / 6 || Math.abs(high) / 6 || 1);
  return { low: Math.floor(low / step) * step, high: Math.ceil(high / step) * step };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
}

/** One sentence that says what a curve shows. */
function summarise(label, track, style) {
  const values = track.values.filter((value) => value !== null).sort((a, b) => a - b);
  if (values.length === 0) return say(TEXT.charts.summaryEmpty, { label });
  const write = (value) => quantityText(value, track.unit, style);
  return say(TEXT.charts.summary, {
    label, low: write(values[0]), high: write(values.at(-1)), middle: write(values[values.length >> 1]),
    share: percentText(values.length / track.values.length),
  });
}

/** One sentence that says what a row shows. */
function summariseRow(row) {
  if (row.track) return summarise(row.label, row.track);
  const total = (spans) => spans.reduce((sum, span) => sum + span.end_s - span.start_s, 0);
  if (row.known) return say(TEXT.charts.shareSummary, { label: row.label, share: percentText(total(row.spans) / (total(row.known) || 1)) });
  const count = sayCount(TEXT.charts.times, row.spans.length);
  return row.shape === "bar" ? say(TEXT.charts.rowSummary, { label: row.label, count, total: NUMBER.one.format(total(row.spans)) }) : say(TEXT.charts.rowSummaryDots, { label: row.label, count });
}
