"""A platform that makers depend on, as the catalogue knows it. Nothing unverified is certain.

Refuses to know a date more exactly than it was told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median
from urllib.parse import urlsplit

from bot.domain.pages import Selectors
from bot.domain.sources import SourceKind

FEWEST_ENDINGS = 5
"""Of fewer endings nothing is said together."""

SHORT_NOTICE_DAYS = 7

_NO_PLACES = ("payments", "shipping")
_RULES = ("terms", "fees")
_NEWS = ("newsroom", "blog", "changelog")


class Certainty(StrEnum):
    """Whether a fact was seen in a kept page or file, or is only remembered or derived."""

    SEEN = "seen"
    UNVERIFIED = "unverified"


class PlatformStatus(StrEnum):
    """Whether sellers can still work there."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    MERGED = "merged"


class CatalogueKind(StrEnum):
    """What the catalogue calls an address."""

    FEED = "feed"
    HELP = "help"  # the articles of a help centre, by its own interface
    PAGE = "page"
    STATUS = "status"  # outages; never raises an alert by itself


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """An address that the catalogue knows for a platform. `name` tells sources apart; `selectors`
    say where the text of a page stands. What nobody watches is kept for people."""

    url: str
    kind: CatalogueKind
    language: str
    certainty: Certainty
    name: str
    about: str | None = None  # terms, fees, newsroom, changelog ...
    selectors: Selectors = field(default_factory=Selectors)
    document: str | None = None

    def is_same_document(self, other: "CatalogueSource") -> bool:
        """Whether both are one document, for other readers: those that have the same `document`,
        or, where none is named, those about the same in other languages."""
        if self.url == other.url or self.kind is not other.kind:
            return False
        if self.document or other.document:
            return self.document == other.document
        same = self.about is not None and self.about == other.about
        return same and self.language != other.language

    @property
    def reads_as(self) -> SourceKind | None:
        """As what Tocsin watches it; None: not at all."""
        match self.kind:
            case CatalogueKind.FEED:
                return SourceKind.FEED
            case CatalogueKind.HELP:
                return SourceKind.ZENDESK
            case CatalogueKind.PAGE if self.about in _RULES:
                return SourceKind.PAGE
            case CatalogueKind.PAGE if self.about in _NEWS:
                return SourceKind.LIST
        return None

    @property
    def is_read(self) -> bool:
        """Whether Tocsin reads it by itself."""
        return self.reads_as is not None


class Exactness(StrEnum):
    """How much of a past date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PastDate:
    """A date that has passed. `on` is its first day where only its month or year is known;
    `doubtful`: remembered, or told differently by different people."""

    on: date
    exactness: Exactness = Exactness.DAY
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How a platform, or the `part` of it that these words name, ended for sellers.

    `last_sale` is the last day on which buyers could order, `off` the day on which the rest went.
    `first_word`: how sellers first heard of it. Words stand by language.
    """

    certainty: Certainty
    announced: PastDate | None = None
    last_sale: PastDate | None = None
    off: PastDate | None = None
    first_word: str | None = None
    part: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)
    evidence: str | None = None

    @property
    def ended(self) -> PastDate | None:
        """When it ended for sellers: the last sale, else the day on which the rest went."""
        return self.last_sale or self.off

    @property
    def notice_days(self) -> int | None:
        """Days from the first word to the end, None unless both days are known for sure."""
        first, last = self.announced, self.ended
        if first is None or last is None or first.doubtful or last.doubtful:
            return None
        if first.exactness is not Exactness.DAY or last.exactness is not Exactness.DAY:
            return None
        return (last.on - first.on).days


@dataclass(frozen=True, slots=True)
class PastChange:
    """What a platform once changed for sellers, and how long before it said so. `topic`: fees,
    terms ... Words stand by language."""

    topic: str
    announced_on: date | None
    effective_on: date | None
    note: Mapping[str, str]
    certainty: Certainty
    evidence: str | None = None

    @property
    def notice_days(self) -> int | None:
        """Days from the first word to the change."""
        if self.announced_on is None or self.effective_on is None:
            return None
        return (self.effective_on - self.announced_on).days


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """How long before the end sellers were told, over `count` endings of selling places of which
    both days are known. `short`: so many of them gave a week or less."""

    count: int
    shortest: int
    median: int
    longest: int
    short: int


