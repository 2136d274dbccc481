use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{
    samples::{archive, docx, packed, paragraph, pdf, pdf_objects, pdf_of, stream, writing},
    *,
};

mod hidden;

fn code(bytes: &[u8]) -> &'static str {
    match read(bytes, None) {
        Ok(_) => "read",
        Err(error) => error.code(),
    }
}

#[test]
fn pdf_gives_its_lines_and_pages() {
    let file = pdf(&[
        "Ada Example\nExperience with caf\\351s and Rust",
        "Second page\nof two",
    ]);
    let document = read(&file, Some("letter.txt")).unwrap();
    assert_eq!(document.kind, Kind::Pdf);
    let mailed = [b"X-Mail: yes\r\n\r\n", file.as_slice()].concat();
    assert_eq!(read(&mailed, None).unwrap().text, document.text);
    assert_eq!(document.pages, Some(2));
    assert!(!document.cut);
    assert_eq!(
        document.text,
        "Ada Example\nExperience with cafés and Rust\nSecond page\nof two"
    );
}

#[test]
fn pdf_columns_are_read_one_after_the_other_and_words_keep_their_gaps() {
    let content = writing(&[
        (72, 700, "Skills"),
        (72, 686, "Rust and SQL"),
        (320, 700, "Experience"),
        (320, 686, "Ran a shop"),
    ]);
    let file = pdf_of(&pdf_objects(&[stream("", &content)]), "");
    assert_eq!(
        read(&file, None).unwrap().text,
        "Skills\nRust and SQL\nExperience\nRan a shop"
    );
    // Words without spaces, as typesetters place them; letters moved together; a bold line drawn twice.
    let content = b"BT /F1 10 Tf 72 700 Td [(Data) -400 (base) 20 (s)] TJ 0 -14 Td (Bold line here) Tj 0.2 0 Td \
        (Bold line here) Tj ET";
    let file = pdf_of(&pdf_objects(&[stream("", content)]), "");
    assert_eq!(
        read(&file, None).unwrap().text,
        "Data bases\nBold line here"
    );
}

#[test]
fn letters_that_are_spaced_on_purpose_are_words() {
    let content = b"BT /F1 12 Tf 4 Tc 72 700 Td (WORK HISTORY) Tj 0 Tc 0 -20 Td (a b) Tj ET";
    let file = pdf_of(&pdf_objects(&[stream("", content)]), "");
    assert_eq!(read(&file, None).unwrap().text, "WORK HISTORY\na b");
}

#[test]
fn docx_gives_paragraphs_lists_and_tables() {
    let body = format!(
        "{}<w:p><w:pPr><w:numPr/><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>R&amp;D &#8211; Go</w:t></w:r>\
         <w:del><w:r><w:t>gone</w:t></w:r></w:del><w:r><w:tab/><w:t>2020</w:t><w:br/><w:t>more</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>SQL</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>5 years</w:t></w:r></w:p>\
         </w:tc></w:tr></w:tbl><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback>\
         </mc:AlternateContent><w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>",
        paragraph("Çağla"),
        paragraph("box"),
        paragraph("box"),
    );
    let document = read(&docx(&body), None).unwrap();
    assert_eq!(document.kind, Kind::Docx);
    assert_eq!(document.pages, None);
    assert_eq!(
        document.text,
        "Çağla\n• R&D – Go 2020\nmore\nSQL\n5 years\nbox"
    );
}

#[test]
fn text_is_text_whatever_it_is_called() {
    let document = read("# Özgeçmiş\r\n\r\nPython".as_bytes(), Some("cv.MD")).unwrap();
    assert_eq!(
        (document.kind, document.text.as_str()),
        (Kind::Markdown, "# Özgeçmiş\n\nPython")
    );
    let document = read(b"plain words", Some("cv.pdf")).unwrap();
    assert_eq!((document.kind, document.pages), (Kind::Text, None));
    assert_eq!(
        read(b"about %PDF-1.7 files", None).unwrap().kind,
        Kind::Text
    );
}

#[test]
fn too_much_is_refused_or_cut() {
    let limits = Limits {
        bytes: 5000,
        pages: 2,
        characters: 20,
        unpacked: 10_000,
        ..Limits::default()
    };
    let within = |bytes: &[u8]| read_within(bytes, None, &limits).map_err(DocumentError::code);
    assert_eq!(within(&[b'a'; 5001]), Err("too_large"));
    assert_eq!(
        within(&pdf(&["one", "two", "three"])),
        Err("too_many_pages")
    );
    let long = "twelve chars, and more of them ".repeat(3);
    for file in [
        pdf(&[&long]),
        pdf(&[&long, "more"]),
        docx(&paragraph(&long)),
        long.clone().into_bytes(),
    ] {
        let document = within(&file).unwrap();
        assert!(document.cut && document.text.chars().count() <= 20);
        assert!(document.text.starts_with("twelve chars"));
    }
    let whole = within(b"twelve chars").unwrap();
    assert!(!whole.cut);
}

