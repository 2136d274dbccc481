//! Environment names of the documented systems, and what they mean here.

/// What becomes of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It gives this setting, `section.key`.
    Setting(&'static str),
    /// It is understood, in the way that the text says.
    Special(&'static str),
    /// It is of no use here, because.
    Dropped(&'static str),
    /// What it steers does not exist yet.
    Planned(&'static str),
}

/// A name and its meaning.
#[derive(Debug, Clone, Copy)]
pub struct WellKnown {
    /// As the documents write it.
    pub name: &'static str,
    /// What becomes of it.
    pub meaning: Use,
}

const fn setting(name: &'static str, key: &'static str) -> WellKnown {
    WellKnown {
        name,
        meaning: Use::Setting(key),
    }
}

const fn special(name: &'static str, how: &'static str) -> WellKnown {
    WellKnown {
        name,
        meaning: Use::Special(how),
    }
}

const fn dropped(name: &'static str, because: &'static str) -> WellKnown {
    WellKnown {
        name,
        meaning: Use::Dropped(because),
    }
}

const fn planned(name: &'static str, what: &'static str) -> WellKnown {
    WellKnown {
        name,
        meaning: Use::Planned(what),
    }
}

const ONE_PROCESS: &str = "faces, voices and words are analysed by workers of Candor itself";
const ONE_QUEUE: &str = "jobs are queued in the database (queue.url)";
const ONE_ORIGIN: &str = "pages and interface have one origin";
const OPENAI: &str =
    "read by the recogniser openai:MODEL; alone it switches no chat model on: [chat] does";
const AVATAR: &str = "live interviews with an avatar";
const SUPERVISOR: &str = "the supervisor of live interviews";
const LIVE: &str = "live voice interviews";

/// Of two names for one setting the first that is set counts.
pub const WELL_KNOWN: &[WellKnown] = &[
    setting("DATABASE_URL", "store.url"),
    special(
        "DB_HOST",
        "with the other DB_ names gives store.url, unless DATABASE_URL is set",
    ),
    special("DB_NAME", "see DB_HOST"),
    special("DB_USER", "see DB_HOST"),
    special("DB_PASS", "see DB_HOST"),
    special("DB_PORT", "see DB_HOST"),
    dropped(
        "DB_POOL_SIZE",
        "the pool has the size that the server needs",
    ),
    dropped(
        "DB_MAX_OVERFLOW",
        "the pool has the size that the server needs",
    ),
    special(
        "MONGODB_URI",
        "documents are kept as JSON in the relational store: alone it is an error that says so",
    ),
    special("REDIS_URL", "alone it switches nothing: live.url does"),
    special("REDIS_HOST", "alone it switches nothing: live.url does"),
    special("REDIS_PORT", "alone it switches nothing: live.url does"),
    special("REDIS_DB", "alone it switches nothing: live.url does"),
    setting("JWT_SECRET_KEY", "auth.secret"),
    setting("JWT_SECRET", "auth.secret"),
    setting("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "auth.access_minutes"),
    setting("JWT_REFRESH_TOKEN_EXPIRE_DAYS", "auth.refresh_days"),
    dropped(
        "JWT_EXPIRES_IN",
        "all access tokens live auth.access_minutes",
    ),
    special(
        "CANDOR_ADMIN_EMAIL",
        "with CANDOR_ADMIN_PASSWORD makes the first admin",
    ),
    special("CANDOR_ADMIN_PASSWORD", "see CANDOR_ADMIN_EMAIL"),
    special("ADMIN_EMAIL", "like CANDOR_ADMIN_EMAIL"),
    special("ADMIN_PASSWORD", "like CANDOR_ADMIN_PASSWORD"),
    setting("S3_ENDPOINT_URL", "media.s3_endpoint"),
    setting("S3_ACCESS_KEY", "media.s3_access_key_id"),
    setting("S3_SECRET_KEY", "media.s3_secret_access_key"),
    setting("S3_REGION", "media.s3_region"),
    special("S3_BUCKET_NAME", "gives media.url s3://NAME"),
    setting("ALLOWED_ORIGINS", "server.allowed_origins"),
    setting("FRONTEND_URL", "server.public_url"),
    special("PORT", "port of the first address of server.listen"),
    setting("ENVIRONMENT", "telemetry.environment"),
    special("LOG_LEVEL", "gives telemetry.log"),
    special(
        "DEBUG",
        "when true gives telemetry.log debug, unless LOG_LEVEL is set",
    ),
    dropped(
        "API_PREFIX",
        "documented routes keep their documented paths",
    ),
    dropped("APP_VERSION", "the version is that of the program"),
    special("OPENAI_API_KEY", OPENAI),
    special("OPENAI_BASE_URL", OPENAI),
    setting("STT_MODEL", "analysis.stt_model"),
    setting("IIA_WHISPER_MODEL", "analysis.stt_model"),
    setting("STT_LANG", "analysis.language"),
    special(
        "STT_COMPUTE",
        "taken by candor analyze; the model file decides",
    ),
    special("STT_BEAM", "taken by candor analyze"),
    setting("EMO_SAMPLE_FPS", "analysis.sample_fps"),
    setting("EMO_SMOOTH_WIN", "analysis.smooth_win"),
    setting("EMO_MAX_WIDTH", "analysis.max_width"),
    setting("EMO_MAX_TIMELINE", "analysis.max_timeline"),
    special("EMOTIONS_IN_SCORE", "taken by candor analyze"),
    dropped(
        "WHISPER_MODEL",
        "the documented program never read it; STT_MODEL is read",
    ),
    dropped(
        "SAMPLE_FPS",
        "the documented program never read it; EMO_SAMPLE_FPS is read",
    ),
    dropped(
        "SMOOTH_WIN",
        "the documented program never read it; EMO_SMOOTH_WIN is read",
    ),
    dropped(
        "MAX_WIDTH",
        "the documented program never read it; EMO_MAX_WIDTH is read",
    ),
    dropped(
        "MAX_TIMELINE",
        "the documented program never read it; EMO_MAX_TIMELINE is read",
    ),
    dropped("KMP_DUPLICATE_LIB_OK", "no OpenMP runtime is loaded"),
    dropped(
        "OMP_NUM_THREADS",
        "no OpenMP runtime is loaded; jobs.cpu limits the work",
    ),
    dropped(
        "HF_HOME",
        "models lie in CANDOR_DATA_DIR or CANDOR_MODELS_DIR",
    ),
    dropped("FACE_ANALYZER_URL", ONE_PROCESS),
    dropped("VOICE_ANALYZER_URL", ONE_PROCESS),
    dropped("WHISPER_SERVICE_URL", ONE_PROCESS),
    dropped(
        "FACE_POLLER_INTERVAL_MS",
        "nothing is polled: steps tell when they are done",
    ),
    dropped("CELERY_BROKER_URL", ONE_QUEUE),
    dropped("CELERY_RESULT_BACKEND", ONE_QUEUE),
    dropped("IIA_FAST_ANALYSIS", "there is one analysis, and it is fast"),
    dropped(
        "IIA_DISABLE_MODEL_LOADING",
        "a model that is not installed is not loaded, and said so",
    ),
    dropped("IIA_BACKEND_BASE_URL", ONE_ORIGIN),
    dropped("HOST_URL", ONE_ORIGIN),
    dropped(
        "FINALIZE_INTERVIEW_URL",
        "interviews are finalised in the server itself",
    ),
    dropped("VITE_API_BASE_URL", ONE_ORIGIN),
    planned("VITE_ENABLE_PROVIDER_AVATAR", AVATAR),
    planned("VITE_SIMLI_PLAY_REMOTE_AUDIO", AVATAR),
    planned("VITE_BARGE_IN_SAMPLE_MS", LIVE),
    planned("VITE_BARGE_IN_RMS_THRESHOLD", LIVE),
    planned("VITE_BARGE_IN_CONSECUTIVE_FRAMES", LIVE),
    planned("VITE_BARGE_IN_DYNAMIC_MULTIPLIER", LIVE),
    planned("VITE_ENABLE_BARGE_IN", LIVE),
    planned("IIA_AVATAR_MODE", AVATAR),
    planned("IIA_AVATAR_PROVIDER", AVATAR),
    planned("IIA_AVATAR_API_KEY", AVATAR),
    planned("IIA_AVATAR_BASE_URL", AVATAR),
    planned("IIA_SIMLI_FACE_ID", AVATAR),
    planned("IIA_SIMLI_MAX_SESSION_LENGTH", AVATAR),
    planned("IIA_SIMLI_MAX_IDLE_TIME", AVATAR),
    planned("IIA_VIRTUAL_AVATAR_TTS_MODEL", AVATAR),
    planned("IIA_VIRTUAL_AVATAR_VOICE", AVATAR),
    planned("IIA_DID_*", AVATAR),
    planned("IIA_HEYGEN_*", AVATAR),
    planned("LIVEKIT_URL", AVATAR),
    planned("LIVEKIT_API_KEY", AVATAR),
    planned("LIVEKIT_API_SECRET", AVATAR),
    planned("SIMLI_API_KEY", AVATAR),
    planned("SIMLI_FACE_ID", AVATAR),
    planned("SIMLI_START_MAX_RETRIES", AVATAR),
    planned("SIMLI_START_RETRY_BASE_SECONDS", AVATAR),
    planned("SIMLI_START_RETRY_MAX_SECONDS", AVATAR),
    planned("SUPERVISOR_ENABLED", SUPERVISOR),
    planned("SUPERVISOR_ANALYSIS_INTERVAL", SUPERVISOR),
    planned("SUPERVISOR_MAX_DURATION", SUPERVISOR),
    planned("SUPERVISOR_CONCLUSION_TIME", SUPERVISOR),
    special(
        "PROXYLLM_URL",
        "with PROXYLLM_KEY, where the server wants one, and PROXYLLM_MODEL (azure/gpt-4.1 unless set) gives [chat]; the \
         first server that the environment names whole wins: PROXYLLM, Azure, OpenRouter, Ollama",
    ),
    special("PROXYLLM_KEY", "see PROXYLLM_URL"),
    special("PROXYLLM_MODEL", "see PROXYLLM_URL"),
    special(
        "USE_AZURE_OPENAI",
        "when false the names AZURE_OPENAI_* mean nothing",
    ),
    special(
        "AZURE_OPENAI_*",
        "_ENDPOINT, _API_KEY, _DEPLOYMENT (or _DEPLOYMENT_NAME) and _API_VERSION give [chat] in Azure's form",
    ),
    special(
        "OPENROUTER_*",
        "_API_KEY and _MODEL give [chat]; _BASE_URL another address than OpenRouter's own",
    ),
    special(
        "OLLAMA_*",
        "_BASE_URL (or _URL) and _MODEL give [chat] without a key",
    ),
    planned("WHISPER_*", LIVE),
    dropped(
        "WEBRTC_*",
        "live interviews use one WebSocket to the own origin",
    ),
    planned("INTERVIEW_MAX_DURATION", LIVE),
    planned("INTERVIEW_MAX_SILENCE", LIVE),
    planned("INTERVIEW_MIN_QUESTIONS", LIVE),
    planned("INTERVIEW_MAX_QUESTIONS", LIVE),
    special(
        "SMTP_HOST",
        "with the other SMTP_ names gives mail.url; a password is sent through TLS only, except to this machine",
    ),
    special(
        "SMTP_PORT",
        "see SMTP_HOST; 465 means TLS from the beginning",
    ),
    special("SMTP_USER", "see SMTP_HOST"),
    special("SMTP_PASS", "see SMTP_HOST"),
    special(
        "SMTP_SECURE",
        "true means TLS from the beginning, see SMTP_HOST",
    ),
    setting("MAIL_FROM", "mail.from"),
    dropped("MAIL_*", "of these names only MAIL_FROM is read"),
    dropped(
        "SMTP_*",
        "only SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASS and SMTP_SECURE are read",
    ),
    dropped("STORAGE_*", "recordings are kept where media.url says"),
    dropped(
        "SUPABASE_*",
        "records and recordings are kept by Candor itself",
    ),
    dropped("VECTOR_DB_URL", "nothing is kept in a vector database"),
];
