//! The interviewer's own words in each language. Several of a kind: no turn is said twice. Also how a transcript
//! names who speaks, and what was not said.

/// Words for one language.
#[derive(Debug)]
pub struct Phrases {
    /// Before the first question.
    pub greeting: &'static str,
    /// The end of an interview that ran its course.
    pub closing: &'static str,
    /// The end because time is up.
    pub out_of_time: &'static str,
    /// The end because the candidate or a recruiter wished it.
    pub ended: &'static str,
    /// Before a question that is said again.
    pub again: [&'static str; 2],
    /// After an empty answer; `{question}` is the question.
    pub after_silence: &'static [&'static str],
    /// After an answer to something else.
    pub after_other: &'static [&'static str],
    /// Asks where and when it was.
    pub situation: &'static [&'static str],
    /// Asks what was to be done.
    pub task: &'static [&'static str],
    /// Asks what the candidate did.
    pub action: &'static [&'static str],
    /// Asks what came of it.
    pub result: &'static [&'static str],
    /// Asks for an example.
    pub example: &'static [&'static str],
    /// Who asks, in a transcript.
    pub interviewer: &'static str,
    /// Who answers, in a transcript.
    pub candidate: &'static str,
    /// A question that was skipped, in a transcript.
    pub skipped: &'static str,
    /// An answer without words, in a transcript.
    pub no_words: &'static str,
}

/// The words of a language; English for one that there are no words for.
pub fn of(language: &str) -> &'static Phrases {
    match language {
        "tr" => &TR,
        "fr" => &FR,
        "id" => &ID,
        _ => &EN,
    }
}

/// Languages that there are words for.
pub const LANGUAGES: [&str; 4] = ["en", "tr", "fr", "id"];

static EN: Phrases = Phrases {
    greeting: "Hello, and thank you for taking the time. I am an AI interviewer; I will ask you some questions, and you may ask me to repeat or to skip any of them.",
    closing: "Thank you, that was my last question. Your answers are saved. Have a good day.",
    out_of_time: "Thank you, our time is up. Your answers are saved. Have a good day.",
    ended: "Thank you, we stop here. What you have said so far is saved.",
    again: ["Gladly. The question was:", "Once more:"],
    after_silence: &[
        "I did not get an answer there. In your own words: {question}",
        "Take your time. A few sentences are enough: {question}",
        "Let me try once more, you can also skip it: {question}",
    ],
    after_other: &[
        "I think that answers something else. What I would like to know is this: {question}",
        "Thank you. Coming back to what I asked: {question}",
        "Let us stay with the question for a moment: {question}",
    ],
    situation: &[
        "Could you set the scene: where and when was that?",
        "What was going on around you at that point?",
        "How did that situation come about?",
    ],
    task: &[
        "What was your own part in that?",
        "What exactly were you expected to achieve?",
        "What did you have to get done there?",
    ],
    action: &[
        "What did you yourself do, step by step?",
        "Which steps did you take first, and why?",
        "How did you go about it in practice?",
    ],
    result: &[
        "What came of it in the end?",
        "How did you know that it had worked?",
        "What was different afterwards?",
    ],
    example: &[
        "Could you give me a concrete example?",
        "What would that look like in practice?",
        "Can you make that more specific?",
        "Which case comes to your mind when you say that?",
    ],
    interviewer: "Interviewer",
    candidate: "Candidate",
    skipped: "skipped",
    no_words: "no answer",
};

