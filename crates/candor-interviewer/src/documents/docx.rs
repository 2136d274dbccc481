//! The text of a DOCX: the paragraphs, tables and text boxes of its main part. Headers, footers, comments and what
//! was deleted under revision are left out, and so is what nobody sees, see [`visible`].

use std::{
    io::{Cursor, Read},
    time::Instant,
};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};
use zip::{ZipArchive, result::ZipError};

use super::{DocumentError, Limits, Raw};
use visible::Open;

mod visible;

/// Most elements that may stand inside each other.
const MAX_DEPTH: usize = 256;
/// Most entries of the archive.
const MAX_ENTRIES: usize = 10_000;
/// How many events pass between two looks at the clock.
const EVENTS_PER_LOOK: usize = 4096;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads the main part.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Raw, DocumentError> {
    let ends = Instant::now() + limits.time;
    let mut archive = Archive::new(Cursor::new(bytes)).map_err(|_| DocumentError::Damaged)?;
    if archive.len() > MAX_ENTRIES {
        return Err(DocumentError::TooLarge);
    }
    let main = main_part(&mut archive, limits, ends)?;
    let mut text = Text::default();
    walk(&mut archive, &main, limits, ends, |event| {
        text.take(event);
        // Spaces may go later; a little more than enough is read.
        text.n_characters <= limits.characters.saturating_mul(2)
    })?;
    Ok(Raw {
        cut: text.n_characters > limits.characters.saturating_mul(2),
        text: text.text,
        hidden: text.hidden,
        pages: None,
    })
}

/// The name of the part that the package's relations call the document.
fn main_part(
    archive: &mut Archive,
    limits: &Limits,
    ends: Instant,
) -> Result<String, DocumentError> {
    if archive.index_for_name("_rels/.rels").is_none() {
        // An archive of something else, an OpenDocument for one.
        return Err(DocumentError::Unsupported);
    }
    let mut main = None;
    walk(archive, "_rels/.rels", limits, ends, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && local(element) == b"Relationship"
            && attribute(element, b"Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
        {
            main = attribute(element, b"Target");
        }
        main.is_none()
    })?;
    let main = main.ok_or(DocumentError::Unsupported)?;
    let main = main.trim_start_matches('/').to_owned();
    // Tables and slides are packed the same way.
    if !main.starts_with("word/") || archive.index_for_name(&main).is_none() {
        return Err(DocumentError::Unsupported);
    }
    Ok(main)
}

/// Unpacks a part and gives its events to `take` until that has enough.
fn walk(
    archive: &mut Archive,
    part: &str,
    limits: &Limits,
    ends: Instant,
    mut take: impl FnMut(&Event) -> bool,
) -> Result<(), DocumentError> {
    let entry = archive.by_name(part).map_err(|error| match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => DocumentError::Encrypted,
        _ => DocumentError::Damaged,
    })?;
    let mut xml = Vec::new();
    // One byte more than allowed, so that more shows without being unpacked.
    entry
        .take(limits.unpacked.saturating_add(1))
        .read_to_end(&mut xml)
        .map_err(|_| DocumentError::Damaged)?;
    if xml.len() as u64 > limits.unpacked {
        return Err(DocumentError::TooLarge);
    }
    let mut reader = Reader::from_reader(xml.as_slice());
    let mut depth = 0_usize;
    for n in 1_usize.. {
        if n.is_multiple_of(EVENTS_PER_LOOK) && Instant::now() > ends {
            return Err(DocumentError::TooLarge);
        }
        let event = reader.read_event().map_err(|_| DocumentError::Damaged)?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            // A document type can define entities that grow without end; no office program writes one.
            Event::DocType(_) => return Err(DocumentError::Damaged),
            Event::Eof if depth > 0 => return Err(DocumentError::Damaged),
            Event::Eof => break,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(DocumentError::Damaged);
        }
        if !take(&event) {
            break;
        }
    }
    Ok(())
}

/// Text of the main part, element by element.
#[derive(Default)]
struct Text {
    text: String,
    n_characters: usize,
    /// Whether characters are inside a run's text.
    in_text: bool,
    /// Open elements whose content is left out: the fallback of a drawing says again what the drawing says.
    skipping: usize,
    /// Open runs and what is around them.
    open: Open,
    /// Characters, without spaces, that are not seen.
    hidden: usize,
}

impl Text {
    fn take(&mut self, event: &Event) {
        match event {
            Event::Start(element) if self.skipping > 0 || is_left_out(element) => {
                self.skipping += 1;
            }
            Event::End(_) if self.skipping > 0 => self.skipping -= 1,
            _ if self.skipping > 0 => {}
            Event::Start(element) | Event::Empty(element) => {
                self.open.take(element, matches!(event, Event::Start(_)));
                self.in_text = local(element) == b"t" && matches!(event, Event::Start(_));
                match local(element) {
                    b"tab" => self.push("\t"),
                    b"br" | b"cr" | b"p" => self.line(),
                    b"noBreakHyphen" => self.push("-"),
                    // An entry of a list is set apart from the line before.
                    b"numPr" => self.push("• "),
                    _ => {}
                }
            }
            Event::End(element) => {
                self.in_text = false;
                self.open.end(element.local_name().as_ref());
                match element.local_name().as_ref() {
                    b"p" | b"tr" => self.line(),
                    _ => {}
                }
            }
            Event::Text(characters) if self.in_text => {
                if let Ok(characters) = characters.decode() {
                    self.write(&characters);
                }
            }
            Event::CData(characters) if self.in_text => {
                if let Ok(characters) = characters.decode() {
                    self.write(&characters);
                }
            }
            Event::GeneralRef(reference) if self.in_text => {
                if let Some(c) = character(reference) {
                    self.write(c.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }

    /// Takes text of the file itself.
    fn write(&mut self, characters: &str) {
        if self.open.is_hidden() {
            self.hidden += characters.chars().filter(|c| !c.is_whitespace()).count();
        } else {
            self.push(characters);
        }
    }

    fn push(&mut self, characters: &str) {
        self.n_characters += characters.chars().count();
        self.text.push_str(characters);
    }

    /// Begins a line, unless one has just begun.
    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }
}

fn is_left_out(element: &BytesStart) -> bool {
    // Fields, deletions and old properties; tabs in a style's definition are no tabs.
    matches!(
        local(element),
        b"Fallback" | b"del" | b"moveFrom" | b"instrText" | b"tabs" | b"pPrChange" | b"rPrChange"
    )
}

fn local<'a>(element: &'a BytesStart) -> &'a [u8] {
    element.local_name().into_inner()
}

fn attribute(element: &BytesStart, name: &[u8]) -> Option<String> {
    let found = element.attributes().flatten();
    found
        .filter(|attribute| attribute.key.local_name().as_ref() == name)
        .find_map(|attribute| String::from_utf8(attribute.value.into_owned()).ok())
}

/// The character that a reference stands for: by number, or one of the five that XML knows by itself.
fn character(reference: &BytesRef) -> Option<char> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c);
    }
    Some(match reference.decode().ok()?.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}
