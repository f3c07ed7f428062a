//! Addresses and blocks of them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A block of addresses in CIDR notation, or a single address.
///
/// ```
/// use trailspike::suppress::Network;
/// let office: Network = "198.51.100.0/24".parse()?;
/// assert!(office.contains("198.51.100.61".parse()?));
/// assert!(!office.contains("198.51.101.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

/// Why a text is no [`Network`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNetwork {
    /// It is neither an address nor one with the length of a prefix.
    #[error("{0:?} is no address and no block of addresses, such as 198.51.100.0/24")]
    NotANetwork(String),
    /// Bits after the prefix are set: it is unclear what is meant.
    #[error("{given} is an address inside {block}: give the block, or the address alone")]
    NotTheFirst {
        /// The text.
        given: String,
        /// The block it is in.
        block: Network,
    },
}

impl Network {
    /// Whether the address is in the block. An IPv4 address written as IPv6 is the IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        first(address.to_canonical(), self.prefix) == Some(self.first)
    }
}

/// The first address of the block that an address is in; `None` for a prefix that is too long.
fn first(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => {
            let host = 32_u32.checked_sub(prefix.into())?;
            let mask = u32::MAX.checked_shl(host).unwrap_or(0);
            Some(Ipv4Addr::from_bits(v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let host = 128_u32.checked_sub(prefix.into())?;
            let mask = u128::MAX.checked_shl(host).unwrap_or(0);
            Some(Ipv6Addr::from_bits(v6.to_bits() & mask).into())
        }
    }
}

const fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl FromStr for Network {
    type Err = BadNetwork;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadNetwork::NotANetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        // A block of IPv4 addresses written as IPv6 would need its prefix counted anew.
        if prefix.is_some() && address.to_canonical() != address {
            return Err(bad());
        }
        let address = address.to_canonical();
        let prefix = match prefix {
            // `+8` is a number to the parser.
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| bad())?
            }
            Some(_) => return Err(bad()),
            None => bits(address),
        };
        let first = first(address, prefix).ok_or_else(bad)?;
        let network = Self { first, prefix };
        if first == address {
            Ok(network)
        } else {
            Err(BadNetwork::NotTheFirst { given: text.to_owned(), block: network })
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == bits(self.first) {
            return self.first.fmt(f);
        }
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_hold_their_addresses_and_no_others() {
        for (block, inside, outside) in [
            ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
            ("203.0.113.7/32", "203.0.113.7", "203.0.113.6"),
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("::/0", "2001:db8::1", "203.0.113.7"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"),
            ("2001:db8::1", "2001:db8:0::1", "2001:db8::2"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("::ffff:10.1.2.3", "10.1.2.3", "10.1.2.4"),
        ] {
            let block: Network = block.parse().unwrap();
            assert!(block.contains(inside.parse().unwrap()), "{block} {inside}");
            assert!(!block.contains(outside.parse().unwrap()), "{block} {outside}");
        }
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for text in [
            "",
            "/",
            "10.0.0.0/",
            "/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "10.0.0.0/-1",
            "ec2.amazonaws.com",
            " 10.0.0.1",
            "::ffff:10.0.0.0/104",
        ] {
            let bad = BadNetwork::NotANetwork(text.to_owned());
            assert_eq!(text.parse::<Network>(), Err(bad), "{text}");
        }
        let told = "198.51.100.7/24".parse::<Network>().unwrap_err().to_string();
        assert!(told.starts_with("198.51.100.7/24 is an address inside 198.51.100.0/24"), "{told}");
    }

    proptest! {
        #[test]
        fn a_block_is_what_shares_its_prefix(a in any::<u128>(), b in any::<u128>(), prefix in 0_u8..=128) {
            let block = Network { first: first(Ipv6Addr::from_bits(a).into(), prefix).unwrap(), prefix };
            let same = prefix == 0 || (a ^ b) >> (128 - prefix) == 0;
            let address = IpAddr::from(Ipv6Addr::from_bits(b));
            prop_assume!(address.to_canonical() == address && block.first.to_canonical() == block.first);
            prop_assert_eq!(block.contains(address), same);
            prop_assert_eq!(block.to_string().parse(), Ok(block));
        }
    }
}
