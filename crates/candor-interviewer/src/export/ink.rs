//! Colours and type of the document: those of the HTML report on white paper. Every text colour has a contrast of
//! at least 4.5 to the ground that it stands on; a test holds that.

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ink(pub u8, pub u8, pub u8);

/// Text.
pub(super) const INK: Ink = Ink(0x1b, 0x24, 0x21);
/// Text that may be overlooked.
pub(super) const SOFT: Ink = Ink(0x55, 0x60, 0x5b);
/// Headings of parts, bars.
pub(super) const ACCENT: Ink = Ink(0x17, 0x69, 0x5a);
/// Red flags.
pub(super) const ROSE: Ink = Ink(0xa2, 0x32, 0x4f);
/// What is missing.
pub(super) const AMBER: Ink = Ink(0x8a, 0x56, 0x00);
/// Hairlines.
pub(super) const LINE: Ink = Ink(0xd8, 0xd3, 0xc7);
/// Frames and the lines that somebody writes on.
pub(super) const FIRM: Ink = Ink(0x8b, 0x8f, 0x86);
/// Grounds.
pub(super) const WELL: Ink = Ink(0xf4, 0xf2, 0xec);
/// The part of a bar that is not reached.
pub(super) const TRACK: Ink = Ink(0xe4, 0xe0, 0xd6);
/// The paper.
pub(super) const PAPER: Ink = Ink(0xff, 0xff, 0xff);

/// How text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    /// Points.
    pub size: f32,
    /// Height of a line, in sizes.
    pub leading: f32,
    pub is_bold: bool,
    pub is_italic: bool,
    pub ink: Ink,
    /// Between letters, in points.
    pub spacing: f32,
}

impl Type {
    const fn regular(size: f32, leading: f32, ink: Ink) -> Self {
        Self {
            size,
            leading,
            is_bold: false,
            is_italic: false,
            ink,
            spacing: 0.0,
        }
    }

    pub(super) const fn bold(mut self) -> Self {
        self.is_bold = true;
        self
    }

    pub(super) const fn italic(mut self) -> Self {
        self.is_italic = true;
        self
    }

    pub(super) const fn in_ink(mut self, ink: Ink) -> Self {
        self.ink = ink;
        self
    }
}

pub(super) const TITLE: Type = Type {
    spacing: -0.3,
    ..Type::regular(25.0, 1.2, INK)
};
pub(super) const LEAD: Type = Type::regular(11.0, 1.45, SOFT);
pub(super) const HEADING: Type = Type {
    spacing: -0.15,
    ..Type::regular(15.5, 1.3, INK)
};
pub(super) const SUBHEADING: Type = Type::regular(10.5, 1.4, INK).bold();
pub(super) const OVERLINE: Type = Type {
    spacing: 0.6,
    ..Type::regular(7.0, 1.5, ACCENT).bold()
};
pub(super) const WORDMARK: Type = Type::regular(11.0, 1.2, INK).bold().italic();
pub(super) const BODY: Type = Type::regular(9.0, 1.5, INK);
pub(super) const SMALL: Type = Type::regular(8.0, 1.45, INK);
pub(super) const NOTE: Type = Type::regular(8.0, 1.45, SOFT);
pub(super) const TINY: Type = Type::regular(6.8, 1.4, SOFT);
pub(super) const FIGURE: Type = Type {
    spacing: -0.5,
    ..Type::regular(36.0, 1.1, INK).bold()
};
