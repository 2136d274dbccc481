//! Where an IP address leads.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Kinds of addresses as far as a guard cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    /// The internet.
    Public,
    /// This machine.
    Loopback,
    /// A private network.
    Private,
    /// Link-local (where clouds keep their metadata), multicast, documentation, tunnels and all else that
    /// no recording or event comes from.
    Reserved,
}

/// Classifies an address; one that is wrapped in an IPv6 address counts as itself.
pub fn classify(address: IpAddr) -> AddressClass {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

/// Ranges of the IANA special-purpose registry for IPv4 (RFC 6890 and its updates).
fn v4(address: Ipv4Addr) -> AddressClass {
    let within = |network: [u8; 4], bits: u32| {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        (u32::from(address) ^ u32::from(Ipv4Addr::from(network))) & mask == 0
    };
    if within([127, 0, 0, 0], 8) {
        return AddressClass::Loopback;
    }
    let private = [
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
    ];
    if private
        .iter()
        .any(|(network, bits)| within(*network, *bits))
    {
        return AddressClass::Private;
    }
    let reserved = [
        ([0, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 31, 196, 0], 24),
        ([192, 52, 193, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 175, 48, 0], 24),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
    ];
    if reserved
        .iter()
        .any(|(network, bits)| within(*network, *bits))
    {
        return AddressClass::Reserved;
    }
    AddressClass::Public
}

/// Only global unicast without its special parts is public.
fn v6(address: Ipv6Addr) -> AddressClass {
    let parts = address.segments();
    let last_four = || {
        let octets = address.octets();
        Ipv4Addr::new(octets[12], octets[13], octets[14], octets[15])
    };
    match parts {
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressClass::Loopback,
        // IPv4-mapped, and IPv4 behind a translator (RFC 6052): count as what they lead to.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => v4(last_four()),
        [0x64, 0xff9b, 1, ..] => AddressClass::Private,
        [first, ..] if first & 0xfe00 == 0xfc00 => AddressClass::Private,
        // Teredo, ORCHID, benchmarks and the like; documentation; 6to4.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => AddressClass::Reserved,
        [0x2002, ..] => AddressClass::Reserved,
        [0x3fff, second, ..] if second < 0x1000 => AddressClass::Reserved,
        [first, ..] if first & 0xe000 == 0x2000 => AddressClass::Public,
        _ => AddressClass::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> AddressClass {
        classify(text.parse().unwrap())
    }

    #[test]
    fn what_is_not_the_internet_is_recognised_in_both_versions() {
        for text in ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111"] {
            assert_eq!(class(text), AddressClass::Public, "{text}");
        }
        for text in [
            "127.0.0.1",
            "127.255.0.9",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
        ] {
            assert_eq!(class(text), AddressClass::Loopback, "{text}");
        }
        for text in [
            "10.1.2.3",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
        ] {
            assert_eq!(class(text), AddressClass::Private, "{text}");
        }
        for text in [
            "0.0.0.0",
            "169.254.169.254",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::127.0.0.1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "3fff::1",
            "100::1",
            "::ffff:169.254.169.254",
        ] {
            assert_eq!(class(text), AddressClass::Reserved, "{text}");
        }
    }
}
