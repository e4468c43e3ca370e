"""A platform that makers depend on, as the catalogue knows it. Nothing unverified is certain."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


class SourceKind(StrEnum):
    """How an address is read. Only feeds are watched so far; the others are kept for people."""

    FEED = "feed"
    PAGE = "page"
    STATUS = "status"  # outages; never raises an alert by itself


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """An address that the catalogue knows for a platform."""

    url: str
    kind: SourceKind
    language: str
    certainty: Certainty
    about: str | None = None  # terms, fees, newsroom, changelog ...


@dataclass(frozen=True, slots=True)
class Platform:
    """A service that makers depend on. `slug` is its key everywhere."""

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
    successor: str | None = None
    announced_on: date | None = None
    closed_on: date | None = None
    sources: tuple[CatalogueSource, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name, aliases and former names."""
        return (self.name, *self.aliases, *self.former_names)

    def owns_host(self, host: str) -> bool:
        """Whether `host` is one of the registered domains or below one of them."""
        bare = host.casefold().rstrip(".")
        return any(bare == domain or bare.endswith("." + domain) for domain in self.domains)
