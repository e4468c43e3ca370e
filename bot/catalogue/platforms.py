"""Reads `data/platforms/<slug>.toml`. Refuses what two platforms both claim: a name, a domain.

A platform's domains make an announcement official, so they are registered domains of its own,
never hosts where anybody can publish.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from bot.catalogue.tables import Table, raise_faults, read_tables
from bot.domain.names import fold
from bot.domain.platforms import CatalogueSource, Certainty, Platform, PlatformStatus, SourceKind
from bot.errors import Fault


class PlatformKind(StrEnum):
    """What a platform is to a maker."""

    HANDMADE_MARKETPLACE = "handmade-marketplace"
    GENERAL_MARKETPLACE = "general-marketplace"
    SHOP_BUILDER = "shop-builder"
    PRINT_ON_DEMAND = "print-on-demand"
    PATTERNS = "patterns"
    MODELS = "3d-models"
    SUPPLIES = "supplies"
    ELECTRONICS = "electronics"
    CROWDFUNDING = "crowdfunding"
    SOCIAL_SHOP = "social-shop"
    PAYMENTS = "payments"
    SHIPPING = "shipping"


class SourceAbout(StrEnum):
    """What is to be read at an address."""

    ANNOUNCEMENT = "announcement"
    BLOG = "blog"
    CHANGELOG = "changelog"
    FEES = "fees"
    FORUM = "forum"
    HELP = "help"
    NEWSROOM = "newsroom"
    STATUS = "status"
    TERMS = "terms"


SHARED_HOSTS = frozenset(
    {
        "atlassian.net",
        "blogspot.com",
        "discourse.group",
        "facebook.com",
        "github.com",
        "github.io",
        "gitlab.io",
        "google.com",
        "instagram.com",
        "intercom.help",
        "linkedin.com",
        "medium.com",
        "myshopify.com",
        "netlify.app",
        "notion.site",
        "reddit.com",
        "statuspage.io",
        "substack.com",
        "tumblr.com",
        "twitter.com",
        "uservoice.com",
        "vercel.app",
        "wordpress.com",
        "x.com",
        "youtube.com",
        "zendesk.com",
    }
)
"""Where anybody can publish: a platform's word there does not prove itself by its host."""

_DOMAIN = re.compile(r"(?!www\.)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def load_platforms(folder: Path) -> tuple[Platform, ...]:
    """Every platform described in `folder`, by slug. Raises `BadCatalogue` with every fault."""
    faults: list[Fault] = []
    platforms = [_platform(table) for table in read_tables(folder, faults)]
    faults.extend(_claimed_twice(folder.name, platforms))
    raise_faults(faults)
    return tuple(platforms)


def _platform(table: Table) -> Platform:
    platform = Platform(
        slug=Path(table.file).stem,
        name=table.text("name"),
        kind=table.choice("kind", PlatformKind).value,
        status=table.choice("status", PlatformStatus),
        status_certainty=table.choice("status_certainty", Certainty),
        languages=table.languages("languages"),
        homepage=table.address("homepage"),
        homepage_certainty=table.choice("homepage_certainty", Certainty),
        domains=_domains(table),
        aliases=table.texts("aliases"),
        former_names=table.texts("former_names"),
        successor=table.find_text("successor"),
        announced_on=table.day("announced_on"),
        closed_on=table.day("closed_on"),
        sources=tuple(_source(source) for source in table.tables("sources")),
    )
    announced_on, closed_on = platform.announced_on, platform.closed_on
    if announced_on and closed_on and announced_on > closed_on:
        table.fault("date_order", "closed_on", other="announced_on")
    urls = [source.url for source in platform.sources]
    for url in sorted({url for url in urls if url and urls.count(url) > 1}):
        table.fault("duplicate", "sources", value=url, other=table.file)
    table.done()
    return platform


def _domains(table: Table) -> tuple[str, ...]:
    domains = table.texts("domains")
    if "domains" not in table.values:
        table.fault("missing", "domains")
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            table.fault("domain", "domains", value=domain)
        elif domain in SHARED_HOSTS or domain.partition(".")[2] in SHARED_HOSTS:
            table.fault("shared_domain", "domains", value=domain)
    return domains


def _source(table: Table) -> CatalogueSource:
    source = CatalogueSource(
        url=table.address("url"),
        kind=table.choice("kind", SourceKind),
        language=table.language("language"),
        certainty=table.choice("certainty", Certainty),
        about=table.choice("about", SourceAbout).value if "about" in table.values else None,
    )
    table.done()
    return source


def _claimed_twice(folder: str, platforms: Iterable[Platform]) -> Iterator[Fault]:
    names: dict[str, str] = {}
    domains: dict[str, str] = {}
    for platform in platforms:
        file = f"{folder}/{platform.slug}.toml"
        claims = [("-", platform.slug), ("name", platform.name)]
        claims += [("aliases", alias) for alias in platform.aliases]
        claims += [("former_names", name) for name in platform.former_names]
        for key, name in claims:
            other = names.setdefault(fold(name), file)
            if other != file and name:
                yield _duplicate(file, key, name, other)
        for domain in platform.domains:
            for known, other in domains.items():
                if other != file and _overlap(domain, known):
                    yield _duplicate(file, "domains", domain, other)
            domains.setdefault(domain, file)
        yield from _repeated(file, "aliases", [name for _, name in claims[1:]])
        yield from _repeated(file, "domains", platform.domains)


def _repeated(file: str, key: str, values: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for value in values:
        if fold(value) in seen:
            yield _duplicate(file, key, value, file)
        seen.add(fold(value))


def _overlap(one: str, two: str) -> bool:
    return one == two or one.endswith("." + two) or two.endswith("." + one)


def _duplicate(file: str, key: str, value: str, other: str) -> Fault:
    return Fault("catalogue.fault.duplicate", file=file, key=key, value=value, other=other)
