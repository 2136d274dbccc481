// The stack of lanes: one time axis, one playhead, one cursor, zoom by part.

function viewCharts(report, clock) {
  const lanes = buildLanes(report);
  const { duration } = clock;
  if (lanes.length === 0 || duration <= 0) return { isEmpty: true };
  const view = { start: 0, end: duration };
  const readers = [];
  const axis = el("div", { class: "axis", "aria-hidden": "true" });
  const pointed = el("span", { class: "pointed", hidden: true });
  const ribbon = viewRibbon(report.candor.segments, showPart);
  const playhead = el("div", { class: "playhead" });
  const cursor = el("div", { class: "cursor", hidden: true });
  const surface = el("div", { class: "surface", role: "slider", tabindex: "0", "aria-label": TEXT.charts.cursor, "aria-valuemin": 0, "aria-valuemax": duration }, playhead, cursor);
  const stack = el("div", { class: "stack" },
    el("div", { class: "lane lane-axis" }, el("div", { class: "lane-label" }), el("div", { class: "lane-plot" }, ribbon.view, axis, el("div", { class: "pointed-frame", "aria-hidden": "true" }, pointed))),
    lanes.map((lane) => viewLane(lane, readers)), el("div", { class: "surface-frame" }, surface));
  const plots = stack.querySelectorAll("svg.plot");
  const picker = viewPicker(report.candor.segments, duration, showPart, zoomBy);

  function zoomTo(start, end) {
    const length = Math.min(Math.max(end - start, 1), duration);
    view.start = Math.min(Math.max(start, 0), duration - length);
    view.end = view.start + length;
    for (const plot of plots) plot.setAttribute("viewBox", `${view.start} 0 ${length} ${PLOT_HEIGHT}`);
    picker.show(view);
    ribbon.place(view);
    placeTicks();
    placeHead();
  }

  /** Shows a part and takes the playhead there, so that playing on does not leave it at once. */
  function showPart(span) {
    zoomTo(span.start_s, span.end_s);
    if (clock.time < view.start || clock.time > view.end) clock.seek(view.start);
  }

  function zoomBy(factor) {
    const length = (view.end - view.start) * factor;
    const inside = clock.time >= view.start && clock.time <= view.end;
    const middle = inside ? clock.time : (view.start + view.end) / 2;
    zoomTo(middle - length / 2, middle + length / 2);
  }

  const share = (time) => (time - view.start) / (view.end - view.start);

  function placeTicks() {
    const width = axis.clientWidth || 800;
    axis.replaceChildren(...tickTimes(view, Math.max(3, width / 65)).map((time) =>
      el("span", { vars: { "--at": String(share(time)) }, text: axisTime(time) })));
  }

  function placeHead() {
    const at = share(clock.time);
    playhead.hidden = at < 0 || at > 1;
    playhead.style.setProperty("--at", String(at));
  }

  function read(time) {
    readers.forEach((reader) => reader(time));
  }

  function timeAt(event) {
    const box = surface.getBoundingClientRect();
    return view.start + Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * (view.end - view.start);
  }

  clock.on("time", () => {
    if (clock.time < view.start || clock.time > view.end) {
      const length = view.end - view.start;
      zoomTo(clock.time - length * 0.1, clock.time + length * 0.9);
    }
    placeHead();
    if (cursor.hidden) read(clock.time);
    surface.setAttribute("aria-valuenow", clock.time.toFixed(1));
    if (document.activeElement === surface) surface.setAttribute("aria-valuetext", describeMoment(lanes, clock.time));
  });
  surface.addEventListener("focus", () => surface.setAttribute("aria-valuetext", describeMoment(lanes, clock.time)));
  surface.addEventListener("pointermove", (event) => {
    const time = timeAt(event);
    cursor.hidden = pointed.hidden = event.pointerType === "touch";
    for (const node of [cursor, pointed]) node.style.setProperty("--at", String(share(time)));
    pointed.textContent = clockTime(time);
    if (event.buttons === 1) clock.seek(time);
    read(time);
  });
  surface.addEventListener("pointerleave", () => { cursor.hidden = pointed.hidden = true; read(clock.time); });
  surface.addEventListener("pointerdown", (event) => { if (event.button === 0) clock.seek(timeAt(event)); });
  surface.addEventListener("click", (event) => { if (event.detail === 1) clock.play(); });
  surface.addEventListener("keydown", (event) => {
    const moves = { PageUp: 10, PageDown: -10, ArrowUp: 1, ArrowDown: -1 };
    const edges = { Home: view.start, End: view.end };
    const target = Object.hasOwn(edges, event.key) ? edges[event.key] : clock.time + (moves[event.key] ?? 0);
    if (!Object.hasOwn(moves, event.key) && !Object.hasOwn(edges, event.key)) return;
    event.preventDefault();
    clock.seek(target);
  });
  new ResizeObserver(placeTicks).observe(axis);
  zoomTo(0, duration);
  const block = el("div", { class: "charts" }, picker.view, stack, viewChartTable(lanes, report.candor.segments, duration));
  return Object.assign(block, { showPart });
}

