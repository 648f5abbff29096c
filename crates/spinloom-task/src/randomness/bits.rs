//! Sequences of bits, 64 to a word.

use crate::TaskError;
use std::fmt;
use std::fs;
use std::path::Path;

/// A sequence of bits: bit `i` is bit `i % 64` (from the least significant) of word `i / 64`; bits beyond the end are zero.
///
/// ```
/// use spinloom_task::randomness::Bits;
/// let bits: Bits = "1011 0101 01".parse().unwrap();
/// assert_eq!((bits.len(), bits.ones()), (10, 6));
/// assert_eq!(bits.slice(2, 4).to_string(), "1101");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

/// A character among bits that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: `{found}` stands where 0, 1 or white space is wanted")]
pub struct NotABit {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What stands there.
    pub found: char,
}

/// How bits are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BitFormat {
    /// Characters 0 and 1, with any white space between them.
    Ascii,
    /// Eight bits a byte, the most significant first.
    Binary,
}

impl Bits {
    /// The first `len` bits of `words`; fewer where the words hold fewer.
    pub fn from_words(mut words: Vec<u64>, len: usize) -> Self {
        let len = len.min(64 * words.len());
        words.truncate(len.div_ceil(64));
        if let (Some(last), tail @ 1..) = (words.last_mut(), len % 64) {
            *last &= (1 << tail) - 1;
        }
        Self { words, len }
    }

    /// Characters 0 and 1, with any white space between them.
    ///
    /// # Errors
    /// [`NotABit`] with the place of the first other character.
    pub fn from_ascii(text: &[u8]) -> Result<Self, NotABit> {
        let (mut words, mut len) = (Vec::with_capacity(text.len() / 64 + 1), 0);
        let (mut line, mut line_start) = (1, 0);
        for (position, character) in text.iter().enumerate() {
            match character {
                b'0' | b'1' => {
                    if len % 64 == 0 {
                        words.push(0);
                    }
                    words[len / 64] |= u64::from(character & 1) << (len % 64);
                    len += 1;
                }
                b'\n' => (line, line_start) = (line + 1, position + 1),
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => {}
                _ => {
                    let rest = String::from_utf8_lossy(&text[position..text.len().min(position + 4)]);
                    let found = rest.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                    return Err(NotABit { line, column: position - line_start + 1, found });
                }
            }
        }
        Ok(Self { words, len })
    }

    /// Eight bits a byte, the most significant first.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let word = |chunk: &[u8]| chunk.iter().enumerate().fold(0, |w, (i, b)| w | u64::from(b.reverse_bits()) << (8 * i));
        Self { words: bytes.chunks(8).map(word).collect(), len: 8 * bytes.len() }
    }

    /// All bits of a file.
    ///
    /// # Errors
    /// [`TaskError::Io`]; [`TaskError::Malformed`] names line and column of the first character that is no bit.
    pub fn from_file(path: &Path, format: BitFormat) -> Result<Self, TaskError> {
        let bytes = fs::read(path).map_err(TaskError::io("read", path))?;
        match format {
            BitFormat::Binary => Ok(Self::from_bytes(&bytes)),
            BitFormat::Ascii => Self::from_ascii(&bytes).map_err(|e| TaskError::Malformed {
                path: path.to_path_buf(),
                line: Some(e.line),
                message: format!(
                    "column {}: `{}` stands where 0, 1 or white space is wanted",
                    e.column,
                    e.found.escape_default()
                ),
            }),
        }
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The words that hold the bits.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Bit `index`; none beyond the end.
    pub fn get(&self, index: usize) -> Option<bool> {
        (index < self.len).then(|| self.words[index / 64] >> (index % 64) & 1 == 1)
    }

    /// Number of ones.
    pub fn ones(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// The bits one by one, 0 or 1.
    pub fn iter(&self) -> impl Iterator<Item = u8> {
        self.words.iter().flat_map(|w| (0..64).map(move |i| (w >> i & 1) as u8)).take(self.len)
    }

    /// The `len` bits from `start` on; fewer where the sequence ends before.
    #[must_use]
    pub fn slice(&self, start: usize, len: usize) -> Self {
        let len = len.min(self.len.saturating_sub(start));
        Self::from_words((0..len.div_ceil(64)).map(|i| self.window(start + 64 * i)).collect(), len)
    }

    /// Consecutive sequences of `len` bits each; a shorter rest is left out.
    pub fn sequences(&self, len: usize) -> impl Iterator<Item = Self> {
        let count = self.len.checked_div(len).unwrap_or(0);
        (0..count).map(move |i| self.slice(i * len, len))
    }

    /// Bit by bit exclusive or, as long as the shorter of both.
    #[must_use]
    pub fn xor(&self, other: &Self) -> Self {
        Self::from_words(self.words.iter().zip(&other.words).map(|(a, b)| a ^ b).collect(), self.len.min(other.len))
    }

    /// 64 bits from `start` on, the first the least significant; zeros beyond the end.
    pub(super) fn window(&self, start: usize) -> u64 {
        let (index, shift) = (start / 64, start % 64);
        let word = |i: usize| self.words.get(i).copied().unwrap_or(0);
        if shift == 0 { word(index) } else { word(index) >> shift | word(index + 1) << (64 - shift) }
    }

    /// Number of ones among the `len` bits from `start` on.
    pub(super) fn ones_within(&self, start: usize, len: usize) -> usize {
        let whole: u32 = (0..len / 64).map(|i| self.window(start + 64 * i).count_ones()).sum();
        let rest = len % 64;
        let last = self.window(start + len - rest) & ((1u64 << rest) - 1);
        (whole + last.count_ones()) as usize
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut out = Self::default();
        for bit in bits {
            if out.len % 64 == 0 {
                out.words.push(0);
            }
            out.words[out.len / 64] |= u64::from(bit) << (out.len % 64);
            out.len += 1;
        }
        out
    }
}

impl std::str::FromStr for Bits {
    type Err = NotABit;

    fn from_str(text: &str) -> Result<Self, NotABit> {
        Self::from_ascii(text.as_bytes())
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|b| f.write_str(if b == 1 { "1" } else { "0" }))
    }
}
