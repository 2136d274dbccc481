// The one time that player, transcript and charts share. It works without a recording, too.

/** A clock over `durationS` seconds that follows a media element once it has one. */
function createClock(durationS) {
  const listeners = { time: [], state: [], seek: [] };
  const tell = (what) => listeners[what].forEach((listener) => listener(clock));
  let frame = 0;

  const clock = {
    time: 0,
    duration: durationS,
    playing: false,
    media: null,
    /** Calls back on `time` (also while playing), `state` (playing, media) or `seek`. */
    on(what, listener) {
      listeners[what].push(listener);
    },
    /** Moves to a time in seconds. */
    seek(seconds) {
      clock.time = Math.min(Math.max(seconds, 0), clock.duration);
      if (clock.media) clock.media.currentTime = clock.time;
      tell("seek");
      tell("time");
    },
    /** Moves to a time and plays from there. */
    playFrom(seconds) {
      clock.seek(seconds);
      clock.play();
    },
    play() {
      // The element's own events report what became of it.
      clock.media?.play().catch(() => tell("state"));
    },
    toggle() {
      if (!clock.media) return;
      if (clock.playing) clock.media.pause();
      else clock.play();
    },
    setSpeed(rate) {
      if (!clock.media) return;
      clock.media.defaultPlaybackRate = rate;
      clock.media.playbackRate = rate;
    },
    /** Follows a media element from now on; `null` lets go of it. */
    attach(media) {
      clock.media = media;
      clock.playing = false;
      if (media && clock.time > 0) media.currentTime = clock.time;
      tell("state");
    },
    /** Takes up the events of a media element; it counts only while attached. */
    watch(media) {
      const current = (change) => () => clock.media === media && change();
      media.addEventListener("play", current(() => setPlaying(true)));
      media.addEventListener("pause", current(() => setPlaying(false)));
      media.addEventListener("ended", current(() => setPlaying(false)));
      media.addEventListener("seeked", current(follow));
    },
  };

  function setPlaying(playing) {
    clock.playing = playing;
    cancelAnimationFrame(frame);
    if (playing) frame = requestAnimationFrame(step);
    tell("state");
  }

  function follow() {
    clock.time = Math.min(clock.media.currentTime, clock.duration);
    tell("time");
  }

  function step() {
    if (!clock.playing || !clock.media) return;
    follow();
    frame = requestAnimationFrame(step);
  }

  return clock;
}