function viewLane(lane, readers) {
  const hint = lane.hint && el("p", { class: "lane-hint", text: lane.hint });
  if (lane.rows) {
    return el("div", { class: `lane lane-rows lane-${lane.id}` },
      el("h3", { class: "lane-title", text: lane.title }), hint,
      lane.rows.map((row) => {
        const label = el("span", { class: "row-name", text: row.label });
        const value = el("span", { class: "row-value" });
        const node = el("div", { class: `row row-${row.shape}` }, el("div", { class: "lane-label" }, label, value), el("div", { class: "lane-plot" }, drawRow(row)));
        readers.push((time) => {
          const now = row.track ? valueAt(row.track, time) : null;
          value.textContent = isNumber(now) ? quantityText(now, row.track.unit) : "";
          node.classList.toggle("on", Boolean(row.spans && covers(row.spans, time)));
        });
        return node;
      }));
  }
  const { drawing, bounds } = drawCurves(lane);
  const single = lane.curves.length === 1;
  const values = lane.curves.map((curve) => {
    const value = el("span", { class: "curve-value" });
    readers.push((time) => {
      const now = valueAt(curve.track, time);
      value.textContent = isNumber(now) ? quantityText(now, curve.unit, curve.style) : "–";
    });
    return value;
  });
  const legend = single
    ? values
    : el("ul", { class: "curve-legend" }, lane.curves.map((curve, index) =>
      el("li", null, el("i", { class: `swatch ${curve.tone}`, "aria-hidden": "true" }), el("span", { text: curve.label }), values[index])));
  return el("div", { class: `lane lane-curves lane-${lane.id}` },
    el("div", { class: single ? "lane-label lane-single" : "lane-label" }, el("h3", { class: "lane-title", text: lane.title }), legend, hint),
    el("div", { class: "lane-plot" }, drawing),
    el("div", { class: "lane-scale" }, bounds));
}

/** The parts of the recording over the axis; choosing one zooms to it. */
function viewRibbon(segments, zoom) {
  const blocks = segments.length < 2 ? [] : segments.map((segment, index) => {
    const title = segment.title || say(TEXT.segments.untitled, { number: index + 1 });
    return el("button", { type: "button", class: "ribbon-part", tabindex: "-1", title, onclick: () => zoom(segment.span) },
      el("b", { text: String(index + 1) }), el("span", { text: title }));
  });
  return {
    view: el("div", { class: "ribbon", "aria-hidden": "true", hidden: blocks.length === 0 }, blocks),
    place(view) {
      const length = view.end - view.start;
      blocks.forEach((block, index) => {
        const start = Math.max(segments[index].span.start_s, view.start);
        const end = Math.min(segments[index].span.end_s, view.end);
        block.hidden = end - start < length * 0.004;
        block.style.setProperty("--at", String((start - view.start) / length));
        block.style.setProperty("--share", String((end - start) / length));
      });
    },
  };
}

