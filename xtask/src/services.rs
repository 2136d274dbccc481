//! PostgreSQL, Redis and an S3-compatible server for the tests: started on free ports in a temporary folder,
//! gone when the suite ends, however it ends. What can't be had is named; its tests name themselves as skipped.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::run::{cargo, check, has, output, program};

/// Longest wait for a service to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Version of the S3-compatible server.
const S3_VERSION: &str = "0.14.1";
const BUCKET: &str = "candor-test";
const ACCESS_KEY_ID: &str = "candor-test-id";
const SECRET_ACCESS_KEY: &str = "candor-test-key";

/// What was started.
pub struct Services {
    environment: Vec<(&'static str, String)>,
    running: Vec<Child>,
    folder: PathBuf,
}

impl Services {
    /// Starts what the environment does not name already.
    pub fn start() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("candor-services-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        // The database's own user has to get through.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o711))?;
        let mut services = Self {
            environment: Vec::new(),
            running: Vec::new(),
            folder,
        };
        services.attempt("PostgreSQL", "CANDOR_TEST_POSTGRES_URL", Self::postgres);
        services.attempt("Redis", "CANDOR_TEST_REDIS_URL", Self::redis);
        services.attempt("the S3 server", "CANDOR_TEST_S3_ENDPOINT", Self::s3);
        Ok(services)
    }

    /// Names and addresses for the tests.
    pub fn environment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.environment
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }

    fn attempt(&mut self, what: &str, variable: &str, start: fn(&mut Self) -> Result<()>) {
        if std::env::var_os(variable).is_some_and(|value| !value.is_empty()) {
            println!("{what}: the one that {variable} names");
            return;
        }
        let begun = Instant::now();
        match start(self) {
            Ok(()) => println!("{what}: started in {:.1} s", begun.elapsed().as_secs_f64()),
            Err(error) => eprintln!("{what} can't be had, its tests are skipped: {error:#}"),
        }
    }

    fn postgres(&mut self) -> Result<()> {
        let tools = postgres_tools().context("PostgreSQL is not installed")?;
        let data = self.folder.join("postgres");
        fs::create_dir_all(&data)?;
        let user = other_user()?;
        if let Some(user) = &user {
            check(program("chown").arg(user).arg(&data))?;
        }
        let log = fs::File::create(self.folder.join("postgres.log"))?;
        let as_user = |tool: &str, signal: &str| {
            let mut command = Command::new("setpriv");
            if let Some(user) = &user {
                command.args(["--reuid", user, "--regid", user, "--clear-groups"]);
            }
            command.args(["--pdeathsig", signal]);
            command.arg(tools.join(tool)).current_dir(&self.folder);
            command
        };
        let made = as_user("initdb", "KILL")
            .args(["--username=candor", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "--pgdata"])
            .arg(&data)
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .status()?;
        ensure!(
            made.success(),
            "initdb failed; see {}",
            self.folder.display()
        );
        let port = free_port()?.to_string();
        // SIGINT is the quick end: clients are cut off.
        let mut server = as_user("postgres", "INT");
        server.arg("-D").arg(&data);
        server.args(["-h", "127.0.0.1", "-p", &port]);
        for setting in [
            "unix_socket_directories=",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "max_connections=500",
        ] {
            server.args(["-c", setting]);
        }
        self.run(server.stdout(log.try_clone()?).stderr(log))?;
        let ready = tools.join("pg_isready");
        wait_until(|| {
            let mut ask = Command::new(&ready);
            ask.args(["-q", "-h", "127.0.0.1", "-p", &port, "-t", "1"]);
            ask.status().is_ok_and(|status| status.success())
        })?;
        self.environment.push((
            "CANDOR_TEST_POSTGRES_URL",
            format!("postgres://candor@127.0.0.1:{port}/postgres"),
        ));
        Ok(())
    }

    fn redis(&mut self) -> Result<()> {
        ensure!(has("redis-server"), "redis-server is not installed");
        let port = free_port()?;
        let mut server = dying_with_us("redis-server");
        server
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(&self.folder);
        self.run(server.stdout(Stdio::null()))?;
        wait_until(|| answers(port))?;
        self.environment.push((
            "CANDOR_TEST_REDIS_URL",
            format!("redis://127.0.0.1:{port}/0"),
        ));
        Ok(())
    }

