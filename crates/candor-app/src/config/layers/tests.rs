//! Which layer wins, and what is refused.

use super::*;

fn sources(file: Option<&str>, environment: &[(&str, &str)]) -> Sources {
    Sources {
        file: file.map(str::to_owned),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        flags: Vec::new(),
    }
}

fn composed(file: Option<&str>, environment: &[(&str, &str)]) -> Composed {
    sources(file, environment).compose().unwrap()
}

fn refused(file: Option<&str>, environment: &[(&str, &str)]) -> String {
    sources(file, environment)
        .compose()
        .unwrap_err()
        .to_string()
}

#[test]
fn without_sources_the_defaults_count() {
    let composed = composed(None, &[]);
    assert_eq!(composed.config, Config::default());
    assert_eq!(composed.warnings, Vec::<String>::new());
}

#[test]
fn flags_win_over_own_names_over_well_known_names_over_the_file() {
    let file = "[server]\npublic_url = \"https://file.example\"\ndrain_s = 1\nrequest_timeout_s = 2\n\
                body_limit_bytes = 3\n";
    let mut sources = sources(
        Some(file),
        &[
            ("FRONTEND_URL", "https://known.example"),
            ("CANDOR_SERVER__DRAIN_S", "4.5"),
            ("CANDOR_SERVER__REQUEST_TIMEOUT_S", "5"),
            (
                "JWT_SECRET_KEY",
                "the well-known one, long enough to be taken",
            ),
            (
                "CANDOR_AUTH__SECRET",
                "the own one, long enough to be taken as well",
            ),
        ],
    );
    sources.flags = vec![("server.request_timeout_s", Value::Integer(6))];
    let config = sources.compose().unwrap().config;
    assert_eq!(config.server.public_url, "https://known.example");
    assert_eq!(config.server.drain_s, 4.5);
    assert_eq!(config.server.request_timeout_s, 6.0);
    assert_eq!(config.server.body_limit_bytes, 3);
    assert!(config.auth.secret.starts_with("the own one"));
}

#[test]
fn unknown_settings_fail_and_other_unknown_names_warn() {
    let message = refused(None, &[("CANDOR_STORE__URI", "x")]);
    assert!(message.contains("CANDOR_STORE__URI"), "{message}");
    assert!(refused(Some("[store]\nuri = \"x\"\n"), &[]).contains("store.uri"));
    let warnings = composed(None, &[("CANDOR_COLOUR", "red"), ("CANDOR_LOG", "debug")]).warnings;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("CANDOR_COLOUR"));
}

