//! The known name nearest to one that is not known.

/// Names less alike than this (Jaro-Winkler) are others.
const ALIKE: f64 = 0.75;

/// The most alike of the known names, if any is alike.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let name = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for other in known {
        let likeness = strsim::jaro_winkler(&name, &other.to_lowercase());
        if likeness >= ALIKE && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, other));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

/// A suggestion for the end of a message; nothing without one.
pub fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}
