//! Measurements on audio: activity, pace, pauses, pitch, voice quality, loudness, recording quality.
