"""Which addresses may be visited, by table: every spelling of an address that is not public."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Fault, SourceFault
from bot.ingest.addresses import AllowHosts, check_address, is_public
from bot.ingest.connecting import PrivateAddress, public_socket

NOBODY = AllowHosts()

NOT_PUBLIC = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:0:0:1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
)
PUBLIC = (
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450:4007::200e",
)


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_known_as_such(ip: str) -> None:
    assert not is_public(ip_address(ip))


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_address_is_known_as_such(ip: str) -> None:
    assert is_public(ip_address(ip))


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_public_here_that_the_standard_library_keeps_private(
    ip: IPv4Address,
) -> None:
    assert not (is_public(ip) and (ip.is_private or ip.is_multicast or ip.is_reserved))


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_is_public_here_that_the_standard_library_keeps_private(
    ip: IPv6Address,
) -> None:
    assert not (is_public(ip) and (ip.is_private or ip.is_multicast or ip.is_site_local))


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:", "::", "64:ff9b::", "64:ff9b:1::"]))
def test_an_ipv4_address_in_an_ipv6_one_is_never_public(ip: IPv4Address, prefix: str) -> None:
    assert not is_public(ip_address(f"{prefix}{ip}"))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("ftp://example.org/feed", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//example.org/feed", "scheme"),
        ("example.org/feed", "scheme"),
        ("", "scheme"),
        ("http", "unreadable"),
        ("gopher://example.org", "scheme"),
        ("http://example.org:8080/", "port"),
        ("https://example.org:22/", "port"),
        ("http://127.0.0.1:6379/", "port"),
        ("http://user:secret@example.org/", "credentials"),
        ("http://user@example.org/", "credentials"),
        ("http://example.org@127.0.0.1/", "credentials"),
        ("http://:@example.org/", "credentials"),
        ("http://127.0.0.1/", "private"),
        ("http://127.0.0.1:80/", "private"),
        ("https://10.1.2.3/feed", "private"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("http://[::1]/", "private"),
        ("http://[::ffff:127.0.0.1]/", "private"),
        ("http://[fe80::1%25eth0]/", "private"),
        ("http://１２７.０.０.１/", "private"),
        ("http://127。0。0。1/", "private"),
        ("http://localhost/", "private"),
        ("http://LOCALHOST/", "private"),
        ("http://localhost./", "private"),
        ("http://feeds.localhost/", "private"),
        ("http://localhost.localdomain/", "private"),
        ("http://ⓛocalhost/", "private"),
        ("http://2130706433/", "numeric"),
        ("http://0x7f000001/", "numeric"),
        ("http://0x7f.0x0.0x0.0x1/", "numeric"),
        ("http://0177.0.0.1/", "numeric"),
        ("http://127.1/", "numeric"),
        ("http://127.0.0.1./", "numeric"),
        ("http://10.0.0.01/", "numeric"),
        ("http://999.1.1.1/", "numeric"),
        ("http://example.0x7f/", "numeric"),
        ("http://example.org\\@127.0.0.1/", "characters"),
        ("http:\\\\127.0.0.1/", "characters"),
        ("http://exa mple.org/", "characters"),
        ("http://exa\tmple.org/", "characters"),
        ("http://example.org/\r\nHost: x", "characters"),
        ("http://example.org/\x00", "characters"),
        ("http://example.org/\udce9", "characters"),
        ("http://example.org/" + "a" * 2000, "long"),
        ("http://", "unreadable"),
        ("http:///feed", "unreadable"),
        ("http:example.org", "unreadable"),
        ("http://[::1/", "unreadable"),
        ("http://example.org:99999/", "unreadable"),
        ("http://example.org:port/", "unreadable"),
        ("http://exa%00mple.org/", "unreadable"),
        ("http://%31%32%37.0.0.1/", "unreadable"),
        ("http://example..org/", "unreadable"),
        ("http://.example.org/", "unreadable"),
        ("http://exa<mple.org/", "unreadable"),
        ("http://example.org:0/", "unreadable"),
    ],
)
def test_a_forbidden_address_is_refused_with_the_reason(url: str, key: str) -> None:
    with pytest.raises(SourceFault) as refused:
        check_address(url, NOBODY)
    assert refused.value.key == f"source.address.{key}"


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://example.org", "example.org", 80),
        ("HTTPS://Example.ORG/Feed?a=1#top", "example.org", 443),
        (" https://example.org/feed\n", "example.org", 443),
        ("http://example.org:443/", "example.org", 443),
        ("https://example.org./feed", "example.org.", 443),
        ("https://bücher.example/", "xn--bcher-kva.example", 443),
        ("http://8.8.8.8/", "8.8.8.8", 80),
        ("http://[2606:4700::1111]/", "2606:4700::1111", 80),
        ("https://fr.wikipedia.org/wiki/Marché", "fr.wikipedia.org", 443),
        ("https://1.example.org/", "1.example.org", 443),
        ("https://a_b.example.org/", "a_b.example.org", 443),
    ],
)
def test_an_ordinary_address_may_be_visited(url: str, host: str, port: int) -> None:
    address = check_address(url, NOBODY)
    assert (address.host, address.port, address.exempt) == (host, port, False)
    assert not address.url.fragment


@given(st.text(max_size=80), st.sampled_from(["", "http://", "https://", "http://a@", "http://["]))
def test_whatever_is_written_is_either_an_address_or_refused(text: str, prefix: str) -> None:
    try:
        address = check_address(prefix + text, NOBODY)
    except SourceFault:
        return  # refused, and with nothing else than a fault
    assert address.port in (80, 443)
    assert address.url.raw_host == address.host


def test_an_exempt_host_is_exempt_on_every_port_or_on_the_one_named() -> None:
    allow = AllowHosts.parse("feeds.local, 127.0.0.1:8080,[::1]:8081, ::2 Bücher.local:80")
    assert check_address("http://feeds.local:1234/", allow).exempt
    assert check_address("https://FEEDS.local/", allow).exempt
    assert check_address("http://127.0.0.1:8080/feed", allow).exempt
    assert check_address("http://[::1]:8081/", allow).exempt
    assert check_address("http://[::2]:99/", allow).exempt
    assert check_address("http://bücher.local/", allow).exempt
    assert not check_address("http://example.org/", allow).exempt


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8081/",
        "http://127.0.0.1/",
        "http://127.1:8080/",
        "http://2130706433:8080/",
        "http://127.0.0.1.:8080/",
        "http://localhost:8080/",
        "http://[::ffff:127.0.0.1]:8080/",
    ],
)
def test_only_the_host_and_port_as_written_are_exempt(url: str) -> None:
    with pytest.raises(SourceFault):
        check_address(url, AllowHosts.parse("127.0.0.1:8080"))


def test_nothing_is_exempt_where_nothing_is_named() -> None:
    assert AllowHosts.parse(" , ,") == AllowHosts()


@pytest.mark.parametrize(
    "text", ["http://example.org", "example.org:", "example.org:0", "a:70000", "[::1", "a/b", "x:y"]
)
def test_an_exemption_that_is_no_host_is_refused_and_named(text: str) -> None:
    with pytest.raises(Fault) as refused:
        AllowHosts.parse(f"example.org,{text}")
    assert refused.value.key == "source.allow.entry"
    assert refused.value.arguments == {"entry": text}


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_no_socket_is_made_for_an_address_that_is_not_public(ip: str) -> None:
    with pytest.raises(PrivateAddress):
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)))


def test_no_socket_is_made_for_a_mapped_address_or_one_with_a_scope() -> None:
    for ip in ("::ffff:8.8.8.8", "fe80::1%eth0", "nonsense"):
        with pytest.raises(PrivateAddress):
            public_socket((socket.AF_INET6, socket.SOCK_STREAM, 6, "", (ip, 80, 0, 0)))


def test_a_socket_is_made_for_a_public_address() -> None:
    with public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))) as made:
        assert made.family == socket.AF_INET
