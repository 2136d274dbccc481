//! `docs/COMPATIBILITY.md` against the contracts and the router.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use candor_app::config::WELL_KNOWN;
use candor_testkit::{shared_dir, skip};
use serde_json::Value;

/// System, method and path, and the state that the page gives them.
type Rows = BTreeMap<(String, String, String), String>;

const STATES: [&str; 4] = ["served", "mapped", "planned", "dropped"];

fn page_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/COMPATIBILITY.md")
}

fn page() -> String {
    fs::read_to_string(page_file()).unwrap()
}

/// Cells of a line of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix("| ")?.strip_suffix('|')?;
    Some(
        inner
            .split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect(),
    )
}

fn listed(page: &str) -> Rows {
    page.lines()
        .filter_map(cells)
        .filter(|cells| cells.len() == 5 && STATES.contains(&cells[3]))
        .map(|cells| {
            let [system, method, path] = [cells[0], cells[1], cells[2]].map(str::to_owned);
            ((system, method, path), cells[3].to_owned())
        })
        .collect()
}

/// Method and path of every route, whatever its parameters are called.
fn routed() -> BTreeSet<(String, String)> {
    let description: Value = serde_json::from_str(&candor_server::openapi::document()).unwrap();
    let mut routes: BTreeSet<_> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(|method| (method.to_uppercase(), shape(path)))
        })
        .collect();
    // The page of the description is not part of it.
    routes.insert(("GET".to_owned(), "/docs".to_owned()));
    routes
}

fn shape(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn is_routed(routes: &BTreeSet<(String, String)>, method: &str, path: &str) -> bool {
    let method = if method == "WS" { "GET" } else { method };
    routes.contains(&(method.to_owned(), shape(path)))
}

#[test]
fn every_documented_route_has_its_row() {
    let Some(shared) = shared_dir() else {
        skip(
            "every_documented_route_has_its_row",
            "no contracts; set CANDOR_SHARED",
        );
        return;
    };
    let table = fs::read_to_string(shared.join("contracts/routes.tsv")).unwrap();
    let listed = listed(&page());
    let missing: Vec<&str> = table
        .lines()
        .skip(1)
        .filter(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut next = || cells.next().unwrap_or_default();
            !listed.contains_key(&(next(), next(), next()))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_route_that_is_called_served_is_in_the_router() {
    let (page, routes) = (page(), routed());
    let rows = listed(&page);
    assert!(rows.len() > 100, "the table was not understood");
    let missing: Vec<_> = rows
        .iter()
        .filter(|((_, method, path), state)| {
            *state == "served" && !is_routed(&routes, method, path)
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// `CANDOR_TEST_BLESS=1` writes the page anew.
#[test]
fn no_route_that_is_in_the_router_is_called_planned() {
    let (page, routes) = (page(), routed());
    let fresh: String = page
        .lines()
        .map(|line| {
            let is_stale = cells(line).is_some_and(|cells| {
                cells.len() == 5 && cells[3] == "planned" && is_routed(&routes, cells[1], cells[2])
            });
            if is_stale {
                let head = line.split("| planned |").next().unwrap_or(line);
                format!("{head}| served |  |\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    if std::env::var_os("CANDOR_TEST_BLESS").is_some() {
        fs::write(page_file(), &fresh).unwrap();
        return;
    }
    let stale: Vec<_> = page
        .lines()
        .zip(fresh.lines())
        .filter(|(old, new)| old != new)
        .map(|(old, _)| old)
        .collect();
    assert!(
        stale.is_empty(),
        "run this test with CANDOR_TEST_BLESS=1: {stale:#?}"
    );
}

#[test]
fn every_name_of_the_environment_has_its_row() {
    let page = page();
    let missing: Vec<&str> = WELL_KNOWN
        .iter()
        .map(|known| known.name)
        .filter(|name| !page.contains(&format!("| `{name}` |")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_documented_name_of_the_environment_is_known() {
    let test = "every_documented_name_of_the_environment_is_known";
    let Some(shared) = shared_dir() else {
        skip(test, "no contracts; set CANDOR_SHARED");
        return;
    };
    let mut missing = BTreeSet::new();
    let mut n_names = 0;
    for system in ["pipeline", "practice", "lab", "realtime", "adaptive"] {
        let text = fs::read_to_string(shared.join(format!("contracts/{system}.md"))).unwrap();
        let section = text
            .split("\n## ")
            .find(|section| {
                section
                    .lines()
                    .next()
                    .is_some_and(|head| head.contains("Configuration"))
            })
            .unwrap();
        for name in section.split('`').skip(1).step_by(2).flat_map(names) {
            n_names += 1;
            if !is_known(&name) {
                missing.insert(name);
            }
        }
    }
    assert!(n_names > 80, "{n_names}");
    assert!(missing.is_empty(), "{missing:?}");
}

/// Names in a piece of code, such as `A_B`, `A_B=1` or `A_B/_C`.
fn names(code: &str) -> Vec<String> {
    code.split(['/', ',', ' '])
        .map(|part| part.split('=').next().unwrap_or_default())
        .filter(|part| {
            part.len() > 3
                && part.starts_with(|c: char| c.is_ascii_uppercase())
                && part
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "_*".contains(c))
        })
        .map(str::to_owned)
        .collect()
}

fn is_known(name: &str) -> bool {
    WELL_KNOWN.iter().any(|known| {
        known.name == name
            || known
                .name
                .strip_suffix('*')
                .is_some_and(|start| name.starts_with(start))
            // A family is known when one of it is.
            || name
                .strip_suffix('*')
                .is_some_and(|start| known.name.starts_with(start))
    })
}
