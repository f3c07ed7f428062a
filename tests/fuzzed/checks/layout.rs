//! Any path.

use std::path::{Path, PathBuf};

use trailspike::input::LogKey;

/// What a path says is believable, and names made from it say the same again.
pub fn check(data: &[u8]) {
    let path = path_of(data);
    let key = LogKey::of(&path);
    let Some(account) = &key.account else {
        return assert_eq!(key, LogKey::default(), "no account, nothing else");
    };
    assert!(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    // Where the whole tree stands says nothing.
    let relative = path.strip_prefix("/").unwrap_or(&path);
    assert_eq!(LogKey::of(&Path::new("/some/where").join(relative)), key);
    let (Some(region), Some(delivered)) = (&key.region, key.delivered) else { return };
    if region.contains(['_', '/', '\0']) {
        return;
    }
    let stamp = delivered.to_datetime().format("%Y%m%dT%H%MZ");
    let name = format!("{account}_CloudTrail_{region}_{stamp}_AbCdEfGhIjKlMnOp.json.gz");
    assert_eq!(LogKey::of(Path::new(&name)), key, "{name}");
}

#[cfg(unix)]
fn path_of(data: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(data).into()
}

#[cfg(not(unix))]
fn path_of(data: &[u8]) -> PathBuf {
    String::from_utf8_lossy(data).into_owned().into()
}
