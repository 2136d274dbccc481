use proptest::prelude::*;

use super::*;

const JOB: &str = "Senior Backend Engineer\n\nAbout us\nWe sell bicycles and love coffee.\n\nResponsibilities\n\
    Design and run payment services\nReview code of payment services\n\nRequirements\n5 years of experience with Rust\n\
    PostgreSQL and Kubernetes\nDistributed systems, message queues\nStakeholder negotiation\n\n\
    Nice to have\nTerraform\n\nBenefits\nFree fruit";

const RESUME: &str = "Ada\n\nExperience\nBuilt services for payments in Rust, kept data in Postgres and ran them on K8s.\n\
    Negotiated with every stakeholder of the payment service and wrote the message queue that it uses.\n\nSkills\nRust, SQL";

fn texts(terms: &[Term]) -> Vec<&str> {
    terms.iter().map(|term| term.text.as_str()).collect()
}

#[test]
fn terms_are_matched_in_other_forms_and_other_ways_to_write_them() {
    let found = matching(RESUME, JOB, Some("en")).unwrap();
    let matched = texts(&found.matched);
    for term in [
        "Rust",
        "PostgreSQL",
        "Kubernetes",
        "payment services",
        "message queues",
        "Stakeholder negotiation",
    ] {
        assert!(matched.contains(&term), "{term}: {matched:?}");
    }
    assert!(texts(&found.missing).contains(&"Terraform"));
    let all: f64 = found
        .matched
        .iter()
        .chain(&found.missing)
        .map(|term| term.weight)
        .sum();
    let have: f64 = found.matched.iter().map(|term| term.weight).sum();
    assert!((found.share - have / all).abs() < 1e-12 && found.share > 0.6);
}

#[test]
fn evidence_is_a_quote_from_both_texts() {
    let found = matching(RESUME, JOB, Some("en")).unwrap();
    let at = |text: &str, evidence: &Evidence| -> String {
        text.chars()
            .skip(evidence.start)
            .take(evidence.end - evidence.start)
            .collect()
    };
    for term in found.matched.iter().chain(&found.missing) {
        assert!(!term.job.is_empty());
        assert!(term.job.iter().all(|found| at(JOB, found) == found.quote));
        assert!(
            term.resume
                .iter()
                .all(|found| at(RESUME, found) == found.quote)
        );
    }
    let kubernetes = found.matched.iter().find(|term| term.text == "Kubernetes");
    assert_eq!(kubernetes.unwrap().resume[0].quote, "K8s");
}

#[test]
fn what_is_asked_for_comes_first_and_what_is_offered_never() {
    let topics = topics(JOB, Some("en")).unwrap();
    let texts = texts(&topics);
    assert!(
        topics[..3]
            .iter()
            .all(|term| term.place == Place::Requirements),
        "{texts:?}"
    );
    for word in ["fruit", "coffee", "bicycles", "experience", "years"] {
        assert!(!texts.iter().any(|text| text.contains(word)), "{texts:?}");
    }
    let weight = |text: &str| {
        topics
            .iter()
            .find(|term| term.text == text)
            .map(|term| term.weight)
    };
    assert!(weight("Rust") > weight("Terraform"));
}

#[test]
fn a_short_text_is_not_measured_instead_of_zero() {
    let code =
        |resume: &str, job: &str, language| matching(resume, job, language).unwrap_err().code;
    assert_eq!(code("", JOB, Some("en")), "too_short");
    assert_eq!(code(RESUME, "", None), "too_short");
    assert_eq!(code(RESUME, "Rust", Some("en")), "too_short");
    assert_eq!(code(RESUME, JOB, Some("ja")), "language_unsupported");
    assert_eq!(topics("", Some("en")).unwrap_err().code, "too_short");
}

#[test]
fn nothing_in_common_is_a_measured_zero() {
    let cook = "Cooked soups and sauces in a small kitchen, baked bread every morning and cleaned the stove \
        every evening for many happy guests in a village by the sea.";
    let found = matching(cook, JOB, Some("en")).unwrap();
    assert!(found.share.abs() < 1e-12 && found.matched.is_empty());
}

#[test]
fn other_languages_find_forms_and_names_across() {
    let turkish = "Makine Öğrenmesi Uzmanı\n\nAranan Nitelikler\nPython ile en az 3 yıl deneyim\nVeri tabanı tasarımı\n\
        İstatistiksel modelleme\nKubernetes bilgisi\nRaporlama ve sunum hazırlama becerisi olan adaylar";
    let resume = "Deneyim\nPython'da modeller yazdım, makine öğrenimi projelerinde veri tabanlarını kurdum, \
        istatistiksel modellemeler yaptım ve haftalık raporlamalar hazırladım, ekiplerle birlikte çalıştım.";
    let found = matching(resume, turkish, Some("tr")).unwrap();
    let matched = texts(&found.matched);
    for term in ["Python", "Makine Öğrenmesi", "İstatistiksel modelleme"] {
        assert!(
            matched.contains(&term),
            "{term}: {matched:?} {:?}",
            texts(&found.missing)
        );
    }
    assert!(texts(&found.missing).contains(&"Kubernetes"));

    let french = "Chargé de clientèle\n\nProfil recherché\nNégociation commerciale et fidélisation\nMaîtrise de Salesforce\n\
        Gestion de projet\nPrésentations devant des comités de direction et rédaction de rapports";
    let resume = "Expérience\nJ'ai fidélisé des comptes, mené des négociations commerciales avec SFDC et présenté des \
        rapports devant le comité. Project management pendant trois ans dans une grande banque.";
    let found = matching(resume, french, None).unwrap();
    let matched = texts(&found.matched);
    for term in ["Salesforce", "Négociation commerciale", "Gestion de projet"] {
        assert!(
            matched.contains(&term),
            "{term}: {matched:?} {:?}",
            texts(&found.missing)
        );
    }

    let indonesian = "Pengembang Backend\n\nKualifikasi\nMenguasai Golang dan PostgreSQL\nKeamanan jaringan\nPengujian otomatis\n\
        Memiliki pengalaman kerja minimal dua tahun di bidang terkait dan mampu bekerja dalam tim";
    let resume = "Pengalaman\nSaya menulis layanan dengan Go, menguji secara otomatis, menjaga keamanan jaringan dan menyimpan data \
        di Postgres selama tiga tahun di sebuah perusahaan rintisan.";
    let found = matching(resume, indonesian, Some("id")).unwrap();
    let matched = texts(&found.matched);
    for term in ["Golang", "PostgreSQL", "Keamanan jaringan"] {
        assert!(
            matched.contains(&term),
            "{term}: {matched:?} {:?}",
            texts(&found.missing)
        );
    }
}

proptest! {
    #[test]
    fn any_texts_give_a_share_with_its_evidence(
        resume in "([A-Za-zçıİş+#.'-]{1,8}[ ,\n]){0,60}",
        job in "([A-Za-zçıİş+#.'-]{1,8}[ ,\n]){0,60}",
    ) {
        for language in LANGUAGES {
            if let Ok(found) = matching(&resume, &job, Some(language)) {
                prop_assert!((0.0..=1.0).contains(&found.share));
                prop_assert!(found.matched.iter().all(|term| !term.resume.is_empty()));
                prop_assert!(found.missing.iter().all(|term| term.resume.is_empty()));
            }
        }
    }
}
