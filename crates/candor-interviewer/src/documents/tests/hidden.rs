//! Words that a file holds for programs and shows to nobody.

use super::*;

/// What is read of a page that draws this, and how many characters of it are hidden.
fn page(content: &str) -> (String, usize) {
    let file = pdf_of(&pdf_objects(&[stream("", content.as_bytes())]), "");
    let document = read(&file, None).expect("the page has words");
    (document.text, document.hidden_characters)
}

/// Words that are seen, then `more`.
fn seen_and(more: &str) -> (String, usize) {
    page(&format!(
        "BT /F1 11 Tf 72 700 Td (Ada sells machines) Tj ET {more}"
    ))
}

const SECRET: &str = "(Kubernetes expert) Tj ET";

#[test]
fn what_nobody_sees_of_a_page_is_left_out_and_counted() {
    for (how, begins) in [
        ("white", "1 1 1 rg BT /F1 11 Tf 72 600 Td"),
        ("nearly white", "0.97 g BT /F1 11 Tf 72 600 Td"),
        ("white lines", "1 G 1 Tr BT /F1 11 Tf 72 600 Td"),
        ("not painted", "BT 3 Tr /F1 11 Tf 72 600 Td"),
        ("tiny", "BT /F1 0.1 Tf 72 600 Td"),
        ("made tiny", "q 0.01 0 0 0.01 72 600 cm BT /F1 11 Tf"),
        ("narrow", "BT 1 Tz /F1 11 Tf 72 600 Td"),
        ("left of the page", "BT /F1 11 Tf -400 600 Td"),
        ("below the page", "BT /F1 11 Tf 72 -300 Td"),
        ("clipped", "q 0 0 1 1 re W n BT /F1 11 Tf 72 600 Td"),
        (
            "white on a white box on a dark one",
            "0 g 0 500 612 200 re f 1 g 0 500 612 200 re f BT /F1 11 Tf 72 600 Td",
        ),
        (
            "white beside a dark box",
            "0 g 0 100 612 20 re f 1 g BT /F1 11 Tf 72 600 Td",
        ),
    ] {
        let (text, hidden) = seen_and(&format!("{begins} {SECRET}"));
        assert_eq!((text.as_str(), hidden), ("Ada sells machines", 16), "{how}");
    }
}

#[test]
fn what_is_seen_is_read_whatever_its_colour() {
    for (how, begins) in [
        (
            "white on a dark box",
            "0.1 0.2 0.4 rg 0 590 612 40 re f 1 g BT /F1 11 Tf 72 600 Td",
        ),
        (
            "white on a bar",
            "0 G 40 w 0 600 m 612 600 l S 1 g BT /F1 11 Tf 72 600 Td",
        ),
        ("grey", "0.8 g BT /F1 11 Tf 72 600 Td"),
        ("small print", "BT /F1 5 Tf 72 600 Td"),
        (
            "inside a clip",
            "q 60 580 400 40 re W n BT /F1 11 Tf 72 600 Td",
        ),
        ("after a clip", "q 0 0 1 1 re W n Q BT /F1 11 Tf 72 600 Td"),
        (
            "black on a dark box that is clipped away",
            "q 0 0 1 1 re W n 0 g 0 500 612 200 re f Q BT /F1 11 Tf 72 600 Td",
        ),
        ("enlarged", "q 11 0 0 11 72 600 cm BT /F1 1 Tf"),
    ] {
        let (text, hidden) = seen_and(&format!("{begins} {SECRET}"));
        assert!(text.ends_with("Kubernetes expert"), "{how}: {text}");
        assert_eq!(hidden, 0, "{how}");
    }
}

#[test]
fn a_white_ground_under_words_is_not_counted() {
    let twice = "1 g BT /F1 11 Tf 72 600 Td (Sales lead) Tj ET 0 g BT /F1 11 Tf 72 600 Td (Sales lead) Tj ET";
    let (text, hidden) = seen_and(twice);
    assert_eq!(
        (text.as_str(), hidden),
        ("Ada sells machines\n\nSales lead", 0)
    );
}

/// A page that a picture covers to `height` points, with this behind it.
fn over_a_picture(height: u32, more: &str) -> Result<Document, DocumentError> {
    let content = format!("q 612 0 0 {height} 0 0 cm /Im Do Q {more}");
    let mut objects = pdf_objects(&[stream("", content.as_bytes())]);
    objects.push(stream(
        "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
        &[0],
    ));
    objects[3] = b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R \
        /Resources << /XObject << /Im 6 0 R >> /Font << /F1 3 0 R >> >> >>"
        .to_vec();
    read(&pdf_of(&objects, ""), None)
}

#[test]
fn the_words_of_a_scanned_page_are_those_that_lie_over_its_picture() {
    let layer = "BT 3 Tr /F1 11 Tf 72 600 Td (Recognised words of a scanned page) Tj ET";
    let document = over_a_picture(792, layer).expect("it has words");
    assert_eq!(document.text, "Recognised words of a scanned page");
    assert_eq!(document.hidden_characters, 0);
    // A page that shows words has no such layer, and a small picture is no page.
    let written = "BT /F1 11 Tf 72 700 Td (Ada sells machines to hospitals) Tj ET";
    let document = over_a_picture(792, &format!("{written} {layer}")).expect("it has words");
    assert_eq!(document.text, "Ada sells machines to hospitals");
    assert_eq!(document.hidden_characters, 29);
    assert_eq!(
        over_a_picture(50, layer).map_err(DocumentError::code).err(),
        Some("scanned")
    );
}

#[test]
fn what_nobody_sees_of_a_docx_is_left_out_and_counted() {
    let run = |properties: &str| {
        format!(
            "<w:p><w:r><w:t>Ada</w:t></w:r><w:r><w:rPr>{properties}</w:rPr><w:t>Rust &amp; C</w:t></w:r></w:p>"
        )
    };
    let file = |body: &str| {
        let document = read(&docx(body), None).expect("it has words");
        (document.text, document.hidden_characters)
    };
    for properties in [
        "<w:vanish/>",
        "<w:vanish w:val=\"1\"/>",
        "<w:color w:val=\"FFFFFF\"/>",
        "<w:color w:val=\"fefefe\"/><w:shd w:val=\"clear\" w:fill=\"auto\"/>",
        "<w:sz w:val=\"2\"/>",
    ] {
        assert_eq!(
            file(&run(properties)),
            ("Ada".to_owned(), 6),
            "{properties}"
        );
    }
    for properties in [
        "<w:vanish w:val=\"0\"/>",
        "<w:color w:val=\"C0C0C0\"/>",
        "<w:color w:val=\"auto\"/><w:sz w:val=\"16\"/>",
        "<w:color w:val=\"FFFFFF\"/><w:shd w:val=\"clear\" w:fill=\"1F2937\"/>",
        "<w:color w:val=\"FFFFFF\"/><w:highlight w:val=\"darkBlue\"/>",
    ] {
        assert_eq!(
            file(&run(properties)),
            ("AdaRust & C".to_owned(), 0),
            "{properties}"
        );
    }
    let white = run("<w:color w:val=\"FFFFFF\"/>");
    let shaded = format!(
        "<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:val=\"clear\" w:fill=\"000000\"/></w:tcPr>{white}</w:tc></w:tr></w:tbl>"
    );
    assert_eq!(file(&shaded).1, 0);
    assert_eq!(file(&format!("{shaded}{white}")).1, 6);
    // The end of a paragraph may be hidden; its words are not.
    let end = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>Ada</w:t></w:r></w:p>";
    assert_eq!(file(end), ("Ada".to_owned(), 0));
}
