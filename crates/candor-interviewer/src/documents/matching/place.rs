//! Where something stands in a job description. Written for this project.

use candor_signals::text::tokens::fold;
use serde::{Deserialize, Serialize};

use super::super::heading;

/// The part of a job description, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// What somebody must bring.
    Requirements,
    /// The first line: the name of the job.
    Title,
    /// What is welcome.
    Preferred,
    /// What somebody will do.
    Duties,
    /// Anywhere else.
    Elsewhere,
    /// The company, what it offers, how to apply: nothing that a résumé has to answer.
    Aside,
}

impl Place {
    /// How much a term there weighs.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Requirements => 3.0,
            Self::Title => 2.0,
            Self::Preferred | Self::Duties => 1.5,
            Self::Elsewhere => 1.0,
            Self::Aside => 0.0,
        }
    }
}

const HEADINGS: [(Place, &str); 5] = [
    (
        Place::Requirements,
        "requirements; requirement; job requirements; key requirements; qualifications; required qualifications; \
         minimum qualifications; basic qualifications; key qualifications; required skills; required experience; \
         skills; skills required; key skills; technical skills; experience; education; must have; must haves; \
         must-have; must-haves; what you bring; what you'll bring; what you will bring; what you need; \
         what you'll need; what we're looking for; what we are looking for; who we're looking for; \
         who we are looking for; who you are; about you; your profile; your skills; your background; profile; \
         you have; you bring; ideal candidate; the ideal candidate; candidate profile; competencies; \
         aranan nitelikler; genel nitelikler; nitelikler; nitelik; aranan özellikler; gereksinimler; gereklilikler; \
         beklentiler; beklentilerimiz; adayda aranan özellikler; aradığımız nitelikler; yetkinlikler; \
         genel nitelikler ve iş tanımı; sizden beklentilerimiz; kimi arıyoruz; aday profili; \
         profil; profil recherché; votre profil; le profil; compétences; compétences requises; exigences; prérequis; \
         pré-requis; qualifications requises; profil du candidat; vos atouts; ce que nous recherchons; \
         compétences attendues; \
         persyaratan; syarat; kualifikasi; kriteria; persyaratan pekerjaan; kualifikasi pekerjaan; \
         kualifikasi minimum; persyaratan umum; yang kami cari; kemampuan yang dibutuhkan; keahlian; kompetensi",
    ),
    (
        Place::Preferred,
        "nice to have; nice to haves; nice-to-have; preferred; preferred qualifications; preferred skills; \
         preferred experience; bonus; bonus points; bonus skills; pluses; plus; good to have; desirable; desired; \
         desired skills; additional qualifications; it would be a plus; \
         tercihen; tercih sebebi; tercih sebepleri; tercih edilen nitelikler; artılar; \
         atouts; les plus; serait un plus; compétences appréciées; souhaité; \
         nilai tambah; nilai plus; diutamakan; lebih disukai",
    ),
    (
        Place::Duties,
        "responsibilities; responsibility; key responsibilities; main responsibilities; job responsibilities; \
         duties; job duties; what you'll do; what you will do; what you'll be doing; your role; the role; \
         about the role; role; your responsibilities; your tasks; tasks; your mission; day to day; \
         the job; key duties; essential functions; \
         sorumluluklar; görevler; görev tanımı; görev ve sorumluluklar; iş tanımı; temel sorumluluklar; \
         neler yapacaksın; neler yapacaksınız; rol; \
         missions; vos missions; mission; vos responsabilités; responsabilités; le poste; vos tâches; activités; \
         descriptif du poste; principales missions; \
         tanggung jawab; tugas; uraian tugas; tugas utama; tanggung jawab utama; deskripsi tugas",
    ),
    (
        Place::Aside,
        "benefits; perks; what we offer; we offer; our offer; compensation; salary; pay; \
         how to apply; apply; application; application process; about us; about the company; about the team; \
         our company; the company; who we are; why join us; why us; our values; our mission; \
         equal opportunity; equal opportunity employer; equal opportunities; location; \
         yan haklar; sunduklarımız; neler sunuyoruz; sana ne sunuyoruz; size neler sunuyoruz; imkanlar; \
         çalışma koşulları; hakkımızda; biz kimiz; şirket hakkında; başvuru; nasıl başvurulur; ücret; \
         avantages; nous offrons; ce que nous offrons; nous proposons; ce que nous proposons; rémunération; \
         à propos; à propos de nous; qui sommes-nous; l'entreprise; comment postuler; candidature; pour postuler; \
         conditions; \
         tunjangan; benefit; keuntungan; yang kami tawarkan; fasilitas; gaji; tentang kami; tentang perusahaan; \
         cara melamar; lamaran; lokasi",
    ),
    (
        Place::Elsewhere,
        "job description; description; job summary; summary; overview; position summary; introduction; \
         iş ilanı; genel bakış; özet; description du poste; présentation; contexte; \
         deskripsi pekerjaan; deskripsi; ringkasan; gambaran umum",
    ),
];

