//! Words that every job description has and that say nothing of the job. Written for this project; each stands for all
//! its forms, one with a `*` for every word that begins so.

use std::sync::OnceLock;

use super::LANGUAGES;
use crate::evaluation::wordlist::WordList;

const EN: &str = "experience experienced year years month work worker working team teams company companies looking \
    seek candidate candidates applicant strong excellent good great solid deep proven knowledge understanding \
    ability able skill skills skilled responsible responsibilities responsibility requirement requirements required \
    require must job jobs role roles position plus preferred preferably benefit benefits salary competitive package \
    opportunity opportunities join offer apply application process environment familiar familiarity proficiency \
    proficient expertise expert background degree bachelor master related relevant similar equivalent field fields \
    industry level senior junior minimum maximum least years-of-experience day days week time full-time part-time \
    office remote hybrid location based build building design designing develop developing development developer \
    maintain maintaining create creating creation implement implementing implementation ensure assure support \
    supporting manage managing lead leading drive driving deliver delivering write writing help helping provide \
    providing collaborate collaborating collaboration cross-functional contribute participate improve improving \
    optimize use using used utilize leverage apply applying perform performing conduct understand identify evaluate \
    present mentor enhance stay up-to-date latest new modern innovative cutting-edge high highly quality best \
    practice practices various different multiple complex key main core effective effectively efficient efficiently \
    significant significantly successful successfully well clear clearly concise fast dynamic talented passionate \
    passion motivated self-driven ideal real world real-world tools tool technology technologies technique \
    techniques solution solutions system systems product products project projects problem problems task tasks \
    member members people person client clients customer customers user users business \
    including include includes etc e.g i.e such like across within along per also other others any every one two \
    three four five more most many much part range variety focus focusing concept concepts principle principles \
    approach approaches need needs goal goals future popular common commonly large large-scale small scale \
    communication written verbal oral english fluent think critically creatively critical creative attention detail \
    details learn learning-oriented growth career professional equal employer diversity inclusive employees insurance \
    health dental vision retirement flexible hours paid leave bonus submit resume cv cover letter contact email \
    please brief explanation proud celebrate committed mission improve lives engineer engineers engineering \
    specialist manager officer assistant analyst consultant day-to-day hands-on proficiently able own ownership \
    take make get know come give keep set run be have do want description \
    technical solve solving desire invite comprehensive stimulating foster individual extensive challenge challenges \
    framework frameworks library libraries programming language languages problem-solving solver self-starter eager \
    bring looking-for interpersonal organizational presentation analytical player proactive curious mindset attitude";

const TR: &str = "deneyim deneyimli tecrübe tecrübeli yıl yıllık ay gün en az çalışma çalışmak çalışan çalışanlar \
    ekip ekibi takım şirket firma arıyoruz aranan aday adaylar iyi güçlü çok üst düzey düzeyde seviye seviyede bilgi \
    bilgisi bilgili sahip olan olmak olması olarak hakim hâkim konusunda konularında alanında alan alanlarında ilgili \
    benzer gerekli gereken tercih tercihen nitelik nitelikler genel özellik sorumluluk sorumluluklar sorumlu görev \
    görevler iş pozisyon rol ücret yan haklar fırsat başvuru başvurmak üniversite üniversitelerin bölüm bölümlerinden \
    mezun mezunu lisans tercihli geliştirme geliştirmek geliştirici geliştiren tasarlamak tasarım oluşturmak yapmak \
    yapabilen yürütmek yönetmek sağlamak destek desteklemek katkı katılmak kullanmak kullanımı kullanabilen yeni modern \
    yüksek kalite süreç süreçler süreçlerinde süreçlerine çözüm çözümler sistem sistemler ürün ürünler proje projeler \
    problem sorun kişi insan müşteri müşteriler kullanıcı araç araçlar araçları teknoloji teknolojiler becerisi \
    beceri beceriler yetenek yetenekli iletişim yazılı sözlü ingilizce akıcı takip uyumlu çalışabilen öğrenmeye \
    açık yatkın istekli dinamik seyahat engeli askerlik hizmetini tamamlamış erkek adaylar için tanımı tanım ilan analitik düşünme sunum esnek uzaktan ofis \
    hibrit tam zamanlı yarı mühendis mühendisi mühendisliği uzman uzmanı müdür yönetici asistan vb gibi ile";

