//! Share links of common drives lead to pages; the file is somewhere else.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use url::Url;

/// The address of the file behind a share link; other addresses stay as they are.
pub fn direct_address(url: &Url) -> Url {
    let found = match url.host_str().unwrap_or_default() {
        "drive.google.com" | "docs.google.com" => google(url),
        "dropbox.com" | "www.dropbox.com" => dropbox(url),
        "1drv.ms" => Some(one_drive(url)),
        "onedrive.live.com" => one_drive_page(url),
        host if host.ends_with(".sharepoint.com") => share_point(url),
        _ => None,
    };
    found.unwrap_or_else(|| url.clone())
}

/// `/file/d/ID/view` and `/open?id=ID` become `/uc?export=download&id=ID`; `confirm` skips the page that
/// asks about files too large to be scanned.
fn google(url: &Url) -> Option<Url> {
    let mut parts = url.path_segments()?;
    let from_path = match (parts.next(), parts.next(), parts.next()) {
        (Some("file"), Some("d"), Some(id)) if !id.is_empty() => Some(id.to_owned()),
        _ => None,
    };
    let of_query = |name: &str| {
        url.query_pairs()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.into_owned())
    };
    let id = match (from_path, url.path()) {
        (Some(id), _) => id,
        (None, "/open" | "/uc") => of_query("id")?,
        _ => return None,
    };
    let mut direct = Url::parse("https://drive.google.com/uc").ok()?;
    {
        let mut query = direct.query_pairs_mut();
        query
            .append_pair("export", "download")
            .append_pair("confirm", "t")
            .append_pair("id", &id);
        if let Some(key) = of_query("resourcekey") {
            query.append_pair("resourcekey", &key);
        }
    }
    Some(direct)
}

/// `dl=1` instead of `dl=0`.
fn dropbox(url: &Url) -> Option<Url> {
    let is_share = ["/s/", "/scl/", "/sh/"]
        .iter()
        .any(|start| url.path().starts_with(start));
    is_share.then(|| with_pair(url, "dl", "1"))
}

/// Short links are resolved by the service's interface for shares.
fn one_drive(url: &Url) -> Url {
    let token = BASE64_URL_SAFE_NO_PAD.encode(url.as_str());
    Url::parse(&format!(
        "https://api.onedrive.com/v1.0/shares/u!{token}/root/content"
    ))
    .expect("the token needs no escaping")
}

/// `/embed?…` and `/redir?…` become `/download?…`.
fn one_drive_page(url: &Url) -> Option<Url> {
    matches!(url.path(), "/embed" | "/redir").then(|| {
        let mut direct = url.clone();
        direct.set_path("/download");
        direct
    })
}

/// Links to one file, `/:v:/…`, give it with `download=1`.
fn share_point(url: &Url) -> Option<Url> {
    let is_file = url.path().starts_with("/:") && !url.path().starts_with("/:f:");
    is_file.then(|| with_pair(url, "download", "1"))
}

/// The address with this one pair instead of others of its name.
fn with_pair(url: &Url, name: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    let mut direct = url.clone();
    direct
        .query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .append_pair(name, value);
    direct
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(text: &str) -> String {
        direct_address(&text.parse().unwrap()).to_string()
    }

    #[test]
    fn share_links_lead_to_their_file() {
        for (link, file) in [
            (
                "https://drive.google.com/file/d/1AbC_x/view?usp=sharing",
                "https://drive.google.com/uc?export=download&confirm=t&id=1AbC_x",
            ),
            (
                "https://drive.google.com/open?id=1AbC_x",
                "https://drive.google.com/uc?export=download&confirm=t&id=1AbC_x",
            ),
            (
                "https://www.dropbox.com/scl/fi/xyz/a.mp4?rlkey=k1&dl=0",
                "https://www.dropbox.com/scl/fi/xyz/a.mp4?rlkey=k1&dl=1",
            ),
            (
                "https://www.dropbox.com/s/xyz/a.mp4",
                "https://www.dropbox.com/s/xyz/a.mp4?dl=1",
            ),
            (
                "https://1drv.ms/v/s!Abc",
                "https://api.onedrive.com/v1.0/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL3YvcyFBYmM/root/content",
            ),
            (
                "https://onedrive.live.com/embed?resid=A1&authkey=B2",
                "https://onedrive.live.com/download?resid=A1&authkey=B2",
            ),
            (
                "https://acme.sharepoint.com/:v:/g/personal/x/Eabc?e=q1",
                "https://acme.sharepoint.com/:v:/g/personal/x/Eabc?e=q1&download=1",
            ),
        ] {
            assert_eq!(direct(link), file);
        }
    }

    #[test]
    fn other_addresses_stay_as_they_are() {
        for text in [
            "https://videos.example.org/file/d/1/view",
            "https://drive.google.com/drive/folders/1AbC",
            "https://www.dropbox.com/home",
            "https://acme.sharepoint.com/:f:/g/personal/x/Eabc",
        ] {
            assert_eq!(direct(text), text);
        }
    }
}
