"""Kinds, severities, platforms, sources and changes in words, for cards in one locale.

Every sentence comes from `data/locales`; what comes from outside is made harmless here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.chat import escape
from bot.chat.dates import Dates
from bot.domain.alerts import Alert, Reason, Revision
from bot.domain.checklists import latest_day
from bot.domain.incidents import Change, Facts, Link
from bot.domain.names import UNNAMED
from bot.domain.notices import Kind, Origin, Scope, What
from bot.domain.situations import Situation, situation_of
from bot.i18n import Texts

NAME_MAX = 90
"""Characters of a platform's or a source's name in a card."""

HEADLINE_MAX = 220
"""Characters of a source's title in a card."""

_PLACES = (Situation.CLOSURE, Situation.PART, Situation.MIGRATION)
"""Where something ends or moves; of the rest the situation says it all."""

_TOLD_BY = (Reason.FIRST, Reason.PUBLISHED, Reason.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences in one locale: call it with a key and arguments."""

    texts: Texts
    locale: str

    def __call__(self, key: str, /, n: int | None = None, **arguments: object) -> str:
        """The sentence of `key`. Arguments must be harmless already."""
        return self.texts.get(self.locale, key, n, **arguments)

    @property
    def dates(self) -> Dates:
        """Dates in this locale."""
        return Dates(self.texts, self.locale)

    def platform(self, written: str | None) -> str:
        """A platform's name; in words where nobody could read one."""
        read = name(written)
        return self("common.platform.unnamed") if read in ("", UNNAMED) else read

    def title(self, facts: Facts) -> str:
        """What happens and to whom; only the platform's own word is told as certain."""
        platform = self.platform(facts.platform_name)
        certainty = "official" if facts.confirmed else "unconfirmed"
        situation = situation_of(facts)
        if situation not in _PLACES:
            said = situation.value if situation else facts.kind.value
            return self(f"alert.title.{said}.{certainty}", platform=platform)
        scope = Scope.PART if situation is Situation.PART else Scope.PLATFORM
        if facts.kind is Kind.MIGRATION and facts.successor:
            key = f"alert.title.migration_to.{scope.value}.{certainty}"
            return self(key, platform=platform, successor=name(facts.successor))
        key = f"alert.title.{facts.kind.value}.{scope.value}.{certainty}"
        return self(key, platform=platform)

    def headline(self, facts: Facts) -> str | None:
        """The source's own title where the card's title does not say it all."""
        said = facts.kind is Kind.CLOSURE and facts.scope is Scope.PLATFORM
        headline = escape.inline(facts.headline, HEADLINE_MAX)
        return None if said or not headline else self("common.quoted", text=headline)

    def language(self, code: str) -> str:
        """The name of a language in this locale."""
        key = f"common.language.{code[:2].casefold()}"
        return self(key) if self.texts.has(key) else self("common.language.other")

    def source(self, link: Link) -> str:
        """Who said it: the source's name, else the host of its address."""
        if link.source_name and (named := name(link.source_name)):
            return named
        return escape.host(link.url) or self("common.source.letter")

    def status(self, facts: Facts) -> str:
        """Official or unconfirmed, by whom and when; for the latter what would confirm it."""
        link = facts.links[0] if facts.links else None
        platform = self.platform(facts.platform_name)
        alone = facts.comparison is not None and len(facts.links) == 1
        on_page = f"alert.on_page.{facts.origin.value}"
        status = f"alert.status.{facts.origin.value}"
        said = self(
            on_page if alone else status,
            platform=platform,
            day=self.dates.day(link.published_on if link else facts.announced_on),
            source=self.source(link) if link else self("common.source.letter"),
        )
        if facts.origin is Origin.OFFICIAL:
            return said
        return f"{said}\n{self('alert.status.would_confirm', platform=platform)}"

    def what(self, what: What) -> str:
        """What ends or begins."""
        return self(f"common.what.{what.value}")

    def change(self, change: Change) -> str:
        """One difference between two tellings, as a line of its own."""
        match change.name:
            case "date_added" | "date_moved" | "date_removed":
                return self(
                    f"common.change.{change.name}",
                    what=self.what(change.what or What.OTHER),
                    was=self.dates.iso(change.was),
                    now=self.dates.iso(change.now, marked=True),
                )
            case "severity_raised" | "severity_lowered" | "kind_changed":
                group = "kind" if change.name == "kind_changed" else "severity"
                return self(
                    f"common.change.{change.name}",
                    was=self(f"common.{group}.{change.was}"),
                    now=self(f"common.{group}.{change.now}"),
                )
            case "platform_changed":
                was, now = self.platform(change.was), self.platform(change.now)
                return self("common.change.platform_changed", was=was, now=now)
            case _:
                return self(
                    f"common.change.{change.name}", was=name(change.was), now=name(change.now)
                )


def name(text: str | None) -> str:
    """A name from outside, harmless and short."""
    return escape.inline(text or "", NAME_MAX)


def first_telling(history: Sequence[Revision]) -> datetime | None:
    """When the alert was first told to everybody, None where it was not."""
    return next((each.at for each in history if each.reason in _TOLD_BY), None)


def updates(history: Sequence[Revision]) -> tuple[Revision, ...]:
    """The revisions since the first telling that changed what was told, oldest first."""
    told = next((i for i, each in enumerate(history) if each.reason in _TOLD_BY), len(history))
    return tuple(each for each in history[told + 1 :] if each.changes)


def last_of(history: Sequence[Revision], *reasons: Reason) -> Revision | None:
    """The latest revision that has one of these reasons."""
    return next((each for each in reversed(history) if each.reason in reasons), None)


def has_ended(alert: Alert, today: date) -> bool:
    """Whether the platform's last known day has passed."""
    ends = (What.SITE_OFF, What.EXPORT_UNTIL, What.DATA_DELETED)
    known = [latest_day(deadline) for deadline in alert.told.deadlines if deadline.what in ends]
    return bool(known) and max(known) < today