    fn s3(&mut self) -> Result<()> {
        let server = s3_server()?;
        let root = self.folder.join("s3");
        fs::create_dir_all(root.join(BUCKET))?;
        let port = free_port()?;
        let mut server = dying_with_us(&server.display().to_string());
        server
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .args([
                "--access-key",
                ACCESS_KEY_ID,
                "--secret-key",
                SECRET_ACCESS_KEY,
            ])
            .arg(&root);
        self.run(server.stdout(Stdio::null()).stderr(Stdio::null()))?;
        wait_until(|| answers(port))?;
        self.environment.extend([
            (
                "CANDOR_TEST_S3_ENDPOINT",
                format!("http://127.0.0.1:{port}"),
            ),
            ("CANDOR_TEST_S3_BUCKET", BUCKET.to_owned()),
            ("CANDOR_TEST_S3_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            (
                "CANDOR_TEST_S3_SECRET_ACCESS_KEY",
                SECRET_ACCESS_KEY.to_owned(),
            ),
        ]);
        Ok(())
    }

    fn run(&mut self, command: &mut Command) -> Result<()> {
        // A Ctrl-C is for the tests; the services end with this process.
        let child = command.stdin(Stdio::null()).process_group(0).spawn()?;
        self.running.push(child);
        Ok(())
    }
}

/// Starts them, prints what the tests read and stops them when a line, or the end, of the input comes.
pub fn by_hand() -> Result<()> {
    let services = Services::start()?;
    for (name, value) in services.environment() {
        println!("export {name}={value}");
    }
    println!("press Enter to stop them");
    std::io::stdin().read_line(&mut String::new())?;
    Ok(())
}

impl Drop for Services {
    fn drop(&mut self) {
        for child in self.running.iter_mut().rev() {
            // Servers of another user can't be killed by everybody, but end politely.
            let id = child.id().to_string();
            let _ = Command::new("kill").args(["-INT", &id]).status();
        }
        for child in &mut self.running {
            if wait_until(|| matches!(child.try_wait(), Ok(Some(_)))).is_err() {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
        // What is left is in the temporary folder of the system.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Folder of PostgreSQL's server programs: on `PATH`, or where Debian keeps each version.
fn postgres_tools() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").and_then(|path| {
        // A link on the path leads to the folder where all of them are.
        std::env::split_paths(&path)
            .filter_map(|folder| folder.join("initdb").canonicalize().ok())
            .filter_map(|initdb| Some(initdb.parent()?.to_owned()))
            .find(|folder| {
                ["postgres", "pg_isready"]
                    .iter()
                    .all(|name| folder.join(name).is_file())
            })
    });
    let version = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        name.parse::<u32>().ok()
    };
    on_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.join("bin/initdb").is_file())
            .max_by_key(|path| version(path))
            .map(|path| path.join("bin"))
    })
}

/// PostgreSQL refuses to run as root: then somebody else runs it.
fn other_user() -> Result<Option<String>> {
    if output(program("id").arg("-u"))?.trim() != "0" {
        return Ok(None);
    }
    for user in ["postgres", "nobody"] {
        let known = program("id").arg(user).stdout(Stdio::null()).status();
        if known.is_ok_and(|status| status.success()) {
            return Ok(Some(user.to_owned()));
        }
    }
    bail!("there is neither a user postgres nor nobody")
}

fn s3_server() -> Result<PathBuf> {
    let name = "s3s-fs";
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(folder) = std::env::split_paths(&path).find(|folder| folder.join(name).is_file()) {
        return Ok(folder.join(name));
    }
    let root = tools_folder();
    let installed = root.join("bin").join(name);
    if !installed.is_file() {
        check(
            cargo()
                .args(["install", name, "--version", S3_VERSION, "--locked"])
                .args(["--features", "binary", "--root"])
                .arg(&root)
                .env_remove("RUSTC_WORKSPACE_WRAPPER")
                .env("CARGO_TARGET_DIR", root.join("build")),
        )?;
        // Only the program is wanted.
        let _ = fs::remove_dir_all(root.join("build"));
    }
    Ok(installed)
}

/// Programs that are installed once for all checkouts of this user.
fn tools_folder() -> PathBuf {
    let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    given("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| given("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .map_or_else(
            || crate::run::target().join("tools"),
            |cache| cache.join("candor/tools"),
        )
}

fn dying_with_us(name: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", name]);
    command
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn wait_until(mut done: impl FnMut() -> bool) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        ensure!(Instant::now() < deadline, "it did not answer in time");
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