const FR: &str = "expérience expérimenté an ans année années mois jour travail travailler équipe équipes entreprise \
    société recherchons recherche candidat candidate candidats bon bonne bons bonnes fort forte solide solides \
    excellent excellente connaissance connaissances maîtrise maîtriser capacité capacités compétence compétences \
    responsable responsabilité responsabilités exigence exigences requis requise requises doit poste rôle atout \
    atouts avantage avantages salaire rémunération opportunité rejoindre offrir offre postuler candidature processus \
    environnement profil mission missions formation diplôme bac niveau minimum domaine domaines similaire équivalent \
    secteur temps plein partiel bureau télétravail hybride concevoir conception développer développement développeur \
    développeuse maintenir créer création mettre œuvre mise place assurer garantir soutenir gérer gestion diriger \
    piloter livrer rédiger aider fournir collaborer collaboration contribuer participer améliorer amélioration \
    optimiser utiliser utilisation comprendre identifier évaluer présenter nouveau nouvelle nouvelles moderne \
    modernes innovant haute qualité meilleur meilleures pratique pratiques différent différents divers complexe \
    principal efficace rigueur rigoureux autonome autonomie dynamique motivé passionné esprit sens outil outils \
    technologie technologies technique techniques solution solutions système systèmes produit produits projet \
    projets problème problèmes tâche tâches membre membres personne client clients utilisateur utilisateurs besoin \
    besoins notamment ainsi selon etc sein lien plus communication écrit oral anglais courant lu parlé ingénieur \
    ingénieure chef responsable assistant consultant analyste cdi cdd stage alternance souhaité apprécié description langage langages programmation cadre analytique relationnel aisance curieux être avoir \
    faire";

const ID: &str = "pengalaman berpengalaman tahun bulan hari minimal kerja bekerja pekerjaan tim perusahaan mencari \
    kandidat calon pelamar baik kuat sangat tinggi mampu kemampuan pengetahuan pemahaman memahami menguasai memiliki \
    punya keahlian keterampilan tanggung jawab bertanggung persyaratan syarat kualifikasi posisi peran nilai tambah \
    diutamakan gaji tunjangan kesempatan bergabung melamar lamaran lingkungan latar belakang gelar sarjana lulusan \
    pendidikan jurusan s1 d3 setara bidang terkait serupa sejenis tingkat waktu penuh paruh kantor lokasi penempatan \
    membangun merancang mengembangkan pengembangan pengembang memelihara membuat menerapkan memastikan mendukung \
    mengelola memimpin menyusun menulis membantu menyediakan melakukan bekerjasama bekerja sama kolaborasi \
    berkontribusi berpartisipasi meningkatkan menggunakan penggunaan menganalisis mengidentifikasi mengevaluasi baru \
    modern inovatif kualitas terbaik praktik berbagai kompleks utama efektif efisien dinamis bersemangat termotivasi \
    alat teknologi teknik solusi sistem produk proyek masalah tugas anggota orang pelanggan pengguna kebutuhan \
    seperti serta maupun lain dll lebih komunikasi tertulis lisan bahasa inggris lancar aktif pasif jujur disiplin \
    teliti mandiri target insinyur staf manajer asisten analis konsultan usia pria wanita bersedia deskripsi pemrograman kerangka pustaka analitis berpikir kritis kreatif inisiatif";

/// The words of `language`; none for one that there are none for.
pub(super) fn of(language: &str) -> Option<&'static WordList> {
    static ALL: OnceLock<Vec<WordList>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        LANGUAGES
            .into_iter()
            .zip([EN, TR, FR, ID])
            .map(|(language, words)| WordList::new(words, Some(language)))
            .collect()
    });
    LANGUAGES
        .iter()
        .position(|known| *known == language)
        .map(|at| &all[at])
}
