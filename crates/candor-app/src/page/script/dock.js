// The bar at the bottom: play, time, a strip of the whole recording, speed, help.

function viewDock(report, clock, openHelp) {
  const { events } = report.candor;
  const play = el("button", { type: "button", class: "play", onclick: () => clock.toggle() });
  const step = (seconds, label, shape) =>
    el("button", { type: "button", class: "step", "aria-label": label, title: label, onclick: () => clock.seek(clock.time + seconds) }, icon(shape));
  const now = el("span", { class: "now" });
  const range = el("input", {
    type: "range", min: 0, max: clock.duration, step: 0.1, value: 0, "aria-label": TEXT.dock.position,
    oninput: () => clock.seek(Number(range.value)),
  });
  const speed = el("select", { "aria-label": TEXT.dock.speed, title: TEXT.dock.speed, onchange: () => clock.setSpeed(Number(speed.value)) },
    [0.75, 1, 1.25, 1.5, 2].map((rate) => el("option", { value: rate, selected: rate === 1, text: `${rate}×` })));
  const spans = (kind) => events.filter((event) => event.kind === kind).map((event) => event.span);
  const strip = vector("svg", { class: "dock-strip", viewBox: `0 0 ${Math.max(clock.duration, 0.001)} 1`, preserveAspectRatio: "none", "aria-hidden": "true" },
    vector("path", { class: "tone-speech", d: spanPath(spans("speech"), 0.3, 0.7) }));
  const head = el("span", { class: "dock-head", "aria-hidden": "true" });

  clock.on("time", () => {
    const time = clockTime(clock.time);
    now.textContent = time;
    range.value = clock.time;
    range.setAttribute("aria-valuetext", say(TEXT.dock.positionText, { time, total: clockTime(clock.duration) }));
    head.style.setProperty("--at", String(clock.time / Math.max(clock.duration, 0.001)));
  });
  clock.on("state", () => {
    const label = clock.playing ? TEXT.dock.pause : TEXT.dock.play;
    play.replaceChildren(icon(clock.playing ? ICONS.pause : ICONS.play));
    play.setAttribute("aria-label", label);
    play.title = label;
    play.disabled = !clock.media;
    speed.disabled = !clock.media;
    if (clock.media) clock.setSpeed(Number(speed.value));
  });
  return el("aside", { class: "dock", "aria-label": TEXT.dock.label },
    el("div", { class: "dock-inner" },
      step(-5, TEXT.dock.back, ICONS.back), play, step(5, TEXT.dock.forward, ICONS.forward),
      el("span", { class: "dock-time" }, now, el("span", { class: "of", text: ` / ${clockTime(clock.duration)}` })),
      el("div", { class: "scrub" }, strip, head, range),
      speed,
      el("button", { type: "button", class: "step", "aria-label": TEXT.dock.help, title: TEXT.dock.help, onclick: openHelp, text: "?" })));
}
