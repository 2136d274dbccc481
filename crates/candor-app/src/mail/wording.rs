//! What mail says, in each language of invitations. `{time}` and `{organisation}` are filled in.

use super::Kind;

/// The words of one language.
pub(super) struct Wording {
    pub greeting: &'static str,
    pub greeting_without_name: &'static str,
    /// Of invitation, change, cancellation and reminder.
    subjects: [&'static str; 4],
    /// First sentences, in the same order.
    openings: [&'static str; 4],
    pub duration: &'static str,
    pub message: &'static str,
    pub link: &'static str,
    pub personal: &'static str,
    pub machine: &'static str,
    /// Who runs the chat model, where one is asked.
    pub processor: &'static str,
    pub time: &'static str,
    /// From Monday.
    pub weekdays: [&'static str; 7],
    pub months: [&'static str; 12],
}

impl Wording {
    pub fn subject(&self, kind: Kind) -> &'static str {
        self.subjects[place(kind)]
    }

    pub fn opening(&self, kind: Kind) -> &'static str {
        self.openings[place(kind)]
    }
}

fn place(kind: Kind) -> usize {
    match kind {
        Kind::Invitation => 0,
        Kind::Change => 1,
        Kind::Cancellation => 2,
        Kind::Reminder => 3,
    }
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
    greeting: "Hello {name},",
    greeting_without_name: "Hello,",
    subjects: [
        "Your interview with {organisation}",
        "New time for your interview with {organisation}",
        "Your interview with {organisation} is cancelled",
        "Reminder: your interview with {organisation}",
    ],
    openings: [
        "{organisation} invites you to an interview: {time}.",
        "Your interview with {organisation} has a new time: {time}. The link stays the same.",
        "Your interview with {organisation} does not take place. It was planned for {time}. You need not do anything.",
        "Your interview with {organisation} is coming up: {time}.",
    ],
    duration: "Please allow about {minutes} minutes.",
    message: "A message from {organisation}:",
    link: "When it is time, open this link:",
    personal: "The link is meant for you alone; please do not pass it on.",
    machine: "The questions are asked by an AI system, and people at {organisation} decide. You may ask them for an interview with a person instead.",
    processor: "Answers may be read by an AI model that {processor} runs.",
    time: "{weekday}, {day} {month} {year}, {clock} ({zone})",
    weekdays: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

static TURKISH: Wording = Wording {
    greeting: "Merhaba {name},",
    greeting_without_name: "Merhaba,",
    subjects: [
        "{organisation} ile görüşmeniz",
        "{organisation} ile görüşmenizin yeni zamanı",
        "{organisation} ile görüşmeniz iptal edildi",
        "Hatırlatma: {organisation} ile görüşmeniz",
    ],
    openings: [
        "{organisation} sizi bir görüşmeye davet ediyor: {time}.",
        "{organisation} ile görüşmenizin zamanı değişti: {time}. Bağlantı aynı kalıyor.",
        "{organisation} ile görüşmeniz yapılmayacak. Planlanan zaman: {time}. Bir şey yapmanız gerekmiyor.",
        "{organisation} ile görüşmeniz yaklaşıyor: {time}.",
    ],
    duration: "Lütfen yaklaşık {minutes} dakika ayırın.",
    message: "{organisation} size şunu yazdı:",
    link: "Zamanı geldiğinde bu bağlantıyı açın:",
    personal: "Bağlantı yalnızca sizin içindir; lütfen başkasıyla paylaşmayın.",
    machine: "Soruları bir yapay zekâ sistemi sorar, kararı {organisation} çalışanları verir. Bunun yerine bir insanla görüşmeyi isteyebilirsiniz.",
    processor: "Yanıtlarınız, {processor} tarafından işletilen bir yapay zekâ modeli tarafından okunabilir.",
    time: "{day} {month} {year} {weekday}, {clock} ({zone})",
    weekdays: [
        "Pazartesi",
        "Salı",
        "Çarşamba",
        "Perşembe",
        "Cuma",
        "Cumartesi",
        "Pazar",
    ],
    months: [
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
        "Kasım", "Aralık",
    ],
};

static FRENCH: Wording = Wording {
    greeting: "Bonjour {name},",
    greeting_without_name: "Bonjour,",
    subjects: [
        "Votre entretien avec {organisation}",
        "Nouvel horaire de votre entretien avec {organisation}",
        "Votre entretien avec {organisation} est annulé",
        "Rappel : votre entretien avec {organisation}",
    ],
    openings: [
        "{organisation} vous invite à un entretien : {time}.",
        "Votre entretien avec {organisation} a un nouvel horaire : {time}. Le lien reste le même.",
        "Votre entretien avec {organisation} n'aura pas lieu. Il était prévu : {time}. Vous n'avez rien à faire.",
        "Votre entretien avec {organisation} approche : {time}.",
    ],
    duration: "Prévoyez environ {minutes} minutes.",
    message: "Un message de {organisation} :",
    link: "Le moment venu, ouvrez ce lien :",
    personal: "Ce lien vous est personnel ; merci de ne pas le transmettre.",
    machine: "Les questions sont posées par un système d'IA et la décision revient à des personnes chez {organisation}. Vous pouvez leur demander un entretien avec une personne.",
    processor: "Vos réponses peuvent être lues par un modèle d'IA exploité par {processor}.",
    time: "{weekday} {day} {month} {year} à {clock} ({zone})",
    weekdays: [
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
};

static INDONESIAN: Wording = Wording {
    greeting: "Halo {name},",
    greeting_without_name: "Halo,",
    subjects: [
        "Wawancara Anda dengan {organisation}",
        "Waktu baru wawancara Anda dengan {organisation}",
        "Wawancara Anda dengan {organisation} dibatalkan",
        "Pengingat: wawancara Anda dengan {organisation}",
    ],
    openings: [
        "{organisation} mengundang Anda untuk wawancara: {time}.",
        "Waktu wawancara Anda dengan {organisation} berubah: {time}. Tautannya tetap sama.",
        "Wawancara Anda dengan {organisation} tidak jadi diadakan. Rencana semula: {time}. Anda tidak perlu melakukan apa pun.",
        "Wawancara Anda dengan {organisation} segera tiba: {time}.",
    ],
    duration: "Mohon sediakan waktu sekitar {minutes} menit.",
    message: "Pesan dari {organisation}:",
    link: "Pada waktunya, buka tautan ini:",
    personal: "Tautan ini hanya untuk Anda; mohon jangan diteruskan.",
    machine: "Pertanyaan diajukan oleh sistem AI dan keputusan diambil oleh orang-orang di {organisation}. Anda boleh meminta wawancara dengan manusia sebagai gantinya.",
    processor: "Jawaban Anda dapat dibaca oleh model AI yang dijalankan oleh {processor}.",
    time: "{weekday}, {day} {month} {year} pukul {clock} ({zone})",
    weekdays: [
        "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
    ],
    months: [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
};
