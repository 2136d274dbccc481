//! Guesses how a word that no dictionary has is pronounced, letter group by letter group.
//!
//! Only good enough to find the word in the audio; the phones are those of the CMU dictionary.

/// Letter groups and their phones; the longest group that fits is taken.
const GROUPS: [(&str, &str); 82] = [
    ("tion", "SH AH N"),
    ("sion", "ZH AH N"),
    ("ough", "AO"),
    ("eigh", "EY"),
    ("igh", "AY"),
    ("tch", "CH"),
    ("sch", "SH"),
    ("dge", "JH"),
    ("eau", "OW"),
    ("ieu", "Y UW"),
    ("ing", "IH NG"),
    ("ch", "CH"),
    ("sh", "SH"),
    ("th", "TH"),
    ("ph", "F"),
    ("wh", "W"),
    ("gh", "G"),
    ("ck", "K"),
    ("ng", "NG"),
    ("qu", "K W"),
    ("kn", "N"),
    ("wr", "R"),
    ("ts", "T S"),
    ("zh", "ZH"),
    ("kh", "K"),
    ("dh", "D"),
    ("bh", "B"),
    ("ee", "IY"),
    ("ea", "IY"),
    ("ie", "IY"),
    ("ei", "EY"),
    ("ai", "EY"),
    ("ay", "EY"),
    ("oa", "OW"),
    ("oo", "UW"),
    ("ou", "AW"),
    ("ow", "OW"),
    ("oi", "OY"),
    ("oy", "OY"),
    ("au", "AO"),
    ("aw", "AO"),
    ("ew", "UW"),
    ("ue", "UW"),
    ("ui", "UW"),
    ("ey", "IY"),
    ("er", "ER"),
    ("ir", "ER"),
    ("ur", "ER"),
    ("ar", "AA R"),
    ("or", "AO R"),
    ("bb", "B"),
    ("dd", "D"),
    ("ff", "F"),
    ("gg", "G"),
    ("ll", "L"),
    ("mm", "M"),
    ("a", "AE"),
    ("b", "B"),
    ("c", "K"),
    ("d", "D"),
    ("e", "EH"),
    ("f", "F"),
    ("g", "G"),
    ("h", "HH"),
    ("i", "IH"),
    ("j", "JH"),
    ("k", "K"),
    ("l", "L"),
    ("m", "M"),
    ("n", "N"),
    ("o", "AA"),
    ("p", "P"),
    ("q", "K"),
    ("r", "R"),
    ("s", "S"),
    ("t", "T"),
    ("u", "AH"),
    ("v", "V"),
    ("w", "W"),
    ("x", "K S"),
    ("y", "IY"),
    ("z", "Z"),
];
const LONGEST_GROUP: usize = 4;

/// Phones for `word`, separated by spaces; `None` when it holds no letter that could be said.
pub fn guess(word: &str) -> Option<String> {
    let letters: Vec<char> = word
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(plain_letter)
        .collect();
    let mut phones: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        // A silent e ends many words.
        if at > 1 && at + 1 == letters.len() && letters[at] == 'e' {
            break;
        }
        let (n_letters, sound) = longest_group(&letters[at..]);
        if sound == "K"
            && letters[at] == 'c'
            && matches!(letters.get(at + 1), Some('e' | 'i' | 'y'))
        {
            phones.push("S");
        } else if phones.last() != Some(&sound) {
            phones.push(sound);
        }
        at += n_letters;
    }
    (!phones.is_empty()).then(|| phones.join(" "))
}

fn longest_group(letters: &[char]) -> (usize, &'static str) {
    (1..=LONGEST_GROUP.min(letters.len()))
        .rev()
        .find_map(|n_letters| {
            let group: String = letters[..n_letters].iter().collect();
            GROUPS
                .iter()
                .find(|(letters, _)| *letters == group)
                .map(|(_, phones)| (n_letters, *phones))
        })
        .expect("every plain letter is a group of its own")
}

/// The unaccented letter; `None` for what is no letter of the Latin alphabet.
fn plain_letter(c: char) -> Option<char> {
    Some(match c {
        'a'..='z' => c,
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'š' | 'ş' | 'ß' => 's',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' => 'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_plausible_phones() {
        assert_eq!(guess("Chawla").as_deref(), Some("CH AO L AE"));
        assert_eq!(
            guess("Kubernetes").as_deref(),
            Some("K AH B ER N EH T EH S")
        );
        assert_eq!(guess("Müller").as_deref(), Some("M AH L ER"));
        assert_eq!(guess("grace").as_deref(), Some("G R AE S"));
    }

    #[test]
    fn nothing_to_say_gives_nothing() {
        assert_eq!(guess("—"), None);
        assert_eq!(guess(""), None);
        assert_eq!(guess("漢字"), None);
    }
}
