//! Small files as people hand them in, good and hostile, made on the spot.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

/// A PDF of one page with these lines.
pub fn pdf(lines: &[&str]) -> Vec<u8> {
    pdf_with(lines, "")
}

/// A PDF that opens with a password only.
pub fn encrypted_pdf() -> Vec<u8> {
    let zeros = "0".repeat(64);
    let trailer = format!(
        "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{zeros}> /U <{zeros}> >>"
    );
    pdf_with(&["secret"], &trailer)
}

fn pdf_with(lines: &[&str], trailer: &str) -> Vec<u8> {
    let mut drawn = "BT /F1 11 Tf\n".to_owned();
    for (line, number) in lines.iter().zip(0..) {
        let line = line.replace(['(', ')', '\\'], " ");
        drawn.push_str(&format!(
            "1 0 0 1 72 {} Tm ({line}) Tj\n",
            720 - 14 * number
        ));
    }
    drawn.push_str("ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [4 0 R] /MediaBox [0 0 612 792] \
         /Resources << /Font << /F1 3 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        places.push(file.len());
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = file.len();
    let n = objects.len() + 1;
    file.push_str(&format!("xref\n0 {n}\n0000000000 65535 f \n"));
    for place in places {
        file.push_str(&format!("{place:010} 00000 n \n"));
    }
    file.push_str(&format!(
        "trailer\n<< /Size {n} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"
    ));
    file.into_bytes()
}

/// A DOCX with these paragraphs.
///
/// # Panics
/// When it can't be packed.
pub fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs
        .iter()
        .map(|text| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
        })
        .collect();
    docx_around(&body)
}

/// A DOCX of a few kilobytes that unpacks to `megabytes`.
///
/// # Panics
/// When it can't be packed.
pub fn docx_bomb(megabytes: usize) -> Vec<u8> {
    docx_around(&" ".repeat(megabytes << 20))
}

fn docx_around(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}</w:body></w:document>"
    );
    let relations = "<?xml version=\"1.0\"?>\
        <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
        Target=\"word/document.xml\"/></Relationships>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("_rels/.rels", relations),
        ("word/document.xml", &*document),
    ] {
        zip.start_file(name, SimpleFileOptions::default())
            .expect("an archive takes a file");
        zip.write_all(content.as_bytes())
            .expect("an archive in memory takes all");
    }
    zip.finish().expect("an archive ends").into_inner()
}
