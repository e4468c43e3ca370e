"""The address rule at the moment of connecting: names that lie, names that change, hops inside.

Names are answered by a resolver of our own; nothing leaves the machine.
"""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.sources import Health
from bot.errors import Fault
from bot.ingest.addresses import AllowHosts
from bot.ingest.connecting import NoSuchName, PrivateAddress, Resolver
from bot.ingest.faults import is_forbidden
from bot.ingest.fetching import Fetcher, Limits
from bot.ingest.outcomes import Failed, Fetched, FetchOutcome
from tests.website import Website


@dataclass
class Names(AbstractResolver):
    """Answers with what is written here, each time with the next of the answers."""

    answers: dict[str, Iterator[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [_result(host, ip, port) for ip in next(self.answers[host])]

    async def close(self) -> None:
        pass


class Unanswering(Names):
    """A resolver whose own servers do not answer."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


async def _visit(
    url: str, names: Names, allow: AllowHosts | None = None, limits: Limits | None = None
) -> FetchOutcome:
    async with Fetcher(
        user_agent="test", allow_hosts=allow or AllowHosts(), resolver=names, limits=limits
    ) as fetcher:
        return await fetcher.fetch(url)


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fd00::1"])
async def test_a_name_that_leads_inside_is_refused(ip: str) -> None:
    outcome = await _visit("http://inside.example/feed", _names(inside=[[ip]]))
    assert _refusal(outcome).key == "source.address.private"
    assert is_forbidden(_refusal(outcome))
    assert isinstance(outcome, Failed)
    assert outcome.permanent


async def test_a_name_that_resolves_to_an_exempt_address_is_not_exempt() -> None:
    async with Website() as site:
        site.serve("/feed", "<rss/>")
        allow = AllowHosts.parse(f"127.0.0.1, {site.netloc}")
        names = _names(inside=[["127.0.0.1"]])
        outcome = await _visit("http://inside.example/feed", names, allow)
        assert _refusal(outcome).key == "source.address.private"
        assert site.connections == 0


async def test_an_exempt_name_may_lead_inside() -> None:
    async with Website() as site:
        site.serve("/feed", "<rss/>")
        allow = AllowHosts.parse(f"inside.example:{site.port}")
        names = _names(inside=[["127.0.0.1"]])
        outcome = await _visit(f"http://inside.example:{site.port}/feed", names, allow)
        assert isinstance(outcome, Fetched)


async def test_a_connection_of_an_exempt_host_serves_no_other() -> None:
    async with Website() as site:
        site.serve("/feed", "<rss/>")
        names = _names(inside=[["127.0.0.1"]] * 2)
        allow = AllowHosts.parse(f"inside.example:{site.port}")
        async with Fetcher(user_agent="test", allow_hosts=allow, resolver=names) as fetcher:
            assert isinstance(
                await fetcher.fetch(f"http://inside.example:{site.port}/feed"), Fetched
            )
            again = await fetcher.fetch("http://inside.example/feed")
            assert _refusal(again).key == "source.address.private"


async def test_only_the_public_addresses_of_a_name_are_connected_to() -> None:
    names = _names(mixed=[["10.0.0.1", "8.8.8.8", "127.0.0.1"]])
    found = await Resolver(names, public_only=True).resolve("mixed.example", 80)
    assert [result["host"] for result in found] == ["8.8.8.8"]


async def test_a_name_that_changes_inside_between_visits_gains_nothing() -> None:
    names = _names(rebinding=[["8.8.8.8"], ["127.0.0.1"]])
    resolver = Resolver(names, public_only=True)
    assert await resolver.resolve("rebinding.example", 80)
    with pytest.raises(PrivateAddress):
        await resolver.resolve("rebinding.example", 80)


async def test_a_name_without_addresses_does_not_exist() -> None:
    with pytest.raises(NoSuchName):
        await Resolver(_names(empty=[[]]), public_only=False).resolve("empty.example")


async def test_a_name_that_does_not_exist_makes_a_source_gone_but_not_for_ever() -> None:
    outcome = await _visit("http://nowhere.example/feed", _names())
    assert isinstance(outcome, Failed)
    assert (outcome.health, outcome.permanent) == (Health.GONE, False)
    assert outcome.fault.key == "source.connect.no_name"
    assert outcome.fault.arguments == {"host": "nowhere.example"}


async def test_a_name_that_nobody_could_look_up_says_nothing_about_the_source() -> None:
    outcome = await _visit("http://somewhere.example/feed", Unanswering({}))
    assert isinstance(outcome, Failed)
    assert (outcome.health, outcome.fault.key) == (Health.SLOW, "source.connect.lookup")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://10.0.0.1/", "source.address.private"),
        ("http://127.0.0.1/", "source.address.private"),
        ("http://[::1]/", "source.address.private"),
        ("//169.254.169.254/latest/meta-data/", "source.address.private"),
        ("http://localhost/", "source.address.private"),
        ("http://2130706433/", "source.address.numeric"),
        ("http://example.org:25/", "source.address.port"),
        ("file:///etc/passwd", "source.address.scheme"),
        ("http://user:secret@example.org/", "source.address.credentials"),
        ("http://example.org\\@127.0.0.1/", "source.address.characters"),
        ("http://[::1", None),
    ],
)
async def test_a_hop_to_a_forbidden_address_is_refused(target: str, why: str | None) -> None:
    async with Website() as site:
        site.redirect("/feed", target)
        outcome = await _visit(site.url("/feed"), _names(), site.allowed)
        assert isinstance(outcome, Failed)
        if why is None:
            assert outcome.fault.key == "source.redirect.nowhere"
            return
        assert (outcome.health, outcome.permanent) == (Health.MOVED, True)
        assert outcome.fault.key == "source.redirect.forbidden"
        assert is_forbidden(outcome.fault)
        reason = outcome.fault.arguments["why"]
        assert isinstance(reason, Fault)
        assert reason.key == why


async def test_a_hop_to_a_name_that_leads_inside_is_refused() -> None:
    async with Website() as site:
        site.redirect("/feed", "http://inside.example/")
        names = _names(inside=[["127.0.0.1"]])
        fault = _refusal(await _visit(site.url("/feed"), names, site.allowed))
        assert fault.key == "source.redirect.forbidden"
        assert is_forbidden(fault)


def _names(**answers: list[list[str]]) -> Names:
    return Names({f"{name}.example": iter(ips) for name, ips in answers.items()})


def _refusal(outcome: FetchOutcome) -> Fault:
    assert isinstance(outcome, Failed)
    return outcome.fault


def _result(host: str, ip: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return ResolveResult(
        hostname=host, host=ip, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST
    )
