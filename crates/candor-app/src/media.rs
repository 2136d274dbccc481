//! Recordings on their way in and out: uploads, segments, fetches, playback.
