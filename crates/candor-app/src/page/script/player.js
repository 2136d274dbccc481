// The recording: video, or its loudness drawn as a wave where there is only sound. Tries the
// original first, then the extracted sound, then asks the reader for the file.

function viewPlayer(report, media, clock) {
  const { source, tracks } = report.candor;
  const addresses = [media.video, media.audio].filter(Boolean);
  const player = el("video", { class: "screen", preload: "metadata", playsinline: true, "aria-label": TEXT.player.label, hidden: true });
  const wave = viewWave(tracks.loudness_dbfs, clock);
  const status = el("p", { class: "media-status", role: "status" });
  const missing = el("div", { class: "media-missing", hidden: true });
  const frame = el("div", { class: "player" }, player, wave, missing, status);
  if (source.video) frame.style.setProperty("--shape", `${source.video.width} / ${source.video.height}`);
  let tried = 0;
  let chosen = null;

  function tryNext() {
    if (tried < addresses.length) {
      status.textContent = TEXT.player.loading;
      player.src = addresses[tried];
      tried += 1;
    } else {
      showMissing(addresses.length > 0);
    }
  }

  function showMissing(failed) {
    clock.attach(null);
    player.hidden = true;
    status.textContent = "";
    missing.hidden = false;
    missing.replaceChildren(
      el("p", { class: "strong", text: failed ? TEXT.player.failed : TEXT.player.none }),
      el("p", { text: chosen ? TEXT.player.chosenFailed : failed ? TEXT.player.failedHow : TEXT.player.noneHow }),
      el("label", { class: "button file-choice" },
        TEXT.player.choose,
        el("input", { type: "file", accept: "video/*,audio/*", class: "visually-hidden", onchange: choose })));
  }

  function choose(event) {
    const file = event.target.files[0];
    if (!file) return;
    if (chosen) URL.revokeObjectURL(chosen);
    chosen = URL.createObjectURL(file);
    status.textContent = TEXT.player.loading;
    player.src = chosen;
  }

  player.addEventListener("loadedmetadata", () => {
    const hasPicture = player.videoWidth > 0;
    missing.hidden = true;
    player.hidden = !hasPicture;
    wave.hidden = hasPicture || !tracks.loudness_dbfs;
    status.textContent = hasPicture || media.kind === "audio" || chosen || !media.video ? "" : TEXT.player.soundOnly;
    clock.attach(player);
  });
  player.addEventListener("error", () => (chosen ? showMissing(true) : tryNext()));
  player.addEventListener("click", () => clock.toggle());
  clock.watch(player);
  tryNext();
  return frame;
}

/** Loudness as a mirrored shape whose heard part is coloured; pressing it seeks. */
function viewWave(track, clock) {
  const bars = 110;
  const path = wavePath(track, clock.duration, bars);
  const drawing = (name) => vector("svg", { class: name, viewBox: `0 0 ${bars} 2`, preserveAspectRatio: "none", "aria-hidden": "true" }, vector("path", { d: path }));
  const heard = drawing("wave-heard");
  const shape = el("div", { class: "wave-shape" }, drawing("wave-ahead"), heard);
  const seek = (event) => {
    const box = shape.getBoundingClientRect();
    clock.playFrom(((event.clientX - box.left) / box.width) * clock.duration);
  };
  clock.on("time", () => heard.style.setProperty("--at", String(clock.time / Math.max(clock.duration, 0.001))));
  return el("div", { class: "wave", role: "img", "aria-label": TEXT.player.wave, onclick: seek, hidden: !track }, shape);
}

/** One bar for each stretch, from the loudest value in it; 50 dB under the peak is nothing. */
function wavePath(track, duration, bars) {
  if (!track || duration <= 0) return "";
  const peaks = new Array(bars).fill(-Infinity);
  let top = -Infinity;
  track.values.forEach((value, index) => {
    if (value === null) return;
    const bar = Math.min(bars - 1, Math.floor(((track.start_s + index * track.step_s) / duration) * bars));
    peaks[bar] = Math.max(peaks[bar], value);
    top = Math.max(top, value);
  });
  return peaks.map((peak, bar) => {
    const height = Math.max(0.02, Math.min(1, 1 + (peak - top) / 50)) * 0.9;
    return `M${bar + 0.2} ${(1 - height).toFixed(3)}h.6v${(2 * height).toFixed(3)}h-.6z`;
  }).join("");
}
