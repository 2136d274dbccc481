//! English numbers as words.

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const SCALES: [(u64, &str); 4] = [
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
    (100, "hundred"),
];
const ORDINALS: [(&str, &str); 8] = [
    ("one", "first"),
    ("two", "second"),
    ("three", "third"),
    ("five", "fifth"),
    ("eight", "eighth"),
    ("nine", "ninth"),
    ("twelve", "twelfth"),
    ("zero", "zeroth"),
];
/// Longest run of digits that is read as a number; longer ones are read digit by digit.
const MAX_DIGITS: usize = 12;

/// The words for `text` when it starts with a digit: `42`, `1,250`, `3.5`, `9:30`, `21st`, `1990s`,
/// `2003` as a year. `None` for anything else.
pub fn spoken(text: &str) -> Option<Vec<String>> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = text.replace(',', "");
    if let Some((hours, minutes)) = plain.split_once(':') {
        let mut words = cardinal(hours)?;
        match minutes {
            "00" => {}
            _ if minutes.starts_with('0') => {
                words.push("oh".to_owned());
                words.extend(cardinal(&minutes[1..])?);
            }
            _ => words.extend(cardinal(minutes)?),
        }
        return Some(words);
    }
    if let Some((whole, fraction)) = plain.split_once('.') {
        let mut words = cardinal(whole)?;
        words.push("point".to_owned());
        words.extend(digits(fraction)?);
        return Some(words);
    }
    let n_digits = plain.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = plain.split_at(n_digits);
    match suffix {
        "" if text.len() == 4 => year(number).or_else(|| cardinal(number)),
        "" => cardinal(number),
        "st" | "nd" | "rd" | "th" => ending(cardinal(number)?, ordinal),
        "s" | "'s" => ending(year(number).or_else(|| cardinal(number))?, plural),
        _ => None,
    }
}

fn cardinal(digits_text: &str) -> Option<Vec<String>> {
    if digits_text.len() > MAX_DIGITS {
        return digits(digits_text);
    }
    let mut words = Vec::new();
    push_number(digits_text.parse().ok()?, &mut words);
    Some(words)
}

fn digits(text: &str) -> Option<Vec<String>> {
    text.chars()
        .map(|c| Some(SMALL[c.to_digit(10)? as usize].to_owned()))
        .collect()
}

fn push_number(number: u64, words: &mut Vec<String>) {
    if let Some(&(scale, name)) = SCALES.iter().find(|(scale, _)| number >= *scale) {
        push_number(number / scale, words);
        words.push(name.to_owned());
        if !number.is_multiple_of(scale) {
            push_number(number % scale, words);
        }
    } else if number >= 20 {
        words.push(TENS[(number / 10) as usize].to_owned());
        if !number.is_multiple_of(10) {
            push_number(number % 10, words);
        }
    } else {
        words.push(SMALL[number as usize].to_owned());
    }
}

/// Years as they are usually read: `1999`, `2015`; not `2003`, which is read as a number.
fn year(digits_text: &str) -> Option<Vec<String>> {
    let year: u64 = digits_text.parse().ok()?;
    if !(1100..2000).contains(&year) && !(2010..2100).contains(&year) {
        return None;
    }
    let mut words = Vec::new();
    push_number(year / 100, &mut words);
    match year % 100 {
        0 => words.push("hundred".to_owned()),
        rest => {
            if rest < 10 {
                words.push("oh".to_owned());
            }
            push_number(rest, &mut words);
        }
    }
    Some(words)
}

fn ending(mut words: Vec<String>, change: fn(&str) -> String) -> Option<Vec<String>> {
    let last = words.pop()?;
    words.push(change(&last));
    Some(words)
}

fn ordinal(word: &str) -> String {
    match ORDINALS.iter().find(|(cardinal, _)| *cardinal == word) {
        Some((_, ordinal)) => (*ordinal).to_owned(),
        None => match word.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{word}th"),
        },
    }
}

fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with('x') => format!("{word}es"),
        None => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        spoken(text).unwrap().join(" ")
    }

    #[test]
    fn numbers_are_read_as_people_say_them() {
        assert_eq!(read("0"), "zero");
        assert_eq!(read("42"), "forty two");
        assert_eq!(read("1,250"), "one thousand two hundred fifty");
        assert_eq!(read("2003"), "two thousand three");
        assert_eq!(read("1999"), "nineteen ninety nine");
        assert_eq!(read("2015"), "twenty fifteen");
        assert_eq!(read("1905"), "nineteen oh five");
        assert_eq!(read("21st"), "twenty first");
        assert_eq!(read("30th"), "thirtieth");
        assert_eq!(read("1990s"), "nineteen nineties");
        assert_eq!(read("3.14"), "three point one four");
        assert_eq!(read("9:30"), "nine thirty");
        assert_eq!(read("3000000"), "three million");
    }

    #[test]
    fn what_is_no_number_is_left_alone() {
        assert_eq!(spoken("word"), None);
        assert_eq!(spoken("3d"), None);
        assert_eq!(spoken(""), None);
    }

    #[test]
    fn endless_digits_are_read_one_by_one() {
        assert_eq!(spoken(&"9".repeat(40)).unwrap().len(), 40);
    }
}