/** Chooses what the charts show: the whole recording, a part, or a closer look. */
function viewPicker(segments, duration, showPart, zoomBy) {
  const spans = [{ start_s: 0, end_s: duration }, ...segments.map((segment) => segment.span)];
  const names = [TEXT.charts.whole, ...segments.map((segment, index) => `${index + 1}  ${segment.title || say(TEXT.segments.untitled, { number: index + 1 })}`)];
  const other = el("option", { value: "", text: "", hidden: true });
  const select = el("select", { onchange: () => showPart(spans[Number(select.value)]) },
    names.map((name, index) => el("option", { value: index, text: name })), other);
  const button = (text, label, factor) => el("button", { type: "button", class: "step", "aria-label": label, title: label, text, onclick: () => zoomBy(factor) });
  return {
    view: el("div", { class: "picker" },
      el("label", null, el("span", { text: TEXT.charts.show }), select),
      button("+", TEXT.charts.zoomIn, 0.5), button("−", TEXT.charts.zoomOut, 2)),
    show(view) {
      const index = spans.findIndex((span) => Math.abs(span.start_s - view.start) < 0.01 && Math.abs(span.end_s - view.end) < 0.01);
      other.textContent = `${clockTime(view.start)} – ${clockTime(view.end)}`;
      select.value = index >= 0 ? String(index) : "";
    },
  };
}

/** What every lane says at one moment, for people who listen to the page. */
function describeMoment(lanes, time) {
  const parts = [clockTime(time)];
  for (const lane of lanes) {
    for (const row of lane.rows ?? []) if (row.spans && covers(row.spans, time)) parts.push(row.label);
    for (const curve of lane.curves ?? []) {
      const value = valueAt(curve.track, time);
      const label = lane.curves.length === 1 ? lane.title : `${lane.title} ${curve.label}`;
      if (isNumber(value)) parts.push(`${label} ${quantityText(value, curve.unit, curve.style)}`);
    }
  }
  return parts.join(", ");
}

/** The charts as a table of means, built when it is opened. */
function viewChartTable(lanes, segments, duration) {
  const details = el("details", { class: "more" }, el("summary", { text: TEXT.charts.table }));
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    const columns = lanes.flatMap((lane) => (lane.curves ?? lane.rows).map((entry) => ({ lane, entry })));
    const count = Math.min(24, Math.max(1, Math.round(duration / 5)));
    const rows = Array.from({ length: count }, (_, index) => {
      const start = (duration * index) / count;
      const end = (duration * (index + 1)) / count;
      return [`${clockTime(start)} – ${clockTime(end)}`, ...columns.map(({ entry }) => cellOf(entry, start, end))];
    });
    const heads = columns.map(({ lane, entry }) => (lane.curves?.length === 1 ? lane.title : `${lane.title}: ${entry.label}`));
    details.append(el("p", { class: "quiet small", text: TEXT.charts.tableCaption }),
      table([TEXT.charts.time, ...heads], rows, { label: TEXT.charts.table, class: "chart-table" }));
  });
  return details;
}

function cellOf(entry, start, end) {
  if (entry.track) {
    const { track } = entry;
    const values = track.values.slice(Math.max(0, Math.floor((start - track.start_s) / track.step_s)), Math.ceil((end - track.start_s) / track.step_s)).filter((value) => value !== null);
    return values.length === 0 ? "–" : quantityText(values.reduce((sum, value) => sum + value, 0) / values.length, track.unit, entry.style);
  }
  if (entry.shape === "bar") {
    const inside = entry.spans.reduce((sum, span) => sum + Math.max(0, Math.min(span.end_s, end) - Math.max(span.start_s, start)), 0);
    return percentText(inside / (end - start));
  }
  return String(entry.spans.filter((span) => span.start_s >= start && span.start_s < end).length);
}