@dataclass(frozen=True, slots=True)
class Export:
    """What sellers can take with them. A platform without one: nobody has looked yet."""

    what: tuple[str, ...]
    formats: tuple[str, ...]
    help: str | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Platform:
    """A service that makers depend on. `slug` is its key everywhere.

    `part_of` is the slug of the whole whose word counts for it too; `unofficial` are hosts below
    its domains where others speak, `*.itch.io` standing for all below `itch.io`.
    """

    slug: str
    name: str
    kind: str
    status: PlatformStatus
    status_certainty: Certainty
    languages: tuple[str, ...]
    homepage: str
    homepage_certainty: Certainty
    domains: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    owner: str | None = None
    owner_certainty: Certainty = Certainty.UNVERIFIED
    successor: str | None = None
    part_of: str | None = None
    unofficial: tuple[str, ...] = ()
    sources: tuple[CatalogueSource, ...] = ()
    endings: tuple[Ending, ...] = ()
    changes: tuple[PastChange, ...] = ()
    export: Export | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The name, aliases and former names."""
        return (self.name, *self.aliases, *self.former_names)

    @property
    def goes_on(self) -> bool:
        """Whether sellers can still work there, for all that is known."""
        return self.status in (PlatformStatus.OPEN, PlatformStatus.CLOSING)

    @property
    def feeds(self) -> tuple[CatalogueSource, ...]:
        """What Tocsin reads by itself, as long as the platform goes on. What rules stand on a host
        of everybody's is for people to read: there it proves nothing."""
        if not self.goes_on:
            return ()
        return tuple(each for each in self.sources if each.is_read and self._may_watch(each))

    def _may_watch(self, source: CatalogueSource) -> bool:
        return source.kind is not CatalogueKind.PAGE or self.owns(source.url)

    def owns(self, url: str | None) -> bool:
        """Whether what stands at `url` is the platform's own word, see `owns_host`."""
        host = _host(url)
        return host is not None and self.owns_host(host)

    @property
    def ending(self) -> Ending | None:
        """How all of it ended; None where it did not, or nobody knows how."""
        return next((each for each in reversed(self.endings) if not each.part), None)

    def owns_host(self, host: str) -> bool:
        """Whether what stands on `host` is the platform's own word: it is a registered domain or
        below one, and no closer entry says that others speak there."""
        bare = host.casefold().rstrip(".").removeprefix("www.")
        own = max((len(each) for each in self.domains if is_below(bare, each)), default=0)
        others = (each for each in self.unofficial if _is_among(bare, each))
        return own > max((len(each.removeprefix("*.")) for each in others), default=0)


def notice_given(platforms: Iterable[Platform]) -> NoticeGiven | None:
    """What the known endings of whole platforms show; None where too few are known to say.

    What one announcement ended on one day counts once.
    """
    known = {
        (each.announced.on, each.ended.on)
        for platform in platforms
        if platform.kind not in _NO_PLACES
        for each in platform.endings
        if not each.part and each.notice_days is not None and each.announced and each.ended
    }
    days = sorted((last - first).days for first, last in known)
    if len(days) < FEWEST_ENDINGS:
        return None
    short = sum(each <= SHORT_NOTICE_DAYS for each in days)
    return NoticeGiven(len(days), days[0], round(median(days)), days[-1], short)


def owner_of(platforms: Iterable[Platform], url: str | None) -> Platform | None:
    """Whose word stands at `url`: the whole's, where its parts speak from there as well."""
    owners = [each for each in platforms if each.owns(url)]
    slugs = {each.slug for each in owners}
    return next((each for each in owners if each.part_of not in slugs), None)


def own_hosts(platforms: Iterable[Platform], urls: Iterable[str]) -> tuple[str, ...]:
    """The hosts of `urls` that are some platform's own, each once."""
    known = tuple(platforms)
    owned = (url for url in urls if any(each.owns(url) for each in known))
    return tuple(dict.fromkeys(host for url in owned if (host := _host(url))))


def is_below(host: str, domain: str) -> bool:
    """Whether `host` is `domain` or lies below it."""
    return host == domain or host.endswith("." + domain)


def _is_among(host: str, pattern: str) -> bool:
    bare = pattern.removeprefix("*.")
    return is_below(host, bare) and (host != bare or pattern == bare)


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
