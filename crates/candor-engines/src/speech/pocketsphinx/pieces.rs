//! Divides a recording and its text into pieces that belong together.

use std::ops::Range;

use candor_core::span::Span;

/// A moment at which recording and text can be parted.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// When.
    pub time_s: f64,
    /// Silence around it, in seconds.
    pub gap_s: f64,
    /// Index of the first word after it.
    pub next_word: usize,
}

/// A stretch of the recording and the words that are said in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// When.
    pub span: Span,
    /// Indices of the words.
    pub words: Range<usize>,
}

/// Shortest piece worth cutting off, in seconds.
const MIN_PIECE_S: f64 = 4.0;

/// Parts `whole` and its `n_words` words at some of `cuts` (in order), at the widest gaps, so
/// that pieces are at most `max_s` long where the cuts allow it.
pub fn pieces(whole: Span, n_words: usize, cuts: &[Cut], max_s: f64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = whole;
    let mut next_word = 0;
    while rest.duration_s() > max_s {
        let after =
            |cut: &&Cut| cut.next_word > next_word && cut.time_s >= rest.start_s + MIN_PIECE_S;
        let widest = cuts
            .iter()
            .filter(after)
            .take_while(|cut| cut.time_s <= rest.start_s + max_s)
            .max_by(|a, b| a.gap_s.total_cmp(&b.gap_s));
        let Some(cut) = widest.or_else(|| cuts.iter().find(after)) else {
            break;
        };
        pieces.push(Piece {
            span: Span::new(rest.start_s, cut.time_s),
            words: next_word..cut.next_word,
        });
        rest.start_s = cut.time_s;
        next_word = cut.next_word;
    }
    pieces.push(Piece {
        span: rest,
        words: next_word..n_words,
    });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(time_s: f64, gap_s: f64, next_word: usize) -> Cut {
        Cut {
            time_s,
            gap_s,
            next_word,
        }
    }

    #[test]
    fn a_recording_is_parted_at_its_widest_gaps() {
        let cuts = [
            cut(2.0, 0.9, 3),
            cut(8.0, 0.5, 10),
            cut(12.0, 0.1, 20),
            cut(18.0, 0.0, 30),
        ];
        let pieces = pieces(Span::new(0.0, 25.0), 40, &cuts, 15.0);
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces[0].words, 0..10);
        assert_eq!(pieces[1].words, 10..20);
        assert_eq!(pieces[2].words, 20..40);
        assert!((pieces[2].span.end_s - 25.0).abs() < 1e-12);
    }

    #[test]
    fn without_cuts_everything_is_one_piece() {
        assert_eq!(
            pieces(Span::new(0.0, 99.0), 5, &[], 15.0),
            [Piece {
                span: Span::new(0.0, 99.0),
                words: 0..5
            }]
        );
    }

    #[test]
    fn a_stretch_without_agreement_becomes_one_long_piece() {
        let pieces = pieces(Span::new(0.0, 60.0), 100, &[cut(50.0, 0.2, 90)], 15.0);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0].words, 0..90);
    }
}
