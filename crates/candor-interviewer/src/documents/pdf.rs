//! The text of a PDF, page by page.
//!
//! Reading goes through an interpreter that draws a page; what it draws is not painted but written down. That
//! interpreter was chosen over readers of text only because it keeps to limits of nesting, gives errors instead of
//! ending the program, and says where each character stands. It does not limit what a stream unpacks to: that is
//! measured here before it does, see [`unpacked`]. What nobody would see of a page is left out, see [`sight`].

use std::{collections::HashMap, panic::resume_unwind, thread, time::Instant};

use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, TransformExt,
    hayro_syntax::{
        DecryptionError, LoadPdfError, Pdf,
        object::{
            Array, Name, Object, ObjectIdentifier, Stream,
            dict::keys::{CONTENTS, FORM, IMAGE, SUBTYPE},
        },
        page::Page,
    },
    interpret_page,
    kurbo::Rect,
};

use super::{DocumentError, Limits, Raw};
use drawn::{Drawn, Words};

mod drawn;
mod hyphens;
mod lines;
mod sight;
mod unpacked;

/// Stack of the thread that reads: objects nest up to 512 deep, drawings up to 50.
const STACK_BYTES: usize = 64 << 20;
/// Fewest letters of a page that is no picture of text: less than a line.
const LEAST_LETTERS: usize = 20;
/// Drawings by which a page without text may be a picture of text.
const LEAST_PATHS: usize = 50;
/// The limit of one part to that of the instructions of a page or of what pages draw in common; carrying them out takes
/// many times their size.
const PART_TO_PAGE: u64 = 4;
/// How many times the limit of one part all pages' instructions together may have.
const PAGES_TO_PART: u64 = 2;

/// Thrown out of the interpreter, which has no other way out, when the time is over; caught where its thread is joined.
struct Late;

fn stop() -> ! {
    resume_unwind(Box::new(Late))
}

/// Reads every page on a thread of its own.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Raw, DocumentError> {
    thread::scope(|scope| {
        let reading = thread::Builder::new()
            .name("read-pdf".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || read_here(bytes, limits))
            .map_err(|_| DocumentError::TooLarge)?;
        reading.join().unwrap_or_else(|reason| {
            Err(if reason.is::<Late>() {
                DocumentError::TooLarge
            } else {
                DocumentError::Damaged
            })
        })
    })
}

fn read_here(bytes: &[u8], limits: &Limits) -> Result<Raw, DocumentError> {
    let ends = Instant::now() + limits.time;
    unpacked::scan(bytes, limits.unpacked, ends)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::InvalidEncryption) | LoadPdfError::Invalid => {
            DocumentError::Damaged
        }
        LoadPdfError::Decryption(_) => DocumentError::Encrypted,
    })?;
    let pages = u32::try_from(pdf.pages().len()).map_err(|_| DocumentError::TooManyPages)?;
    match pages {
        0 => return Err(DocumentError::Damaged),
        n if n > limits.pages => return Err(DocumentError::TooManyPages),
        _ => {}
    }
    let sizes = sizes(&pdf, limits, ends)?;
    check_pages(pdf.pages(), &sizes, limits)?;
    let cache = InterpreterCache::new();
    let mut whole = Whole::default();
    for page in pdf.pages().iter() {
        let left = limits.characters.saturating_sub(whole.characters);
        if left == 0 {
            whole.cut = true;
            break;
        }
        let (width, height) = page.render_dimensions();
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
            &cache,
            pdf.xref(),
            InterpreterSettings::default(),
        );
        let mut drawn = Drawn::new(ends, left, (f64::from(width), f64::from(height)));
        interpret_page(page, &mut context, &mut drawn);
        whole.add(drawn);
    }
    whole.finish(pages)
}

/// Sizes of every stream but pictures, which are never unpacked, after unpacking.
fn sizes(
    pdf: &Pdf,
    limits: &Limits,
    ends: Instant,
) -> Result<HashMap<ObjectIdentifier, u64>, DocumentError> {
    let mut sizes = HashMap::new();
    for object in pdf.objects() {
        if Instant::now() > ends {
            return Err(DocumentError::TooLarge);
        }
        let Object::Stream(stream) = object else {
            continue;
        };
        let kind = stream.dict().get::<Name>(SUBTYPE);
        let most = match kind.as_deref() {
            Some(IMAGE) => continue,
            Some(FORM) => limits.unpacked / PART_TO_PAGE,
            _ => limits.unpacked,
        };
        sizes.insert(stream.obj_id(), unpacked::of(&stream, most)?);
    }
    Ok(sizes)
}

/// Looks at what pages draw together: many may share one stream, and one may name a stream many times.
fn check_pages(
    pages: &[Page],
    sizes: &HashMap<ObjectIdentifier, u64>,
    limits: &Limits,
) -> Result<(), DocumentError> {
    let size = |stream: &Stream| match sizes.get(&stream.obj_id()) {
        Some(&size) => Ok(size),
        None => unpacked::of(stream, limits.unpacked),
    };
    let mut total = 0_u64;
    for page in pages {
        let mut own = 0_u64;
        if let Some(stream) = page.raw().get::<Stream>(CONTENTS) {
            own = size(&stream)?;
        } else if let Some(streams) = page.raw().get::<Array>(CONTENTS) {
            for stream in streams.iter::<Stream>() {
                own = own.saturating_add(size(&stream)?);
            }
        }
        total = total.saturating_add(own);
        if own > limits.unpacked / PART_TO_PAGE
            || total > limits.unpacked.saturating_mul(PAGES_TO_PART)
        {
            return Err(DocumentError::TooLarge);
        }
    }
    Ok(())
}

/// What the pages have together.
#[derive(Default)]
struct Whole {
    text: String,
    characters: usize,
    letters: usize,
    unreadable: usize,
    pictures: usize,
    paths: usize,
    hidden: usize,
    cut: bool,
}

impl Whole {
    fn add(&mut self, drawn: Drawn) {
        self.unreadable += drawn.unreadable;
        self.pictures += drawn.pictures;
        self.paths += drawn.paths;
        self.cut |= drawn.is_full();
        let Words { text, hidden } = drawn.words();
        self.hidden += hidden;
        self.characters += text.chars().count();
        self.letters += text.chars().filter(|c| c.is_alphanumeric()).count();
        self.text.push_str(&text);
        self.text.push('\n');
    }

    fn finish(self, pages: u32) -> Result<Raw, DocumentError> {
        let few = self.letters < LEAST_LETTERS * pages as usize;
        let drawn = self.pictures > 0 || self.paths >= LEAST_PATHS;
        // Without a map to characters the glyphs of a font are pictures too.
        if few && drawn || self.unreadable > self.letters {
            return Err(DocumentError::Scanned);
        }
        Ok(Raw {
            text: hyphens::joined(&self.text),
            pages: Some(pages),
            hidden: self.hidden,
            cut: self.cut,
        })
    }
}
