use super::*;

/// Writes the examples for looking at: `CANDOR_EXAMPLES=folder cargo test -- --ignored examples`.
#[test]
#[ignore = "writes files, to be looked at"]
fn examples() {
    let folder = std::env::var_os("CANDOR_EXAMPLES").expect("CANDOR_EXAMPLES names a folder");
    let folder = std::path::PathBuf::from(folder);
    let decided = About {
        decision: Some(Decision {
            outcome: "Invite to the second round".to_owned(),
            reason: "Her account of the outage convinced us; the gaps are in tools, which she can learn.".to_owned(),
            by: "Deniz Kaya".to_owned(),
            at: about().made_at,
        }),
        ..about()
    };
    let practice = About {
        purpose: Purpose::Practice,
        title: "Rehearsal: site reliability".to_owned(),
        ..about()
    };
    let mut hard = rich();
    hard.questions[0].answers = vec!["面接 ありがとう 👩‍💻🎉 مرحبا \u{0}\u{202e}end".to_owned()];
    hard.questions[1].asked = "Donaudampfschifffahrtsgesellschaft".repeat(8);
    hard.questions[2].feedback = Some("word ".repeat(900));
    hard.competencies[0].key =
        "muvaffakiyetsizleştiricileştiriveremeyebileceklerimizdenmişsinizcesine".to_owned();
    let cases = [
        ("rich-a4", rich(), about(), Paper::A4),
        ("rich-letter", rich(), decided, Paper::Letter),
        ("poor", poor(), about(), Paper::A4),
        ("by-formula", by_formula(), about(), Paper::A4),
        ("practice", rich(), practice, Paper::A4),
        ("hard", hard, about(), Paper::A4),
    ];
    for (name, report, about, paper) in cases {
        let begin = std::time::Instant::now();
        let pdf = made(&report, &about, paper);
        let took = begin.elapsed();
        println!(
            "{name}: {} bytes, {} pages, {took:?}",
            pdf.len(),
            opened(&pdf).get_pages().len()
        );
        std::fs::write(folder.join(format!("{name}.pdf")), pdf).expect("the folder takes files");
    }
    std::fs::write(folder.join("rich.csv"), csv(&rich())).expect("the folder takes files");
}