/// What says inside a line that it is welcome only.
const WELCOME: [&str; 19] = [
    "is a plus",
    "are a plus",
    "a plus",
    "nice to have",
    "preferred",
    "preferably",
    "a bonus",
    "an advantage",
    "desirable",
    "ideally",
    "tercih sebebi",
    "tercihen",
    "artıdır",
    "artı olarak",
    "un plus",
    "un atout",
    "apprécié",
    "nilai tambah",
    "diutamakan",
];

/// What says inside a line that the rest is about the company and its offer.
const FAREWELL: [&str; 12] = [
    "we offer",
    "we invite you",
    "apply now",
    "to apply,",
    "equal opportunity",
    "sunuyoruz",
    "başvurunuzu",
    "nous offrons",
    "nous proposons",
    "postulez",
    "kami menawarkan",
    "kirimkan lamaran",
];

/// The place of every line.
pub(super) fn of_lines(lines: &[&str], language: Option<&str>) -> Vec<Place> {
    let mut places = Vec::with_capacity(lines.len());
    let mut here = Place::Elsewhere;
    let title = lines.iter().position(|line| !line.trim().is_empty());
    for (n, line) in lines.iter().enumerate() {
        let label = line.split_once(':').map(|(label, _)| label);
        let heading = heading::find(line, language, &HEADINGS)
            .or_else(|| label.and_then(|label| heading::find(label, language, &HEADINGS)));
        if let Some(place) = heading {
            // A title such as "Job description: engineer" heads nothing.
            here = place;
        }
        let folded = fold(line, language);
        if heading.is_none() && FAREWELL.iter().any(|words| folded.contains(words)) {
            here = Place::Aside;
        }
        places.push(if Some(n) == title && here != Place::Aside {
            Place::Title
        } else if matches!(here, Place::Requirements | Place::Duties | Place::Elsewhere)
            && WELCOME.iter().any(|words| folded.contains(words))
        {
            Place::Preferred
        } else {
            here
        });
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_where_their_heading_puts_them() {
        let lines = [
            "Backend Engineer",
            "About us",
            "We are nice.",
            "What you'll do:",
            "Build services",
            "Requirements: Rust",
            "SQL",
            "Go is a plus",
            "We offer",
            "Fruit",
        ];
        use Place::{Aside, Duties, Preferred, Requirements, Title};
        assert_eq!(
            of_lines(&lines, Some("en")),
            [
                Title,
                Aside,
                Aside,
                Duties,
                Duties,
                Requirements,
                Requirements,
                Preferred,
                Aside,
                Aside
            ]
        );
        for (line, language) in [
            ("ARANAN NİTELİKLER", "tr"),
            ("Profil recherché :", "fr"),
            ("Kualifikasi", "id"),
        ] {
            assert_eq!(
                of_lines(&["x", line, "y"], Some(language))[2],
                Requirements,
                "{line}"
            );
        }
    }
}