#[test]
fn a_value_of_another_kind_is_refused_by_name() {
    for (name, value) in [
        ("CANDOR_JOBS__CPU", "many"),
        ("CANDOR_FETCH__ALLOW_LOOPBACK", "perhaps"),
        ("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "soon"),
    ] {
        let message = refused(None, &[(name, value)]);
        assert!(message.contains(name), "{message}");
        assert!(!message.contains(value), "{message}");
    }
}

#[test]
fn a_text_of_digits_stays_a_text() {
    let secret = "31415926535897932384626433832795";
    let config = composed(None, &[("CANDOR_AUTH__SECRET", secret)]).config;
    assert_eq!(config.auth.secret, secret);
}

#[test]
fn the_parts_of_a_database_address_are_put_together() {
    let environment = [
        ("DB_HOST", "db.example"),
        ("DB_NAME", "interviews"),
        ("DB_USER", "ada"),
        ("DB_PASS", "a/b@c"),
    ];
    assert_eq!(
        composed(None, &environment).config.store.url,
        "postgres://ada:a%2Fb%40c@db.example:5432/interviews"
    );
    let with_url = [&environment[..], &[("DATABASE_URL", "postgres://other/db")]].concat();
    assert_eq!(
        composed(None, &with_url).config.store.url,
        "postgres://other/db"
    );
}

#[test]
fn a_document_database_alone_is_refused_with_what_to_do() {
    let mongo = ("MONGODB_URI", "mongodb://somewhere/db");
    assert!(refused(None, &[mongo]).contains("set store.url"));
    let both = composed(None, &[mongo, ("DATABASE_URL", "postgres://db/x")]);
    assert!(
        both.warnings
            .iter()
            .any(|warning| warning.contains("MONGODB_URI"))
    );
}

#[test]
fn a_redis_address_alone_does_not_switch_live_state() {
    let composed = composed(None, &[("REDIS_URL", "redis://localhost:6379/0")]);
    assert_eq!(composed.config.live.url, "");
    assert!(
        composed
            .warnings
            .iter()
            .any(|warning| warning.contains("live.url"))
    );
}

#[test]
fn names_of_the_documented_systems_reach_their_settings() {
    let config = composed(
        None,
        &[
            ("S3_ENDPOINT_URL", "http://127.0.0.1:9000"),
            ("S3_BUCKET_NAME", "media"),
            ("S3_ACCESS_KEY", "id"),
            ("S3_SECRET_KEY", "key"),
            (
                "ALLOWED_ORIGINS",
                "http://localhost:5173, https://app.example",
            ),
            ("PORT", "3000"),
            ("LOG_LEVEL", "warning"),
            ("IIA_WHISPER_MODEL", "tiny"),
            ("STT_MODEL", "small"),
        ],
    )
    .config;
    assert_eq!(config.media.url, "s3://media");
    assert_eq!(config.media.s3_access_key_id, "id");
    assert_eq!(
        config.server.allowed_origins,
        ["http://localhost:5173", "https://app.example"]
    );
    assert_eq!(config.server.listen, ["127.0.0.1:3000"]);
    assert_eq!(config.telemetry.log, "warn");
    assert_eq!(config.analysis.stt_model, "small");
}

#[test]
fn documents_are_imported_from_no_folder_of_the_media_store() {
    let outcome = |media: &str, import: &str| {
        let settings = [
            ("CANDOR_MEDIA__URL", media),
            ("CANDOR_MEDIA__IMPORT_URL", import),
        ];
        sources(None, &settings)
            .compose()
            .map(|composed| composed.config.media.import_url)
    };
    for (media, import) in [
        ("", "s3://candidates"),
        ("file:///srv/media", "s3://candidates/incoming"),
        ("s3://candor", "s3://candor/incoming/"),
        ("s3://candor/kept", "s3://candor/recordings"),
        ("s3://candor", "s3://candidates/recordings"),
    ] {
        assert_eq!(outcome(media, import).unwrap(), import, "{media}");
    }
    for (media, import) in [
        ("", "s3://"),
        ("", "s3:///folder"),
        ("", "https://s3.example/candidates"),
        ("s3://candor", "s3://candor/documents"),
        ("s3://candor", "s3://candor/recordings/incoming"),
        ("s3://candor/kept", "s3://candor/kept/resumes/"),
    ] {
        assert!(outcome(media, import).is_err(), "{media} {import}");
    }
}

#[test]
fn the_first_admin_needs_both_names_and_a_long_password() {
    assert!(refused(None, &[("CANDOR_ADMIN_EMAIL", "a@b.example")]).contains("both"));
    let email = ("ADMIN_EMAIL", "a@b.example");
    let message = refused(None, &[email, ("ADMIN_PASSWORD", "admin")]);
    assert!(message.contains("12 characters"), "{message}");
    let composed = composed(None, &[email, ("ADMIN_PASSWORD", "twelve chars")]);
    assert_eq!(composed.first_admin.unwrap().email, "a@b.example");
}

fn chat(environment: &[(&str, &str)]) -> [String; 5] {
    let chat = composed(None, environment).config.chat;
    [
        chat.url,
        chat.key,
        chat.model,
        chat.access,
        chat.api_version,
    ]
}

#[test]
fn names_of_chat_servers_give_the_chat_section() {
    let proxy = [
        ("PROXYLLM_URL", "https://proxy.example/v1/chat/completions"),
        ("PROXYLLM_KEY", "p-key"),
        ("PROXYLLM_MODEL", "p"),
    ];
    let azure = [
        ("AZURE_OPENAI_ENDPOINT", "https://a.example/"),
        ("AZURE_OPENAI_API_KEY", "a-key"),
        ("AZURE_OPENAI_DEPLOYMENT_NAME", "d"),
        ("AZURE_OPENAI_API_VERSION", "2024-10-21"),
    ];
    let openrouter = [("OPENROUTER_API_KEY", "o-key"), ("OPENROUTER_MODEL", "o")];
    let ollama = [
        ("OLLAMA_BASE_URL", "http://127.0.0.1:11434/"),
        ("OLLAMA_MODEL", "l"),
    ];
    let of_proxy = ["https://proxy.example/v1", "p-key", "p", "bearer", ""];
    let of_azure = [
        "https://a.example/openai/deployments/d",
        "a-key",
        "d",
        "azure",
        "2024-10-21",
    ];
    let of_openrouter = ["https://openrouter.ai/api/v1", "o-key", "o", "bearer", ""];
    assert_eq!(chat(&proxy), of_proxy);
    assert_eq!(chat(&proxy[..1])[2..4], ["azure/gpt-4.1", "open"]);
    assert_eq!(chat(&azure), of_azure);
    assert_eq!(chat(&openrouter), of_openrouter);
    assert_eq!(
        chat(&ollama),
        ["http://127.0.0.1:11434/v1", "", "l", "open", ""]
    );
    let all = [&ollama[..], &openrouter, &azure, &proxy].concat();
    assert_eq!(chat(&all), of_proxy);
    let off = [&azure[..], &openrouter, &[("USE_AZURE_OPENAI", "false")]].concat();
    assert_eq!(chat(&off), of_openrouter);
}

#[test]
fn a_key_of_one_chat_server_never_goes_to_another() {
    let own = [
        ("CANDOR_CHAT__URL", "https://own.example/v1"),
        ("CANDOR_CHAT__MODEL", "own"),
        ("CANDOR_CHAT__ACCESS", "open"),
        ("OPENROUTER_API_KEY", "o-key"),
        ("OPENROUTER_MODEL", "o"),
    ];
    assert_eq!(
        chat(&own),
        ["https://own.example/v1", "", "own", "open", ""]
    );
    let partly = [
        ("OPENROUTER_API_KEY", "o-key"),
        ("OLLAMA_MODEL", "l"),
        ("OPENAI_API_KEY", "sk-1"),
    ];
    let composed = composed(None, &partly);
    assert_eq!(composed.config.chat.url, "");
    assert_eq!(composed.config.chat.key, "");
    let warned = composed.warnings.iter();
    assert_eq!(
        warned
            .filter(|warning| warning.contains("OPENROUTER_MODEL"))
            .count(),
        1
    );
}

#[test]
fn a_key_for_speech_switches_no_chat_model_on() {
    let composed = composed(None, &[("OPENAI_API_KEY", "sk-1")]);
    assert_eq!(composed.config, Config::default());
    assert_eq!(composed.warnings, Vec::<String>::new());
}

#[test]
fn every_mapped_name_names_a_setting_that_exists() {
    let defaults: Table = DEFAULTS.parse().unwrap();
    for known in WELL_KNOWN {
        if let Use::Setting(key) = known.meaning {
            let (section, name) = key.split_once('.').unwrap();
            assert!(defaults[section].get(name).is_some(), "{key}");
        }
    }
}

#[test]
fn the_names_of_a_mail_server_give_its_address() {
    let from = ("MAIL_FROM", "Interviews <hr@example.org>");
    let url = |names: &[(&str, &str)]| {
        let names = [names, &[from]].concat();
        composed(None, &names).config.mail.url
    };
    assert_eq!(url(&[("SMTP_HOST", "mail.example")]), "smtp://mail.example");
    assert_eq!(
        url(&[
            ("SMTP_HOST", "mail.example"),
            ("SMTP_PORT", "587"),
            ("SMTP_USER", "hr@example.org"),
            ("SMTP_PASS", "s/p:w@rd"),
        ]),
        "smtp://hr%40example.org:s%2Fp%3Aw%40rd@mail.example:587?tls=required"
    );
    assert_eq!(
        url(&[("SMTP_HOST", "mail.example"), ("SMTP_PORT", "465")]),
        "smtps://mail.example:465"
    );
    assert_eq!(
        url(&[
            ("SMTP_HOST", "localhost"),
            ("SMTP_USER", "u"),
            ("SMTP_PASS", "p")
        ]),
        "smtp://u:p@localhost"
    );
    assert!(refused(None, &[("SMTP_HOST", "x"), ("SMTP_PORT", "y"), from]).contains("SMTP_PORT"));
    assert!(refused(None, &[("SMTP_HOST", "mail.example")]).contains("mail.from"));
}
