//! Bytes as hexadecimal digits.

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes that hexadecimal digits stand for.
pub fn bytes_of_hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_pairs() {
        assert_eq!(bytes_of_hex("00fFa1"), Some(vec![0, 0xff, 0xa1]));
        assert_eq!(hex(&[0, 0xff, 0xa1]), "00ffa1");
        for text in ["0", "0g", "é", "+1", "0x10", " 1"] {
            assert_eq!(bytes_of_hex(text), None, "{text}");
        }
    }
}