static TR: Phrases = Phrases {
    greeting: "Merhaba, zaman ayırdığınız için teşekkür ederim. Ben bir yapay zekâ mülakatçısıyım; size bazı sorular soracağım, dilerseniz tekrar etmemi ya da soruyu geçmemi isteyebilirsiniz.",
    closing: "Teşekkür ederim, son sorum buydu. Yanıtlarınız kaydedildi. İyi günler dilerim.",
    out_of_time: "Teşekkür ederim, süremiz doldu. Yanıtlarınız kaydedildi. İyi günler dilerim.",
    ended: "Teşekkür ederim, burada bitiriyoruz. Şimdiye kadar söyledikleriniz kaydedildi.",
    again: ["Elbette. Soru şuydu:", "Bir kez daha:"],
    after_silence: &[
        "Bu soruya bir yanıt alamadım. Kendi sözlerinizle: {question}",
        "Acele etmeyin, birkaç cümle yeterli: {question}",
        "Bir kez daha deneyelim, isterseniz geçebilirsiniz: {question}",
    ],
    after_other: &[
        "Sanırım bu başka bir sorunun yanıtı. Öğrenmek istediğim şu: {question}",
        "Teşekkür ederim. Sorduğuma dönersek: {question}",
        "Bir an soruda kalalım: {question}",
    ],
    situation: &[
        "Olayı biraz anlatır mısınız, nerede ve ne zamandı?",
        "O sırada çevrenizde neler oluyordu?",
        "Bu durum nasıl ortaya çıktı?",
    ],
    task: &[
        "Bunda sizin payınıza düşen neydi?",
        "Sizden tam olarak ne bekleniyordu?",
        "Orada neyi tamamlamanız gerekiyordu?",
    ],
    action: &[
        "Siz kendiniz adım adım ne yaptınız?",
        "Önce hangi adımları attınız ve neden?",
        "Uygulamada işe nasıl giriştiniz?",
    ],
    result: &[
        "Sonunda ne elde edildi?",
        "İşe yaradığını nasıl anladınız?",
        "Sonrasında ne değişti?",
    ],
    example: &[
        "Somut bir örnek verebilir misiniz?",
        "Bu uygulamada nasıl olurdu?",
        "Bunu biraz daha ayrıntılı anlatır mısınız?",
        "Bunu söylerken aklınıza hangi olay geliyor?",
    ],
    interviewer: "Mülakatçı",
    candidate: "Aday",
    skipped: "geçildi",
    no_words: "yanıt yok",
};

static FR: Phrases = Phrases {
    greeting: "Bonjour et merci de m'accorder ce temps. Je suis un intervieweur automatique ; je vais vous poser quelques questions, et vous pouvez me demander de les répéter ou de les passer.",
    closing: "Merci, c'était ma dernière question. Vos réponses sont enregistrées. Bonne journée.",
    out_of_time: "Merci, le temps est écoulé. Vos réponses sont enregistrées. Bonne journée.",
    ended: "Merci, nous nous arrêtons ici. Ce que vous avez dit est enregistré.",
    again: ["Volontiers. La question était :", "Encore une fois :"],
    after_silence: &[
        "Je n'ai pas reçu de réponse. Avec vos propres mots : {question}",
        "Prenez votre temps, quelques phrases suffisent : {question}",
        "Essayons encore une fois, vous pouvez aussi passer : {question}",
    ],
    after_other: &[
        "Je crois que cela répond à autre chose. Voici ce que j'aimerais savoir : {question}",
        "Merci. Pour revenir à ma question : {question}",
        "Restons un instant sur la question : {question}",
    ],
    situation: &[
        "Pouvez-vous planter le décor : où et quand était-ce ?",
        "Que se passait-il autour de vous à ce moment-là ?",
        "Comment en était-on arrivé là ?",
    ],
    task: &[
        "Quelle était votre part dans tout cela ?",
        "Qu'attendait-on de vous exactement ?",
        "Que deviez-vous accomplir ?",
    ],
    action: &[
        "Qu'avez-vous fait vous-même, étape par étape ?",
        "Quelles étapes avez-vous suivies d'abord, et pourquoi ?",
        "Comment vous y êtes-vous pris concrètement ?",
    ],
    result: &[
        "Qu'en est-il sorti au final ?",
        "Comment avez-vous su que cela avait marché ?",
        "Qu'est-ce qui avait changé ensuite ?",
    ],
    example: &[
        "Pouvez-vous me donner un exemple concret ?",
        "À quoi cela ressemblerait-il en pratique ?",
        "Pouvez-vous être plus précis ?",
        "À quel cas pensez-vous en disant cela ?",
    ],
    interviewer: "Intervieweur",
    candidate: "Candidat",
    skipped: "question passée",
    no_words: "pas de réponse",
};

