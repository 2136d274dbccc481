//! What the page of a join link says, in each language of invitations. `{organisation}` and times are filled in.

/// The words of one language.
pub(super) struct Wording {
    pub title: &'static str,
    pub planned: &'static str,
    pub ready: &'static str,
    pub running: &'static str,
    pub done: &'static str,
    pub cancelled: &'static str,
    pub closed: &'static str,
    pub unknown: &'static str,
    pub how: &'static str,
}

/// The words of a language; English for one that there is not.
pub(super) fn wording(language: &str) -> &'static Wording {
    match language {
        "tr" => &TURKISH,
        "fr" => &FRENCH,
        "id" => &INDONESIAN,
        _ => &ENGLISH,
    }
}

static ENGLISH: Wording = Wording {
    title: "Your interview",
    planned: "The interview is planned for {time}. This link can be used from {opens} on.",
    ready: "The interview was planned for {time} and can begin now. This link can be used until {closes}.",
    running: "The interview has begun.",
    done: "The interview is over. Thank you for your time.",
    cancelled: "The interview was cancelled. You need not do anything.",
    closed: "This link is closed. Please ask whoever sent it to you for a new one.",
    unknown: "Nothing is behind this link. Please check that it is complete, or ask whoever sent it to you for a new one.",
    how: "The interview is held in the application that {organisation} told you of: open this link there. On this page there is nothing to fill in.",
};

static TURKISH: Wording = Wording {
    title: "Görüşmeniz",
    planned: "Görüşmenin planlanan zamanı: {time}. Bu bağlantının kullanılabileceği zaman: {opens}.",
    ready: "Görüşmenin planlanan zamanı: {time}. Görüşme şimdi başlayabilir. Bağlantının son kullanım zamanı: {closes}.",
    running: "Görüşme başladı.",
    done: "Görüşme sona erdi. Zaman ayırdığınız için teşekkür ederiz.",
    cancelled: "Görüşme iptal edildi. Bir şey yapmanız gerekmiyor.",
    closed: "Bu bağlantı kapandı. Lütfen size gönderen kişiden yeni bir bağlantı isteyin.",
    unknown: "Bu bağlantının arkasında bir şey yok. Lütfen eksiksiz olduğunu kontrol edin ya da size gönderen kişiden yeni bir bağlantı isteyin.",
    how: "Görüşme, {organisation} tarafından size bildirilen uygulamada yapılır: bu bağlantıyı orada açın. Bu sayfada doldurulacak bir şey yoktur.",
};

static FRENCH: Wording = Wording {
    title: "Votre entretien",
    planned: "L'entretien est prévu : {time}. Ce lien sera utilisable à partir de : {opens}.",
    ready: "L'entretien était prévu : {time}. Il peut commencer maintenant. Ce lien est utilisable jusqu'à : {closes}.",
    running: "L'entretien a commencé.",
    done: "L'entretien est terminé. Merci pour votre temps.",
    cancelled: "L'entretien est annulé. Vous n'avez rien à faire.",
    closed: "Ce lien est fermé. Demandez-en un nouveau à la personne qui vous l'a envoyé.",
    unknown: "Ce lien ne mène à rien. Vérifiez qu'il est complet ou demandez-en un nouveau à la personne qui vous l'a envoyé.",
    how: "L'entretien a lieu dans l'application que {organisation} vous a indiquée : ouvrez-y ce lien. Il n'y a rien à remplir sur cette page.",
};

static INDONESIAN: Wording = Wording {
    title: "Wawancara Anda",
    planned: "Wawancara direncanakan: {time}. Tautan ini dapat digunakan mulai: {opens}.",
    ready: "Wawancara direncanakan: {time}, dan dapat dimulai sekarang. Tautan ini dapat digunakan sampai: {closes}.",
    running: "Wawancara telah dimulai.",
    done: "Wawancara telah selesai. Terima kasih atas waktu Anda.",
    cancelled: "Wawancara dibatalkan. Anda tidak perlu melakukan apa pun.",
    closed: "Tautan ini sudah ditutup. Mintalah tautan baru kepada orang yang mengirimkannya.",
    unknown: "Tidak ada apa pun di balik tautan ini. Periksa apakah tautannya lengkap, atau mintalah yang baru kepada orang yang mengirimkannya.",
    how: "Wawancara diadakan di aplikasi yang diberitahukan {organisation} kepada Anda: buka tautan ini di sana. Tidak ada yang perlu diisi di halaman ini.",
};
