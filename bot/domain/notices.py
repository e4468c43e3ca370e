"""What an entry is found to say: kind, platform, severity, confidence, deadlines, evidence.

Times: `*_on` a calendar date. A deadline keeps the verbatim words it was read from.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.pages import Comparison


class Kind(StrEnum):
    """What is announced; where a text is two of them the graver one is told."""

    CLOSURE = "closure"
    MIGRATION = "migration"
    POLICY = "policy"
    NONE = "none"

    @property
    def gravity(self) -> int:
        """Higher is graver: closure, then migration, then policy, then none."""
        return {"closure": 3, "migration": 2, "policy": 1, "none": 0}[self.value]


class Scope(StrEnum):
    """How much of the platform is meant."""

    PLATFORM = "platform"  # all of it, or the seller's place on it
    PART = "part"  # a plan, country, tool, category or API


class Severity(StrEnum):
    """How much it hurts a seller. Compare with `rank`."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for critical, 1 for important, 0 for info."""
        return {"critical": 2, "important": 1, "info": 0}[self.value]


class Origin(StrEnum):
    """Whose word it is. Only `official` may be posted unseen."""

    OFFICIAL = "official"
    PRESS = "press"
    COMMUNITY = "community"


class Action(StrEnum):
    """What the default policy makes of a notice."""

    ALERT = "alert"
    REVIEW = "review"
    IGNORE = "ignore"


class Precision(StrEnum):
    """How exactly a deadline is known."""

    DAY = "day"
    PART = "part"  # early, middle or late in a month: only the month is certain
    MONTH = "month"
    QUARTER = "quarter"


class What(StrEnum):
    """What ends or begins at a deadline."""

    LISTING_FREEZE = "listing_freeze"
    SIGNUP_FREEZE = "signup_freeze"
    LAST_SALE = "last_sale"
    SHIP_BY = "ship_by"
    PAYOUT = "payout"
    EXPORT_UNTIL = "export_until"
    DATA_DELETED = "data_deleted"
    SITE_OFF = "site_off"
    TOOLS_OFF = "tools_off"
    API_OFF = "api_off"
    FEES_EFFECTIVE = "fees_effective"
    TERMS_EFFECTIVE = "terms_effective"
    RULES_EFFECTIVE = "rules_effective"
    ACCEPT_BY = "accept_by"
    VERIFY_BY = "verify_by"
    CLAIM_BY = "claim_by"
    ACCOUNT_SUSPENDED = "account_suspended"
    MIGRATE_BY = "migrate_by"
    MIGRATION = "migration"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date after which something ends or begins.

    `on` is the day itself, or the first day of the month or quarter where `precision` says so.
    `audience` names whom it binds, in the text's words, where it says so.
    """

    on: date
    precision: Precision
    what: What
    quote: str
    audience: str | None = None

    @property
    def iso(self) -> str:
        """`YYYY-MM-DD`, or `YYYY-MM` where only the month (or less) is known."""
        if self.precision is Precision.DAY:
            return self.on.isoformat()
        return f"{self.on:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Notice:
    """One announcement, as read from one entry.

    `platform` is the catalogue's slug or, outside it, None; `platform_name` the name as people
    know it (or as written), None where none could be read. `confidence` lies in 0..1.
    `evidence` holds verbatim sentences, the strongest first. `comparison`: what changed, where it
    was read from a page that changed.
    """

    kind: Kind
    scope: Scope
    severity: Severity
    confidence: float
    platform: str | None
    platform_name: str | None
    successor: str | None
    topics: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    evidence: tuple[str, ...]
    language: str
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One place in a text that says something: `weight` above 0 speaks for, below 0 against."""

    name: str
    weight: float
    quote: str


@dataclass(frozen=True, slots=True)
class Text:
    """What is judged. `body` may hold HTML; `published_on` anchors relative dates. `comparison`:
    the text is what was added to a page, and this is all that changed there."""

    title: str
    body: str
    url: str | None = None
    published_on: date | None = None
    origin: Origin | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one text: its notices, the gravest first (empty: nothing for makers).

    `deadlines` are those of the whole text; `signals` say why and why not.
    """

    language: str
    notices: tuple[Notice, ...]
    deadlines: tuple[Deadline, ...]
    signals: tuple[Signal, ...]

    @property
    def gravest(self) -> Notice | None:
        """The notice to be told first."""
        return self.notices[0] if self.notices else None