static ID: Phrases = Phrases {
    greeting: "Halo, terima kasih sudah meluangkan waktu. Saya pewawancara berbasis AI; saya akan mengajukan beberapa pertanyaan, dan Anda boleh meminta saya mengulang atau melewatinya.",
    closing: "Terima kasih, itu pertanyaan terakhir saya. Jawaban Anda sudah tersimpan. Semoga hari Anda menyenangkan.",
    out_of_time: "Terima kasih, waktu kita sudah habis. Jawaban Anda sudah tersimpan. Semoga hari Anda menyenangkan.",
    ended: "Terima kasih, kita berhenti di sini. Yang sudah Anda sampaikan tersimpan.",
    again: ["Tentu. Pertanyaannya tadi:", "Sekali lagi:"],
    after_silence: &[
        "Saya belum menerima jawaban. Dengan kata-kata Anda sendiri: {question}",
        "Silakan santai saja, beberapa kalimat sudah cukup: {question}",
        "Mari kita coba sekali lagi, Anda juga boleh melewatinya: {question}",
    ],
    after_other: &[
        "Sepertinya itu menjawab hal lain. Yang ingin saya ketahui adalah: {question}",
        "Terima kasih. Kembali ke pertanyaan saya: {question}",
        "Mari tetap pada pertanyaannya sebentar: {question}",
    ],
    situation: &[
        "Bisa Anda gambarkan situasinya, di mana dan kapan itu terjadi?",
        "Apa yang sedang terjadi di sekitar Anda saat itu?",
        "Bagaimana keadaan itu bermula?",
    ],
    task: &[
        "Apa bagian Anda sendiri dalam hal itu?",
        "Apa tepatnya yang diharapkan dari Anda?",
        "Apa yang harus Anda selesaikan di sana?",
    ],
    action: &[
        "Apa yang Anda sendiri lakukan, langkah demi langkah?",
        "Langkah apa yang Anda ambil lebih dulu, dan mengapa?",
        "Bagaimana Anda menjalankannya dalam praktik?",
    ],
    result: &[
        "Apa hasil akhirnya?",
        "Bagaimana Anda tahu bahwa itu berhasil?",
        "Apa yang berubah sesudahnya?",
    ],
    example: &[
        "Bisa Anda beri contoh yang konkret?",
        "Seperti apa itu dalam praktik?",
        "Bisa Anda jelaskan lebih spesifik?",
        "Kejadian mana yang terlintas saat Anda mengatakan itu?",
    ],
    interviewer: "Pewawancara",
    candidate: "Kandidat",
    skipped: "dilewati",
    no_words: "tidak ada jawaban",
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_phrase_of_a_language_occurs_twice() {
        for language in LANGUAGES {
            let phrases = of(language);
            let lists = [
                phrases.after_silence,
                phrases.after_other,
                phrases.situation,
                phrases.task,
                phrases.action,
                phrases.result,
                phrases.example,
            ];
            let all: Vec<&str> = lists.into_iter().flatten().copied().collect();
            let unique: BTreeSet<&str> = all.iter().copied().collect();
            assert_eq!(unique.len(), all.len(), "{language}");
        }
    }

    #[test]
    fn what_repeats_a_question_holds_it() {
        for language in LANGUAGES {
            let phrases = of(language);
            let lists = [phrases.after_silence, phrases.after_other];
            for text in lists.into_iter().flatten() {
                assert!(text.contains("{question}"), "{text}");
            }
        }
    }
}
