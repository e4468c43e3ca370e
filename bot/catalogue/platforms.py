"""Reads `data/platforms/<slug>.toml`. Refuses what two platforms both claim (see `claims`).

A platform's domains make an announcement official, so they are registered domains of its own,
never hosts where anybody can publish. A part of a platform also speaks from its whole's domains.
"""

import re
from collections import Counter
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from bot.catalogue.changes import read_change
from bot.catalogue.claims import bad_claims
from bot.catalogue.endings import read_ending
from bot.catalogue.tables import Table, raise_faults, read_tables
from bot.domain.pages import Selectors
from bot.domain.platforms import (
    CatalogueKind,
    CatalogueSource,
    Certainty,
    Export,
    Platform,
    PlatformStatus,
    is_below,
)
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


class Goods(StrEnum):
    """What sellers can take with them from a platform."""

    LISTINGS = "listings"
    PHOTOS = "photos"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    REVIEWS = "reviews"
    STATEMENTS = "statements"
    EARNINGS = "earnings"
    COUPONS = "coupons"


SHARED_HOSTS = frozenset(
    {
        "amazonaws.com",
        "atlassian.net",
        "blogspot.com",
        "ctfassets.net",
        "discourse.group",
        "ecwid.site",
        "facebook.com",
        "gitbook.io",
        "github.com",
        "github.io",
        "gitlab.io",
        "google.com",
        "helpscoutdocs.com",
        "instagram.com",
        "intercom.help",
        "jimdofree.com",
        "jimdosite.com",
        "linkedin.com",
        "medium.com",
        "mybigcommerce.com",
        "myshopify.com",
        "myspreadshop.com",
        "netlify.app",
        "notion.site",
        "pages.dev",
        "reddit.com",
        "statuspage.io",
        "substack.com",
        "tumblr.com",
        "twitter.com",
        "uservoice.com",
        "vercel.app",
        "webflow.io",
        "weebly.com",
        "wixsite.com",
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
    platforms = {each.slug: each for each in map(_platform, read_tables(folder, faults))}
    faults.extend(bad_claims(folder.name, platforms))
    raise_faults(faults)
    return tuple(_with_whole(each, platforms) for each in platforms.values())


def _with_whole(platform: Platform, platforms: dict[str, Platform]) -> Platform:
    """A part's word also stands on its whole's hosts."""
    if platform.part_of is None:
        return platform
    whole = platforms[platform.part_of]
    return replace(
        platform,
        domains=(*platform.domains, *whole.domains),
        unofficial=(*platform.unofficial, *whole.unofficial),
    )


def _platform(table: Table) -> Platform:
    name = table.text("name")
    domains = _domains(table)
    owner = table.find_text("owner")
    if owner is None and "owner_certainty" in table.values:
        table.fault("needs_key", "owner_certainty", other="owner")
    platform = Platform(
        slug=Path(table.file).stem,
        name=name,
        kind=table.choice("kind", PlatformKind).value,
        status=table.choice("status", PlatformStatus),
        status_certainty=table.choice("status_certainty", Certainty),
        languages=table.languages("languages"),
        homepage=table.address("homepage"),
        homepage_certainty=table.choice("homepage_certainty", Certainty),
        domains=domains,
        aliases=table.texts("aliases"),
        former_names=table.texts("former_names"),
        owner=owner,
        owner_certainty=(
            table.choice("owner_certainty", Certainty) if owner else Certainty.UNVERIFIED
        ),
        successor=table.find_text("successor"),
        part_of=table.find_text("part_of"),
        unofficial=_unofficial(table, domains),
        sources=_told_apart(tuple(_source(source, name) for source in table.tables("sources"))),
        endings=tuple(read_ending(ending) for ending in table.tables("endings")),
        changes=tuple(read_change(change) for change in table.tables("changes")),
        export=_export(table.table("export")) if "export" in table.values else None,
    )
    _check_feed_names(table, platform)
    table.done()
    return platform


def _domains(table: Table) -> tuple[str, ...]:
    domains = table.texts("domains")
    if "domains" not in table.values:
        table.fault("missing", "domains")
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            table.fault("domain", "domains", value=domain)
        elif any(is_below(domain, host) for host in SHARED_HOSTS):
            table.fault("shared_domain", "domains", value=domain)
    return domains


def _unofficial(table: Table, domains: tuple[str, ...]) -> tuple[str, ...]:
    hosts = table.texts("unofficial")
    for host in hosts:
        bare = host.removeprefix("*.")
        if not _DOMAIN.fullmatch(bare):
            table.fault("domain", "unofficial", value=host)
        elif host in domains or not any(is_below(bare, domain) for domain in domains):
            table.fault("not_below", "unofficial", value=host)
    return hosts


def _source(table: Table, platform: str) -> CatalogueSource:
    about = table.choice("about", SourceAbout).value if "about" in table.values else None
    source = CatalogueSource(
        url=table.address("url"),
        kind=table.choice("kind", CatalogueKind),
        language=table.language("language"),
        certainty=table.choice("certainty", Certainty),
        name=table.find_text("name") or (f"{platform}: {about}" if about else platform),
        about=about,
        selectors=Selectors(table.texts("select"), table.texts("remove")),
        document=table.find_text("document"),
    )
    if source.selectors and source.kind is not CatalogueKind.PAGE:
        table.fault("only_pages", "select" if source.selectors.select else "remove")
    table.done()
    return source


def _told_apart(sources: tuple[CatalogueSource, ...]) -> tuple[CatalogueSource, ...]:
    """Pages that have no name of their own are told apart by language, then by number."""
    names = Counter(each.name for each in sources if each.is_read)
    taken: Counter[str] = Counter()
    found = []
    for each in sources:
        if each.is_read and each.kind is CatalogueKind.PAGE and names[each.name] > 1:
            name = f"{each.name} ({each.language})"
            taken[name] += 1
            numbered = name if taken[name] == 1 else f"{name} {taken[name]}"
            found.append(replace(each, name=numbered))
        else:
            found.append(each)
    return tuple(found)


def _export(table: Table) -> Export:
    export = Export(
        what=tuple(each.value for each in table.choices("what", Goods)),
        formats=table.texts("formats"),
        help=table.address("help") if "help" in table.values else None,
        certainty=table.choice("certainty", Certainty),
    )
    if not export.what:
        table.fault("missing", "what")
    table.done()
    return export


def _check_feed_names(table: Table, platform: Platform) -> None:
    """Feeds are told of by name, so each has one of its own."""
    names = [each.name for each in platform.feeds]
    for name in sorted({name for name in names if names.count(name) > 1}):
        table.fault("same_name", "sources", value=name)
