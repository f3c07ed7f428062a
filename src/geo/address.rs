//! Which source addresses are anywhere at all.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address of that text, when it is a public one. Services (`ec2.amazonaws.com`,
/// `AWS Internal`) and private, local, shared, reserved and multicast addresses are nowhere.
/// Addresses kept for documentation stand for public ones, and are let through.
///
/// ```
/// use trailspike::geo::located_address;
/// assert!(located_address("8.8.8.8").is_some());
/// assert!(located_address("10.0.0.7").is_none());
/// assert!(located_address("AWS Internal").is_none());
/// ```
#[must_use]
pub fn located_address(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok()?.to_canonical();
    let public = match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    };
    public.then_some(address)
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && b & 0xc0 == 64; // RFC 6598
    let benchmarks = a == 198 && b & 0xfe == 18; // RFC 2544
    !(a == 0
        || a >= 224
        || shared
        || benchmarks
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local())
}

/// Only `2000::/3` is given out (RFC 4291).
fn is_public_v6(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xe000 == 0x2000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_anywhere() {
        for text in [
            "8.8.8.8",
            "203.0.113.7",
            "100.128.0.1",
            "172.32.0.1",
            "198.20.0.1",
            "2001:db8::1",
            "2600:1f18::1",
        ] {
            assert_eq!(located_address(text), Some(text.parse().unwrap()));
        }
        assert_eq!(located_address("::ffff:8.8.8.8"), Some("8.8.8.8".parse().unwrap()));
        for text in [
            "",
            "ec2.amazonaws.com",
            "AWS Internal",
            "(other)",
            "8.8.8.8:443",
            "8.8.8",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "198.18.0.1",
            "127.0.0.1",
            "169.254.1.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
        ] {
            assert_eq!(located_address(text), None, "{text}");
        }
    }
}