#[test]
fn what_unpacks_to_very_much_is_refused() {
    let limits = Limits {
        unpacked: 1 << 18,
        ..Limits::default()
    };
    let within = |bytes: &[u8]| read_within(bytes, None, &limits).map_err(DocumentError::code);
    let zeros = vec![b' '; 1 << 19];
    let bomb = "x".repeat(1 << 19);
    assert_eq!(within(&docx(&paragraph(&bomb))), Err("too_large"));
    let page =
        |dictionary: &str, bytes: &[u8]| pdf_of(&pdf_objects(&[stream(dictionary, bytes)]), "");
    assert_eq!(
        within(&page("/Filter /FlateDecode", &packed(&zeros))),
        Err("too_large")
    );
    // Packed twice, in one filter's list and as what is scanned before opening.
    let twice = packed(&packed(&vec![b' '; 8 << 20]));
    assert!(twice.len() < 5000);
    for dictionary in [
        "/Filter [/FlateDecode /FlateDecode]",
        "/Type /ObjStm /Filter [/FlateDecode /FlateDecode]",
    ] {
        assert_eq!(within(&page(dictionary, &twice)), Err("too_large"));
    }
    assert_eq!(
        within(&page(
            "/Filter [/FlateDecode /FlateDecode]",
            &packed(&packed(b"BT ET"))
        )),
        Err("damaged")
    );
    // Many pages that share one stream.
    let content = stream("/Filter /FlateDecode", &packed(&zeros[..1 << 17]));
    let mut objects = pdf_objects(&vec![b"null".to_vec(); 10]);
    objects.push(content);
    let shared = format!("/Contents {} 0 R", objects.len());
    for n in 0..10 {
        objects[3 + 2 * n] = format!("<< /Type /Page /Parent 2 0 R {shared} >>").into_bytes();
    }
    assert_eq!(within(&pdf_of(&objects, "")), Err("too_large"));
}

#[test]
fn protected_files_are_named_so() {
    let trailer = "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 \
        /O <0000000000000000000000000000000000000000000000000000000000000000> \
        /U <0000000000000000000000000000000000000000000000000000000000000000> >>";
    let objects = pdf_objects(&[stream("", &writing(&[(72, 700, "secret")]))]);
    assert_eq!(code(&pdf_of(&objects, trailer)), "encrypted");
    let mut office = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    office.extend([0; 512]);
    assert_eq!(
        code(&office),
        "unsupported",
        "an office file of the last century"
    );
    office.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(code(&office), "encrypted");
}

#[test]
fn pictures_of_pages_are_named_so() {
    let picture = stream(
        "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
        &[0],
    );
    let mut objects = pdf_objects(&[stream(
        "",
        b"q 612 0 0 792 0 0 cm /Im Do Q BT /F1 9 Tf 300 20 Td (1) Tj ET",
    )]);
    objects.push(picture);
    objects[3] = b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R \
        /Resources << /XObject << /Im 6 0 R >> /Font << /F1 3 0 R >> >> >>"
        .to_vec();
    assert_eq!(code(&pdf_of(&objects, "")), "scanned");
    let outlines = b"0 0 m 9 9 l 9 0 l f\n".repeat(60);
    assert_eq!(
        code(&pdf_of(&pdf_objects(&[stream("", &outlines)]), "")),
        "scanned"
    );
}

#[test]
fn broken_files_are_named_so() {
    let file = pdf(&["Some words of a page"]);
    assert_eq!(code(&file[..40]), "damaged");
    assert_eq!(code(b"%PDF-1.7\nnothing of a PDF follows"), "damaged");
    let file = docx(&paragraph("Some words"));
    assert_eq!(code(&file[..file.len() / 2]), "damaged");
    assert_eq!(code(&docx("<w:p><w:r><w:t>open")), "damaged");
    let relations = ("_rels/.rels", super::samples::RELATIONS);
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x><t>&b;</t></x>";
    assert_eq!(
        code(&archive(&[relations, ("word/document.xml", entities)])),
        "damaged"
    );
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(
        code(&archive(&[relations, ("word/document.xml", &deep)])),
        "damaged"
    );
}

#[test]
fn other_kinds_are_named_so() {
    for file in [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01".to_vec(),
        b"{\\rtf1 words}".to_vec(),
        b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec(),
        archive(&[("mimetype", "application/vnd.oasis.opendocument.text")]),
        archive(&[("_rels/.rels", "<Relationships/>")]),
    ] {
        assert_eq!(code(&file), "unsupported");
    }
}

