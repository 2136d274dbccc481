//! Speech activity by the Silero network.
