"""Every kind of address that must never be visited, and what becomes of each: written, redirected
to, and as what a name resolves to. `python -m tests.forbidden` prints the table; nothing leaves the
machine."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import Fault
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Failed
from tests.loaded import loaded
from tests.website import Website


@dataclass(frozen=True, slots=True)
class Case:
    """`kind` in words; what is written; and, for a name, what it resolves to."""

    kind: str
    url: str
    leads_to: str | None = None


CASES = (
    Case("loopback", "http://127.0.0.1/"),
    Case("loopback, elsewhere in its block", "http://127.8.8.8/"),
    Case("this network", "http://0.0.0.0/"),
    Case("private", "http://10.1.2.3/"),
    Case("private", "http://172.31.0.1/"),
    Case("private", "http://192.168.1.1/"),
    Case("carrier's network", "http://100.64.0.1/"),
    Case("link-local, cloud metadata", "http://169.254.169.254/latest/meta-data/"),
    Case("multicast", "http://224.0.0.1/"),
    Case("broadcast", "http://255.255.255.255/"),
    Case("documentation", "http://192.0.2.1/"),
    Case("IPv6 loopback", "http://[::1]/"),
    Case("IPv6 unspecified", "http://[::]/"),
    Case("IPv6 private", "http://[fd00::1]/"),
    Case("IPv6 link-local", "http://[fe80::1]/"),
    Case("IPv6 with a zone", "http://[fe80::1%25eth0]/"),
    Case("IPv4-mapped", "http://[::ffff:127.0.0.1]/"),
    Case("IPv4-mapped, in hexadecimal", "http://[::ffff:7f00:1]/"),
    Case("IPv4-compatible", "http://[::127.0.0.1]/"),
    Case("6to4", "http://[2002:7f00:1::]/"),
    Case("NAT64", "http://[64:ff9b::7f00:1]/"),
    Case("NAT64, local", "http://[64:ff9b:1::7f00:1]/"),
    Case("Teredo", "http://[2001:0:53aa:64c:0:0:80ff:fffe]/"),
    Case("decimal", "http://2130706433/"),
    Case("hexadecimal", "http://0x7f000001/"),
    Case("hexadecimal, in parts", "http://0x7f.0.0.0x1/"),
    Case("octal", "http://0177.0.0.1/"),
    Case("octal, a leading zero", "http://127.0.0.01/"),
    Case("short", "http://127.1/"),
    Case("zero", "http://0/"),
    Case("full-width digits", "http://１２７.０.０.１/"),
    Case("circled digits", "http://①②⑦.⓪.⓪.①/"),
    Case("ideographic dots", "http://127。0。0。1/"),
    Case("percent-encoded", "http://%31%32%37.0.0.1/"),
    Case("a dot behind the address", "http://127.0.0.1./"),
    Case("localhost", "http://localhost/"),
    Case("localhost, capitals and a dot", "http://LocalHost./"),
    Case("below localhost", "http://feeds.localhost/"),
    Case("localhost.localdomain", "http://localhost.localdomain/"),
    Case("localhost in look-alike letters", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/"),
    Case("user name", "http://admin@example.org/"),
    Case("user name and password", "http://admin:secret@example.org/"),
    Case("a host as user name", "http://example.org@127.0.0.1/"),
    Case("a backslash before the host", "http://example.org\\@127.0.0.1/"),
    Case("another port", "http://example.org:8080/"),
    Case("another port, inside", "http://127.0.0.1:6379/"),
    Case("file", "file:///etc/passwd"),
    Case("ftp", "ftp://example.org/"),
    Case("gopher", "gopher://127.0.0.1:6379/_INFO"),
    Case("data", "data:text/xml,<rss/>"),
    Case("javascript", "javascript:alert(1)"),
    Case("line break", "http://example.org/\r\nHost: inside"),
    Case("a name that leads inside", "http://trap.example/", "127.0.0.1"),
    Case("a name that leads to metadata", "http://trap.example/", "169.254.169.254"),
    Case("a name that leads to IPv4-mapped", "http://trap.example/", "::ffff:127.0.0.1"),
    Case("a name that leads to 6to4", "http://trap.example/", "2002:7f00:1::"),
    Case("a name that leads to NAT64", "http://trap.example/", "64:ff9b::7f00:1"),
    Case("a name that leads to Teredo", "http://trap.example/", "2001:0:53aa:64c::1"),
    Case("a name with a dot behind it", "http://trap.example./", "10.0.0.1"),
    Case("an intranet's name", "http://intranet/", "10.0.0.1"),
    Case("a name in look-alike letters", "http://trаp.example/", "10.0.0.1"),
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a case where it was written, and where a page sent us there."""

    case: Case
    written: Fault | None
    hopped: Fault | None


class _LeadsTo(AbstractResolver):
    """Answers every name with one address."""

    def __init__(self, ip: str) -> None:
        self._ip = ip

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        kind = socket.AF_INET6 if ":" in self._ip else socket.AF_INET
        return [
            ResolveResult(
                hostname=host,
                host=self._ip,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


async def fates() -> AsyncIterator[Fate]:
    """Try each, both ways."""
    async with Website() as site:
        for case in CASES:
            # A name that would lead to the public: nothing but its spelling may refuse it.
            names = _LeadsTo(case.leads_to or "8.8.8.8")
            site.redirect("/", case.url.replace("\r\n", ""))
            async with Fetcher(
                user_agent="test", allow_hosts=site.allowed, resolver=names
            ) as fetcher:
                written = await fetcher.fetch(case.url)
                hopped = await fetcher.fetch(site.url("/"))
            yield Fate(case, _why(written), _why(hopped))


def _why(outcome: object) -> Fault | None:
    return outcome.fault if isinstance(outcome, Failed) else None


async def _print() -> None:
    texts, _ = loaded()
    print("| what | address | written | as a redirect |\n| --- | --- | --- | --- |")
    async for each in fates():
        address = each.case.url.encode("unicode_escape").decode()
        if each.case.leads_to:
            address += f" → {each.case.leads_to}"
        written = f"refused: {texts.fault('en', each.written)}" if each.written else "VISITED"
        hopped = f"refused ({each.hopped.key})" if each.hopped else "VISITED"
        print(f"| {each.case.kind} | `{address}` | {written} | {hopped} |")


if __name__ == "__main__":
    asyncio.run(_print())
