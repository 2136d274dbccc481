//! Existing things of every kind, so that ids in requests name something.

use std::{collections::BTreeMap, time::Duration};

use candor_app::jobs::{Pool, Workers};
use candor_core::access::{Role, Scope};
use candor_testkit::{Clips, TestServer, documents::pdf};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use sha2::Digest;

use crate::calls::{As, read};

/// What is there before the first request.
pub struct Things {
    /// An administrator's key, a person who practises, a person who administers; then a narrower key, nobody,
    /// and a candidate with the token of an interview.
    pub tokens: [String; 6],
    /// Ids by the path that leads to them, or by the operation that needs special ones.
    ids: BTreeMap<&'static str, Vec<String>>,
    /// Bodies that are taken, by operation, where the description does not tell a whole one.
    bodies: BTreeMap<&'static str, Value>,
    pub clip: Vec<u8>,
    /// A résumé.
    document: Vec<u8>,
    /// An analysis that has ended: its events end as well.
    pub ended: String,
}

impl Things {
    pub async fn make(test: &str, server: &TestServer) -> Option<Self> {
        let clips = Clips::new(test)?;
        let clip = clips.make(
            "clip.mp4",
            "-f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v libx264 -pix_fmt yuv420p",
        );
        let clip = std::fs::read(clip).unwrap();
        let organisation = server.organisation("Acme").await;
        let all = [Scope::Admin, Scope::Operate];
        let admin = server.attesting_key(organisation, &all).await;
        let narrow = server.key(organisation, &[Scope::Read]).await;
        let (_, person) = server.person(organisation, Role::Candidate).await;
        let mut things = Self {
            tokens: [
                admin,
                person,
                String::new(),
                narrow,
                String::new(),
                String::new(),
            ],
            ids: BTreeMap::new(),
            bodies: BTreeMap::new(),
            clip,
            document: pdf(&["Ada sells machines and has done so for many years in many places"]),
            ended: String::new(),
        };
        things.people(server).await;
        things.records(server).await;
        things.held(server).await;
        things.recordings(server).await;
        let workers = Workers::start(&server.app, &[Pool::Cpu, Pool::Io, Pool::Llm]);
        things.sessions(server).await;
        things.finished(server).await;
        workers.drain(Duration::from_secs(5)).await;
        things.analyses(server).await;
        Some(things)
    }

    /// Real ids for the parameter at the end of `path`, as the operation needs them.
    pub fn ids(&self, operation: &str, path: &str) -> &[String] {
        let special = self.ids.get(operation).filter(|_| !path.contains("{}"));
        let known = special.or_else(|| self.ids.get(path));
        known.map_or(&[], Vec::as_slice)
    }

    /// Any real id.
    pub fn all_ids(&self) -> Vec<&String> {
        self.ids.values().flatten().collect()
    }

    /// The file that an operation takes.
    pub fn file(&self, operation: &str) -> &[u8] {
        match operation {
            "create_document" | "describe_position" | "adaptive_upload_resume" => &self.document,
            _ => &self.clip,
        }
    }

    /// A body that is taken.
    pub fn body(&self, operation: &str) -> Option<&Value> {
        self.bodies.get(operation)
    }

