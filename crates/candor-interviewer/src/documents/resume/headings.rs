//! Headings of résumés in four languages. Written for this project.

use super::{super::heading, SectionKind};

/// Most words of a heading that is told by its capitals only.
const MAX_CAPITAL_WORDS: usize = 4;

/// Headings by kind: lower case, parted by semicolons.
const HEADINGS: [(SectionKind, &str); 8] = [
    (
        SectionKind::Education,
        "education; educational background; academic background; academic history; academic qualifications; \
         education and training; academics; studies; \
         eğitim; eğitim bilgileri; eğitim durumu; öğrenim; öğrenim durumu; öğrenim bilgileri; akademik geçmiş; \
         formation; formations; formation académique; formations académiques; parcours académique; \
         parcours scolaire; études; diplômes; diplômes et formations; scolarité; \
         pendidikan; riwayat pendidikan; latar belakang pendidikan; pendidikan formal; pendidikan terakhir",
    ),
    (
        SectionKind::Experience,
        "experience; experiences; work experience; professional experience; employment; employment history; \
         work history; career history; career; relevant experience; professional background; \
         industry experience; internships; internship; internship experience; \
         deneyim; deneyimler; iş deneyimi; iş deneyimleri; iş tecrübesi; iş tecrübeleri; tecrübe; tecrübeler; \
         mesleki deneyim; mesleki tecrübe; profesyonel deneyim; çalışma hayatı; iş geçmişi; kariyer; stajlar; staj; \
         staj deneyimi; \
         expérience; expériences; expérience professionnelle; expériences professionnelles; parcours professionnel; \
         parcours; emplois; stages; stages et emplois; \
         pengalaman; pengalaman kerja; riwayat pekerjaan; riwayat kerja; pengalaman profesional; \
         pengalaman bekerja; pekerjaan; magang; pengalaman magang",
    ),
    (
        SectionKind::Skills,
        "skills; skill; key skills; core skills; technical skills; professional skills; soft skills; hard skills; \
         skill set; skillset; core competencies; competencies; key competencies; areas of expertise; expertise; \
         technologies; tools; tech stack; technical expertise; technical proficiencies; tools and technologies; \
         technical skills and tools; abilities; proficiencies; programming languages; \
         yetenekler; yetenek; beceriler; beceri; yetkinlikler; teknik beceriler; teknik yetenekler; \
         teknik yetkinlikler; bilgisayar bilgisi; bilgisayar becerileri; programlama dilleri; teknolojiler; \
         uzmanlık alanları; uzmanlık; kişisel beceriler; araçlar; \
         compétences; compétence; compétences techniques; compétences clés; compétences professionnelles; \
         compétences informatiques; informatique; savoir-faire; savoir-être; savoir faire; savoir être; outils; \
         outils et technologies; langages de programmation; domaines de compétences; aptitudes; \
         keahlian; keterampilan; kemampuan; kompetensi; keahlian teknis; kemampuan teknis; keterampilan teknis; \
         keahlian utama; bahasa pemrograman; teknologi; alat",
    ),
    (
        SectionKind::Summary,
        "summary; professional summary; executive summary; career summary; profile; professional profile; \
         personal profile; objective; career objective; objectives; about; about me; personal statement; \
         introduction; overview; highlights; \
         özet; kariyer özeti; profesyonel özet; profil; hakkımda; kariyer hedefi; hedef; amaç; ön yazı; kişisel özet; \
         résumé; profil professionnel; à propos; à propos de moi; objectif; objectif professionnel; objectifs; \
         présentation; accroche; \
         ringkasan; ringkasan profesional; ringkasan profil; profil profesional; tentang saya; tujuan; tujuan karir; \
         tujuan karier; profil singkat; ringkasan karir",
    ),
    (
        SectionKind::Projects,
        "projects; project; personal projects; selected projects; key projects; academic projects; side projects; \
         open source; open source projects; open source contributions; portfolio; project experience; \
         projeler; proje; kişisel projeler; akademik projeler; seçilmiş projeler; proje deneyimi; portföy; \
         açık kaynak; \
         projets; projet; projets personnels; projets académiques; projets réalisés; réalisations; \
         proyek; projek; proyek pribadi; pengalaman proyek; portofolio",
    ),
    (
        SectionKind::Certifications,
        "certifications; certification; certificates; certificate; licenses; licences; courses; training; trainings; \
         professional development; \
         sertifikalar; sertifika; sertifikalarım; kurslar; kurs; seminerler; eğitimler; alınan eğitimler; \
         kurs ve sertifikalar; \
         certificats; certificat; habilitations; formations complémentaires; formation continue; \
         sertifikasi; sertifikat; pelatihan; kursus; lisensi; pelatihan dan sertifikasi; seminar",
    ),
    (
        SectionKind::Languages,
        "languages; language; language skills; foreign languages; \
         diller; yabancı diller; yabancı dil; dil bilgisi; dil becerileri; bildiği diller; \
         langues; langue; langues étrangères; compétences linguistiques; \
         bahasa; kemampuan bahasa; bahasa asing; penguasaan bahasa",
    ),
    (
        SectionKind::Other,
        "references; referees; interests; hobbies; hobbies and interests; awards; honors; honours; achievements; \
         publications; volunteering; volunteer experience; volunteer work; volunteer; extracurricular activities; \
         activities; contact; contact information; personal information; personal details; additional information; \
         memberships; affiliations; patents; conferences; military service; \
         referanslar; referans; ilgi alanları; hobiler; ödüller; başarılar; yayınlar; gönüllü çalışmalar; \
         gönüllülük; iletişim; iletişim bilgileri; kişisel bilgiler; ek bilgiler; üyelikler; askerlik; \
         askerlik durumu; etkinlikler; \
         références; centres d'intérêt; centre d'intérêt; centres d'intérêts; intérêts; loisirs; prix; distinctions; \
         bénévolat; vie associative; contact; coordonnées; informations personnelles; état civil; \
         informations complémentaires; divers; activités; \
         referensi; minat; hobi; penghargaan; prestasi; publikasi; organisasi; pengalaman organisasi; \
         kegiatan sukarela; sukarelawan; kontak; informasi kontak; data pribadi; data diri; informasi pribadi; \
         informasi tambahan; kegiatan",
    ),
];