#[test]
fn nothing_to_read_is_named_so() {
    assert_eq!(code(b""), "empty");
    assert_eq!(code(b" \r\n\t"), "empty");
    assert_eq!(code("\u{feff}\u{200b}--".as_bytes()), "empty");
    assert_eq!(code(&docx("<w:p/>")), "empty");
    assert_eq!(code(&pdf(&[""])), "empty");
}

#[test]
fn files_that_lead_in_circles_or_nest_without_end_are_read_to_an_end() {
    let begins = Instant::now();
    let nested = [
        b"[".repeat(200_000),
        b"<<".repeat(200_000),
        b"<</A".repeat(200_000),
        b"(".repeat(200_000),
    ];
    for nested in &nested {
        let mut objects = pdf_objects(&[stream("", nested)]);
        objects.push(nested.clone());
        let file = pdf_of(&objects, "");
        assert!(read(&file, None).is_err());
        assert!(read(&[b"%PDF-1.4\n", nested.as_slice()].concat(), None).is_err());
    }
    // A form that draws itself, a tree of pages that holds itself, a table that is before itself.
    let mut objects = pdf_objects(&[stream(
        "",
        b"/Fm Do BT /F1 9 Tf 72 700 Td (words on the first page) Tj ET",
    )]);
    let resources = "/Resources << /XObject << /Fm 6 0 R >> /Font << /F1 3 0 R >> >>";
    objects[3] =
        format!("<< /Type /Page /Parent 2 0 R /Contents 5 0 R {resources} >>").into_bytes();
    objects.push(stream(
        &format!("/Subtype /Form /BBox [0 0 9 9] {resources}"),
        b"/Fm Do /Fm Do",
    ));
    objects[1] = b"<< /Type /Pages /Count 9 /Kids [4 0 R 2 0 R 4 0 R] >>".to_vec();
    let text = read(&pdf_of(&objects, "/Prev 9"), None).map(|document| document.text);
    assert_eq!(text.as_deref(), Ok("words on the first page"));
    // References that lead to each other.
    let mut objects = pdf_objects(&[b"6 0 R".to_vec()]);
    objects.push(b"7 0 R".to_vec());
    objects.push(b"6 0 R".to_vec());
    assert!(read(&pdf_of(&objects, ""), None).is_err());
    assert!(begins.elapsed() < Duration::from_secs(60));
}

#[test]
fn drawings_that_double_without_end_stop_at_the_time() {
    let form = |n: usize| {
        stream(
            &format!("/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /Fm {n} 0 R >> >>"),
            b"/Fm Do /Fm Do",
        )
    };
    let mut objects = pdf_objects(&[stream("", b"/Fm Do")]);
    objects[3] = b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /XObject << /Fm 6 0 R >> >> >>".to_vec();
    objects.extend((7..52).map(form));
    let limits = Limits {
        time: Duration::from_millis(500),
        ..Limits::default()
    };
    let begins = Instant::now();
    let ends = read_within(&pdf_of(&objects, ""), None, &limits);
    assert_eq!(ends.map_err(DocumentError::code), Err("too_large"));
    assert!(begins.elapsed() < Duration::from_secs(20));
}

#[test]
fn logs_and_errors_do_not_repeat_the_text() {
    let document = read(b"Ada Example, ada@example.org", None).unwrap();
    assert!(!format!("{document:?}").contains("Ada"));
    let resume = resume("Skills\nAda, Rust", None);
    assert!(!format!("{resume:?}").contains("Ada"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_bytes_end_in_text_or_an_error(
        which in 0_usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..24),
        keep in 0.2_f64..1.0,
    ) {
        let mut file = match which {
            0 => pdf(&["Some words of a page", "and of another"]),
            1 => pdf_of(&pdf_objects(&[stream("", &writing(&[(72, 700, "unpacked words")]))]), ""),
            _ => docx(&paragraph("Some words of a letter")),
        };
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        file.truncate((file.len() as f64 * keep) as usize);
        if let Ok(document) = read(&file, None) {
            prop_assert!(document.text.chars().any(char::is_alphanumeric));
        }
    }

    #[test]
    fn sections_are_pieces_of_the_text(text in "(Education|Skills:|# DENEYİM|FORMATION|HOBİLER|[a-zçğ, ]{0,12}|)(\n(Education|Skills:|# DENEYİM|FORMATION|ARMY LIFE|[a-zçğ,; ]{0,12}|)){0,12}") {
        let characters: Vec<char> = text.chars().collect();
        let mut last = 0;
        for section in resume(&text, Some("tr")).sections {
            let there: String = characters[section.start..section.end].iter().collect();
            prop_assert_eq!(&there, &section.text);
            prop_assert!(section.start >= last);
            last = section.end;
        }
    }
}
