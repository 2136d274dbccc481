//! Texts that make Whisper write hesitations down: it goes on in the style of what came before.

/// A text full of hesitations in `language`; `None` for languages that lack one.
pub fn hesitations(language: &str) -> Option<&'static str> {
    Some(match language {
        "en" => "Um, well, uh, I mean, it was, er, you know, hmm, like, quite hard.",
        "de" => "Ähm, also, äh, ich meine, das war, hm, irgendwie, na ja, ziemlich schwer.",
        "fr" => "Euh, ben, je veux dire, c'était, heu, hum, bah, assez difficile, quoi.",
        "es" => "Eh, pues, este, o sea, fue, em, mmm, bueno, bastante difícil.",
        "it" => "Ehm, allora, cioè, insomma, era, eh, mmm, abbastanza difficile.",
        "pt" => "Hã, então, é, tipo, quer dizer, foi, hum, bem difícil.",
        "nl" => "Eh, nou, uhm, ik bedoel, het was, eh, hm, best moeilijk.",
        "tr" => "Eee, yani, şey, ııı, hani, hmm, işte, oldukça zordu.",
        "id" => "Em, anu, eh, maksud saya, itu, hmm, apa ya, cukup sulit.",
        _ => return None,
    })
}