/// What a line is the heading of; `None` for a line that is none.
pub(super) fn kind(line: &str, language: Option<&str>) -> Option<SectionKind> {
    heading::find(line, language, &HEADINGS)
}

/// Whether all its letters are capitals.
pub(super) fn is_capital(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !line.chars().any(char::is_lowercase)
}

/// Whether a line may be a heading that is not known: a few words in capitals and nothing else.
pub(super) fn may_be(line: &str) -> bool {
    is_capital(line)
        && line.split_whitespace().count() <= MAX_CAPITAL_WORDS
        && line.chars().all(|c| {
            c.is_alphabetic() || c.is_whitespace() || matches!(c, '&' | '-' | '\'' | '’' | ':')
        })
}

#[cfg(test)]
mod tests {
    use candor_signals::text::tokens::fold;

    use super::*;

    #[test]
    fn headings_are_known_in_every_language_however_they_are_set() {
        let told = [
            ("EDUCATION", SectionKind::Education),
            ("## Work Experience", SectionKind::Experience),
            ("3. Technical Skills:", SectionKind::Skills),
            ("E X P E R I E N C E", SectionKind::Experience),
            ("İ Ş D E N E Y İ M İ", SectionKind::Experience),
            ("Certifications & Courses", SectionKind::Certifications),
            ("İŞ DENEYİMİ", SectionKind::Experience),
            ("EĞİTİM BİLGİLERİ", SectionKind::Education),
            ("Yetenekler", SectionKind::Skills),
            ("YABANCI DİLLER", SectionKind::Languages),
            ("Expériences professionnelles", SectionKind::Experience),
            ("COMPÉTENCES", SectionKind::Skills),
            ("Formation", SectionKind::Education),
            ("Centres d’intérêt", SectionKind::Other),
            ("PENGALAMAN KERJA", SectionKind::Experience),
            ("Riwayat Pendidikan", SectionKind::Education),
            ("Keahlian", SectionKind::Skills),
            ("Pelatihan dan Sertifikasi", SectionKind::Certifications),
        ];
        for (line, expected) in told {
            assert_eq!(kind(line, None), Some(expected), "{line}");
        }
    }

    #[test]
    fn sentences_and_entries_are_no_headings() {
        for line in [
            "Experience with databases and tools",
            "Master of Science, 2019",
            "• Led education projects for schools",
            "Skills that I have learnt over a long time at work",
            "",
            "•",
        ] {
            assert_eq!(kind(line, Some("en")), None, "{line}");
        }
    }

    #[test]
    fn every_heading_is_listed_once_as_it_is_compared() {
        for (_, headings) in HEADINGS {
            for heading in headings.split("; ") {
                assert_eq!(heading.trim(), heading);
                assert_eq!(fold(heading, None), heading);
            }
        }
    }
}