    fn admin<'a>(&self, server: &'a TestServer) -> As<'a> {
        As::new(server, self.tokens[0].as_str())
    }

    fn put(&mut self, path: &'static str, id: &Value) -> String {
        let id = id
            .as_str()
            .unwrap_or_else(|| panic!("{path}: {id}"))
            .to_owned();
        self.ids.entry(path).or_default().push(id.clone());
        id
    }

    /// One thing for each request that is to find one: some requests take it away.
    async fn make_some(
        &mut self,
        server: &TestServer,
        path: &'static str,
        collection: &str,
        body: impl Fn(usize) -> Value,
    ) -> String {
        let mut last = String::new();
        for number in 0..3 {
            let made = self.admin(server).post(collection, body(number)).await;
            assert!(made.status.is_success(), "{collection}: {}", made.text);
            last = self.put(path, &made.json()["id"]);
        }
        last
    }

    /// People who can sign in.
    async fn people(&mut self, server: &TestServer) {
        let nobody = As::new(server, "");
        let password = "correct horse battery";
        let body = json!({"userId": "walker", "password": password});
        let made = nobody
            .post("/auth/register", body.clone())
            .await
            .expect(201);
        self.bodies.insert("practice_login", body.clone());
        let native = json!({"login": "walker", "password": password});
        self.bodies.insert("login", native.clone());
        self.bodies.insert("create_session", native);
        self.bodies
            .insert("use_setup_link", json!({"password": password}));
        let again = nobody.post("/auth/login", body).await.expect(200);
        for (operation, name, session) in [
            ("refresh", "refresh_token", &made),
            ("practice_refresh", "refreshToken", &again),
        ] {
            let body = json!({name: session["refreshToken"]});
            self.bodies.insert(operation, body);
        }
        let boss = json!({"login": "boss@example.org", "role": "admin"});
        let made = self
            .admin(server)
            .post("/api/v1/users", boss)
            .await
            .expect(201);
        let link = made["setup_url"].as_str().unwrap();
        let chosen = json!({"password": password});
        assert!(nobody.post(link, chosen).await.status.is_success());
        let boss = json!({"email": "boss@example.org", "password": password});
        let session = nobody
            .post("/api/v1/admin/login", boss.clone())
            .await
            .expect(200);
        self.tokens[2] = session["token"].as_str().unwrap().to_owned();
        self.bodies.insert("adaptive_recruiter_login", boss.clone());
        self.bodies.insert("adaptive_login", boss);
        let walker = json!({"email": "walker", "password": password});
        self.bodies.insert("adaptive_candidate_login", walker);
        let new = json!({"name": "N", "email": "new@example.org", "password": password});
        self.bodies.insert("adaptive_candidate_signup", new);
        let change = json!({"current_password": password, "new_password": "another long one"});
        self.bodies.insert("change_password", change);
        let user = json!({"login": "new-user", "role": "reviewer"});
        self.bodies.insert("create_user", user);
        for (operation, name) in [("register", "login"), ("practice_register", "userId")] {
            let body = json!({name: format!("new-{operation}"), "password": password});
            self.bodies.insert(operation, body);
        }
    }

    async fn records(&mut self, server: &TestServer) {
        let v1 = |name: &str| format!("/api/v1/{name}");
        let named = |_| json!({"name": "Ada", "email": "ada@example.org"});
        let candidate = self
            .make_some(server, "/api/v1/candidates/", &v1("candidates"), named)
            .await;
        let titled = |_| json!({"title": "Developer", "is_public": true});
        let position = self
            .make_some(server, "/api/v1/positions/", &v1("positions"), titled)
            .await;
        let both = json!({"candidate_id": candidate, "position_id": position});
        let applied = |_| both.clone();
        for path in ["/api/v1/applications/", "/api/v1/recruiter/applications/"] {
            self.make_some(server, path, &v1("applications"), applied)
                .await;
        }
        self.authored(server).await;
        self.invitations(server).await;
        let key = |number| json!({"key": format!("k{number}"), "name": "n", "description": "d"});
        self.make_some(server, "/api/v1/competencies/", &v1("competencies"), key)
            .await;
        let asked = |_| json!({"title": "t", "questions": [{"text": "Why?"}]});
        self.make_some(server, "/api/v1/interviews/", &v1("interviews"), asked)
            .await;
        for operation in ["revoke_interview_token", "create_interview_token"] {
            let asked = json!({"title": "t", "questions": [{"text": "Why?"}]});
            let interview = self.admin(server).post(&v1("interviews"), asked).await;
            let id = self.put(operation, &interview.expect(201)["id"]);
            let path = format!("/api/v1/interviews/{id}/tokens");
            let token = self.admin(server).post(&path, json!({})).await.expect(201);
            self.put("/api/v1/interviews/{}/tokens/", &token["id"]);
            self.tokens[5] = token["token"].as_str().unwrap().to_owned();
        }
        let hook = |_| json!({"url": "https://example.org/hook"});
        let webhook = self
            .make_some(server, "/api/v1/webhooks/", &v1("webhooks"), hook)
            .await;
        let path = format!("/api/v1/webhooks/{webhook}/test");
        let delivery = self.admin(server).post(&path, json!({})).await.expect(202);
        self.put("/api/v1/webhooks/deliveries/", &delivery["id"]);
        for number in 0..3 {
            let user = json!({"login": format!("user-{number}"), "role": "reviewer"});
            let made = self
                .admin(server)
                .post(&v1("users"), user)
                .await
                .expect(201);
            self.put("/api/v1/users/", &made["user"]["id"]);
            let link = made["setup_url"].as_str().unwrap();
            let token = link.rsplit('/').next().unwrap_or_default();
            self.put("/setup/", &json!(token));
            let key = json!({"name": "victim", "scopes": ["read"]});
            let made = self.admin(server).post(&v1("keys"), key).await.expect(201);
            let id = made.get("id").unwrap_or(&made["api_key"]["id"]);
            self.put("/api/v1/keys/", id);
        }
        let said = json!({
            "subject": candidate, "scopes": ["recording"], "version": "1",
            "obtained_at": "2026-01-31T12:00:00Z", "by": "Ada",
        });
        let agreed = |_| said.clone();
        self.make_some(server, "/api/v1/consents/", &v1("consents"), agreed)
            .await;
        let key = json!({"name": "k", "scopes": ["read"]});
        self.bodies.insert("create_key", key);
        let policy = json!({"kind": "other", "scoring": "content_only"});
        self.bodies.insert("update_policy", policy);
        self.bodies.insert("create_consent", said);
        self.bodies.insert("create_application", both);
    }

    /// Interviews in words, one for each operation in the state that it needs.
    async fn held(&mut self, server: &TestServer) {
        let setup = json!({"role_family": "sales", "duration_minutes": 5});
        for (operation, steps) in [
            ("prepare_interview", &[][..]),
            ("begin_interview", &["prepare"]),
            ("get_interview_session", &["prepare", "begin"]),
            ("answer_interview", &["prepare", "begin"]),
            ("skip_interview_question", &["prepare", "begin"]),
            ("repeat_interview_question", &["prepare", "begin"]),
            ("pause_interview", &["prepare", "begin"]),
            ("resume_interview", &["prepare", "begin", "pause"]),
            ("end_interview", &["prepare", "begin"]),
            ("get_interview_report", &["prepare", "begin", "end"]),
            ("get_interview_report_pdf", &["prepare", "begin", "end"]),
            ("get_interview_report_csv", &["prepare", "begin", "end"]),
            ("get_interview_transcript_vtt", &["prepare", "begin", "end"]),
            ("get_interview_transcript_srt", &["prepare", "begin", "end"]),
            ("get_interview_transcript_txt", &["prepare", "begin", "end"]),
            (
                "get_interview_transcript_json",
                &["prepare", "begin", "end"],
            ),
            ("create_decision", &["prepare", "begin", "end"]),
            ("adaptive_state", &["prepare", "begin"]),
            ("adaptive_answer", &["prepare", "begin"]),
            ("adaptive_end", &["prepare", "begin"]),
            ("adaptive_report", &["prepare", "begin", "end"]),
        ] {
            let admin = self.admin(server);
            let made = admin
                .post("/api/v1/interviews", json!({"title": "t"}))
                .await
                .expect(201);
            let session = format!(
                "/api/v1/interviews/{}/session",
                made["id"].as_str().unwrap()
            );
            for step in steps {
                let done = match *step {
                    "prepare" => admin.post(&session, setup.clone()).await,
                    step => admin.post(&format!("{session}/{step}"), json!({})).await,
                };
                assert!(
                    done.status.is_success(),
                    "{operation} {step}: {}",
                    done.text
                );
            }
            self.put(operation, &made["id"]);
        }
        let candidate = self.ids("", "/api/v1/candidates/")[0].clone();
        let start = json!({"candidateId": candidate, "role": "sales"});
        self.bodies.insert("adaptive_start", start);
        self.bodies.insert("prepare_interview", setup);
        let decision = json!({"decision": "hold", "reason": "Not yet."});
        self.bodies.insert("create_decision", decision);
        self.bodies
            .insert("answer_interview", json!({"text": "I asked why."}));
    }

    /// Questions, rubrics, jobs and documents.
    async fn authored(&mut self, server: &TestServer) {
        let asked = |_| {
            json!({
                "role_family": "sales", "phase": "intro", "difficulty": "easy", "language": "en",
                "text": "Why?",
            })
        };
        for path in ["/api/v1/bank-questions/", "/api/v1/admin/questions/"] {
            self.make_some(server, path, "/api/v1/bank-questions", asked)
                .await;
        }
        for position in self.ids("", "/api/v1/positions/").to_vec() {
            let generate = format!("/api/v1/positions/{position}/rubric/generate");
            self.admin(server)
                .post(&generate, json!({}))
                .await
                .expect(201);
        }
        for path in ["/api/v1/recruiter/jobs/", "/api/v1/public/jobs/"] {
            let new = |_| json!({"title": "Seller", "is_public": true});
            self.make_some(server, path, "/api/v1/positions", new).await;
        }
        let position = self.ids("", "/api/v1/positions/")[0].clone();
        for _ in 0..3 {
            let form = Form::new()
                .text("kind", "resume")
                .text("position_id", position.clone())
                .part("file", Part::bytes(self.document.clone()));
            let request = server.client.post(server.at("/api/v1/documents"));
            let kept = read(request.bearer_auth(&self.tokens[0]).multipart(form)).await;
            self.put("/api/v1/documents/", &kept.expect(201)["id"]);
        }
        // Refused before anybody is asked.
        let elsewhere = json!({"url": "http://127.0.0.1:1/cv.pdf", "kind": "resume"});
        self.bodies.insert("fetch_document", elsewhere);
    }

    /// Invitations whose links are open, and recruiters.
    async fn invitations(&mut self, server: &TestServer) {
        let now = jiff::Timestamp::now().to_string();
        let invite = json!({
            "candidate_email": "ada@example.org", "role_family": "technical", "scheduled_at": now,
        });
        for path in [
            "/api/v1/invitations/",
            "/api/v1/admin/schedule/",
            "/api/v1/recruiter/schedule/",
            "/api/v1/public/join/",
            "/interview/join/",
        ] {
            for _ in 0..3 {
                let made = self
                    .admin(server)
                    .post("/api/v1/invitations", invite.clone())
                    .await
                    .expect(201);
                let link = made["join_url"].as_str().unwrap();
                let id = match path.contains("join") {
                    true => json!(link.rsplit('/').next().unwrap()),
                    false => made["id"].clone(),
                };
                self.put(path, &id);
            }
        }
        self.bodies.insert("create_invitation", invite);
        self.bodies.insert("adaptive_join_start", json!({}));
        let table =
            "candidate_email,role_family,scheduled_at\na@b.org,sales,2099-01-01T10:00:00Z\n";
        self.bodies.insert("import_invitations", json!(table));
        let change = json!({"candidate_name": "Ada", "duration_minutes": 30});
        self.bodies.insert("update_invitation", change);
        let schedule = json!({
            "candidateEmail": "ada@example.org", "role": "sales",
            "scheduledAt": "2099-01-01T10:00:00Z",
        });
        for operation in [
            "adaptive_schedule",
            "adaptive_recruiter_schedule",
            "adaptive_schedule_application",
        ] {
            self.bodies.insert(operation, schedule.clone());
        }
        let moved = json!({"scheduledAt": "2099-01-02T10:00:00Z"});
        self.bodies
            .insert("adaptive_change_schedule", moved.clone());
        self.bodies
            .insert("adaptive_recruiter_change_schedule", moved);
        let recruiter = |number: usize| {
            json!({
                "email": format!("recruiter-{number}@example.org"),
                "password": "correct horse battery",
            })
        };
        for number in 0..3 {
            let made = self
                .admin(server)
                .post("/api/v1/admin/recruiters", recruiter(number))
                .await
                .expect(201);
            self.put("/api/v1/admin/recruiters/", &made["recruiter"]["id"]);
        }
        self.bodies
            .insert("adaptive_create_recruiter", recruiter(9));
        let limited = json!({"permissionLevel": "limited"});
        self.bodies.insert("adaptive_change_recruiter", limited);
    }

    async fn recordings(&mut self, server: &TestServer) {
        for _ in 0..3 {
            let form = Form::new().part("file", Part::bytes(self.clip.clone()));
            let request = server.client.post(server.at("/api/v1/recordings"));
            let kept = read(request.bearer_auth(&self.tokens[0]).multipart(form)).await;
            self.put("/api/v1/recordings/", &kept.expect(201)["id"]);
        }
        for operation in ["put_recording_segment", "complete_recording"] {
            let live = self
                .admin(server)
                .post("/api/v1/recordings/live", json!({}))
                .await;
            let id = self.put(operation, &live.expect(201)["id"]);
            if operation == "complete_recording" {
                let path = server.at(&format!("/api/v1/recordings/{id}/segments/0"));
                let hash = hex::encode(sha2::Sha256::digest(&self.clip));
                let request = server.client.put(path).bearer_auth(&self.tokens[0]);
                let request = request
                    .header("x-content-sha256", hash)
                    .body(self.clip.clone());
                read(request).await.expect(201);
            }
        }
        self.bodies
            .insert("complete_recording", json!({"segments": 1}));
        let length = self.clip.len().to_string();
        let headers = [("tus-resumable", "1.0.0"), ("upload-length", &*length)];
        let begun = self
            .admin(server)
            .send(Method::POST, "/api/v1/uploads", &headers, None)
            .await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        let place = begun.header("location");
        let id = place.rsplit('/').next().unwrap_or_default();
        self.put("/api/v1/uploads/", &json!(id));
    }

    async fn analyses(&mut self, server: &TestServer) {
        let recording = self.ids("", "/api/v1/recordings/")[0].clone();
        let start = json!({"recording_id": recording, "purpose": "hiring"});
        let wanted = |_| start.clone();
        let at = "/api/v1/analyses/";
        let last = self.make_some(server, at, "/api/v1/analyses", wanted).await;
        let path = format!("/api/v1/analyses/{last}/cancel");
        self.admin(server).post(&path, json!({})).await.expect(202);
        // One that no other request stops.
        let spare = start.clone();
        let made = self.admin(server).post("/api/v1/analyses", spare).await;
        self.put("cancel_queue_job", &made.json()["job_id"]);
        let jobs = self
            .admin(server)
            .get("/api/v1/queues/jobs")
            .await
            .expect(200);
        for job in jobs["items"].as_array().unwrap() {
            self.put("/api/v1/queues/jobs/", &job["id"]);
        }
        self.ended = last;
        self.bodies.insert("create_analysis", start);

        let record = |name: &str| {
            json!({
                "meta": {"apiVersion": "1.0.0"},
                "application": {"id": format!("app-{name}"), "candidate": {"name": "Ada"}},
                "interview": {"id": "i", "title": "t", "questions": [{
                    "id": "q1", "order": 1, "questionText": "Why?", "keywords": ["a"],
                    "video": {
                        "videoResponseId": format!("video-{name}"),
                        "url": "https://videos.example.org/a.mp4",
                    },
                }]},
            })
        };
        let made = self
            .admin(server)
            .post("/api/pipeline", record("kept"))
            .await;
        let made = made.expect(201);
        let pipeline = &made["pipelines"][0]["pipelineId"];
        for path in [
            "/api/pipeline/",
            "/api/job-result/by-job/",
            "/video-analysis/",
            "/v1/analysis/video/",
        ] {
            self.put(path, pipeline);
        }
        self.put("/api/interview-record/", &made["interviewRecordId"]);
        self.put("/api/job-result/", &json!("video-kept"));
        for (operation, name) in [
            ("start_pipeline", "p"),
            ("create_interview_record", "r"),
            ("start_video_analysis", "v"),
        ] {
            self.bodies.insert(operation, record(name));
        }
        let one = json!({
            "videoUrl": "https://videos.example.org/a.mp4",
            "applicationId": "0123456789abcdef01234567",
        });
        self.bodies.insert("analyze_video", one);
        let submission = json!({
            "applicationId": "a", "candidate": {"name": "Bo"},
            "interview": {"title": "t", "questions": [{"questionId": "x"}]},
            "videoResponses": [{
                "videoResponseId": "vs", "questionId": "x",
                "videoUrl": "https://videos.example.org/b.mp4",
            }],
        });
        self.bodies.insert("submit_application", submission);
        for (operation, field, path) in [
            ("analyze_face", "video_path", "/face/status/"),
            ("analyze_voice", "audio_path", "/voice/status/"),
        ] {
            let body = json!({field: recording, "purpose": "practice"});
            let route = path.replace("status/", "analyze");
            let job = self
                .admin(server)
                .post(&route, body.clone())
                .await
                .expect(200);
            self.put(path, &job["jobId"]);
            self.bodies.insert(operation, body);
        }
    }

    /// An analysis with its report, and the practised one.
    async fn finished(&mut self, server: &TestServer) {
        let recording = self.ids("", "/api/v1/recordings/")[0].clone();
        let start = json!({"recording_id": recording, "purpose": "hiring"});
        let made = self
            .admin(server)
            .post("/api/v1/analyses", start)
            .await
            .expect(202);
        let id = self.put("/api/v1/analyses/", &made["id"]);
        self.put("/api/v1/analyses/{}/artefacts/", &json!("report.json"));
        let job = self.ids("", "/analysis/jobs/")[0].clone();
        let begun = std::time::Instant::now();
        for (token, path, state) in [
            (0, format!("/api/v1/analyses/{id}"), "done"),
            (1, format!("/analysis/jobs/{job}"), "completed"),
        ] {
            let caller = As::new(server, self.tokens[token].as_str());
            loop {
                let found = caller.get(&path).await.expect(200);
                if found["state"] == state || found["status"] == state {
                    break;
                }
                assert!(begun.elapsed().as_secs() < 60, "{found}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        let reports = self.admin(server).get("/api/v1/reports").await.expect(200);
        self.put("/api/v1/reports/", &reports["items"][0]["id"]);
    }

    /// Sessions of the person, with a recording and its job; interviews of *lab*.
    async fn sessions(&mut self, server: &TestServer) {
        let me = As::new(server, self.tokens[1].as_str());
        let start = json!({"jobRole": "Engineer", "domain": "Banking", "consent": true});
        let begun = me.post("/app/live/start", start).await.expect(201);
        let session = begun["sessionId"].clone();
        for path in ["/users/", "summarise_practice_reflections"] {
            self.put(path, &begun["userId"]);
        }
        let wrote = json!({"interview_id": session, "text": "It went well."});
        self.bodies.insert("create_reflection", wrote);
        let answer = format!("/app/live/{}/answer", session.as_str().unwrap());
        let words = json!({"answerText": "I built the ledger of a bank because it had none."});
        me.post(&answer, words).await.expect(200);
        self.put("create_retry", &session);
        let again = json!({"question_id": "q1", "text": "I built it and measured its speed."});
        self.bodies.insert("create_retry", again);
        // What goes on with an interview ends it in the end: each operation has one of its own.
        for operation in [
            "answer_live_practice",
            "skip_live_practice",
            "evaluate_live_turn",
        ] {
            let start = json!({"jobRole": "Engineer", "domain": "Banking"});
            let begun = me.post("/app/live/start", start).await.expect(201);
            self.put(operation, &begun["sessionId"]);
        }
        for path in [
            "/reports/",
            "/reflective/",
            "/app/me/sessions/",
            "/app/live/",
            "/interviews/",
            "/analysis/",
            "/scores/",
        ] {
            self.put(path, &session);
        }
        let place = |rest: &str| format!("/interviews/{}/{rest}", session.as_str().unwrap());
        let form = Form::new().part("video", Part::bytes(self.clip.clone()));
        let request = server.client.post(server.at(&place("upload")));
        let kept = read(request.bearer_auth(&self.tokens[1]).multipart(form)).await;
        let body = json!({"sessionId": session, "videoFilePath": kept.expect(200)["videoFile"]});
        let job = me.post("/analysis/video", body.clone()).await.expect(202);
        self.put("/analysis/jobs/", &job["jobId"]);
        self.bodies.insert("analyse_practice_video", body);
        for _ in 0..3 {
            let form = Form::new().part("video", Part::bytes(self.clip.clone()));
            let request = server.client.post(server.at("/api/interviews/"));
            let made = read(request.bearer_auth(&self.tokens[0]).multipart(form)).await;
            self.put("/api/interviews/", &made.expect(201)["id"]);
        }
    }
}
