"""One event in the world, merged from the notices about it, and what changes between two tellings.

Refuses to mix: two platforms never share an incident, and a guild's corrections bind that guild.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.checklists import latest_day
from bot.domain.entries import alike
from bot.domain.notices import (
    Deadline,
    Kind,
    Notice,
    Origin,
    Precision,
    Scope,
    Severity,
    What,
)
from bot.domain.pages import Comparison

ENDING_WINDOW = timedelta(days=400)
"""Two notices about the end of one platform this far apart are still one event."""

OTHER_WINDOW = timedelta(days=120)
"""The same for a changed rule or a part that ends."""

SOON = timedelta(days=3)
"""A rule without a date told so soon after a dated one on the same topic is the same rule."""

SAME_HEADLINE = 0.6
"""Titles at least this alike (0..1) tell the same change."""

SAME_QUOTE = 0.9
"""A sentence this alike to the headline says nothing more."""

_ENDINGS = (Kind.CLOSURE, Kind.MIGRATION)
_RANK = {Origin.OFFICIAL: 2, Origin.PRESS: 1, Origin.COMMUNITY: 0}


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice with where it stood. `guild_id` None: public; else known to that guild only.

    `platform` is the key and `platform_name` the name under which it is filed.
    """

    id: int
    entry_id: int
    guild_id: int | None
    origin: Origin
    platform: str
    platform_name: str
    notice: Notice
    title: str
    url: str | None
    source_name: str | None
    published_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """Where it was said."""

    url: str | None
    title: str
    origin: Origin
    published_on: date
    source_name: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """An incident as known to one guild: what an alert says."""

    platform: str
    platform_name: str
    kind: Kind
    scope: Scope
    severity: Severity
    confidence: float
    origin: Origin
    headline: str
    deadlines: tuple[Deadline, ...]
    successor: str | None
    topics: tuple[str, ...]
    quote: str | None
    links: tuple[Link, ...]
    announced_on: date
    language: str
    comparison: Comparison | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the platform itself said it."""
        return self.origin is Origin.OFFICIAL

    def upcoming(self, today: date) -> tuple[Deadline, ...]:
        """Deadlines of today and later, nearest first, then those that have passed."""
        ahead = [deadline for deadline in self.deadlines if latest_day(deadline) >= today]
        behind = [deadline for deadline in self.deadlines if latest_day(deadline) < today]
        return (*ahead, *behind)


@dataclass(frozen=True, slots=True)
class DateCorrection:
    """A moderator's word on one date. `was` None adds it, `on` None takes it away."""

    what: What
    was: date | None
    on: date | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a guild's moderators set right in one incident."""

    kind: Kind | None = None
    platform: str | None = None
    platform_name: str | None = None
    dates: tuple[DateCorrection, ...] = ()

    def and_then(self, later: "Correction") -> "Correction":
        """Both corrections, the later one winning. `later` was said of what `self` had made."""
        followed = {(each.what, each.was): each for each in later.dates}
        dates = []
        for each in self.dates:
            moved = followed.pop((each.what, each.on), None) if each.on else None
            chained = replace(each, on=moved.on) if moved is not None else each
            if chained.was is not None or chained.on is not None:
                dates.append(chained)
        dates.extend(followed.values())
        return Correction(
            kind=later.kind or self.kind,
            platform=later.platform or self.platform,
            platform_name=later.platform_name or self.platform_name,
            dates=tuple(dates),
        )


def merge(notices: Sequence[ToldNotice], correction: Correction | None = None) -> Facts:
    """What the notices say together. Official words count before others, newer before older.

    Where the platform itself has spoken, others are linked and add nothing to what it said: what
    is posted unseen must be its own word. Raises ValueError without notices.
    """
    if not notices:
        raise ValueError("an incident has at least one notice")
    ranked = sorted(notices, key=lambda n: (_RANK[n.origin], n.published_at, n.id), reverse=True)
    best = [each for each in ranked if each.origin is ranked[0].origin]
    lead = max(best, key=lambda n: (n.notice.kind.gravity, n.published_at, n.id))
    counted = best if lead.origin is Origin.OFFICIAL else ranked
    facts = Facts(
        platform=lead.platform,
        platform_name=lead.platform_name,
        kind=lead.notice.kind,
        scope=lead.notice.scope,
        severity=max((each.notice.severity for each in best), key=lambda s: s.rank),
        confidence=max(each.notice.confidence for each in best),
        origin=lead.origin,
        headline=lead.title,
        deadlines=_deadlines(counted),
        successor=next((n.notice.successor for n in counted if n.notice.successor), None),
        topics=tuple(dict.fromkeys(topic for each in best for topic in each.notice.topics)),
        quote=_quote(lead),
        links=_links(ranked, lead),
        announced_on=min(each.published_at for each in notices).date(),
        language=lead.notice.language,
        comparison=_comparison(lead, ranked),
    )
    return corrected(facts, correction) if correction else facts


def corrected(facts: Facts, correction: Correction) -> Facts:
    """`facts` with the moderators' words over what was read, until the source itself moves on."""
    deadlines = list(facts.deadlines)
    for each in correction.dates:
        was = [d for d in deadlines if d.what is each.what and d.on == each.was]
        if each.was is not None and not was:
            continue  # the source itself has moved on
        if each.was is None and any(d.what is each.what for d in deadlines):
            continue  # what a moderator added, the source now says itself
        deadlines = [d for d in deadlines if d not in was]
        if each.on is not None:
            moved = (
                replace(was[0], on=each.on, precision=Precision.DAY)
                if was
                else Deadline(each.on, Precision.DAY, each.what, "")
            )
            deadlines = [d for d in deadlines if not _same_day(d, moved)]
            deadlines.append(moved)
    return replace(
        facts,
        kind=correction.kind or facts.kind,
        platform=correction.platform or facts.platform,
        platform_name=correction.platform_name or facts.platform_name,
        deadlines=_in_order(deadlines),
    )


def same_event(one: Facts, other: Facts) -> bool:
    """Whether two descriptions are of one event in the world.

    A platform ends once: whatever dates are told, they are of one ending. Of the rest a platform
    may announce several within weeks, so days, topics or headlines must agree.
    """
    if one.platform != other.platform:
        return False
    apart = abs(one.announced_on - other.announced_on)
    ending = one.kind in _ENDINGS
    if ending is not (other.kind in _ENDINGS) or (not ending and one.kind is not other.kind):
        return False
    if apart > (ENDING_WINDOW if ending else OTHER_WINDOW):
        return False
    whole = [each.scope is Scope.PLATFORM for each in (one, other)]
    if ending and all(whole):
        return Kind.CLOSURE in (one.kind, other.kind) or not _differ(one, other)
    if ending and any(whole):
        return _share_ending_day(one, other)
    return apart <= OTHER_WINDOW and _same_change(one, other, apart)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two tellings. `was`/`now` are dates for the date changes, else words.

    `name`: date_added, date_moved, date_removed, severity_raised, severity_lowered, confirmed,
    kind_changed, platform_changed, successor_named, reported_by, reworded.
    """

    name: str
    was: str | None = None
    now: str | None = None
    what: What | None = None

    @property
    def material(self) -> bool:
        """Whether it is worth saying aloud, not only in the edited message."""
        return self.name not in ("reported_by", "reworded", "severity_lowered")


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """What is different in `after`, the gravest first; empty where nothing people read changed."""
    found: list[Change] = []
    if before.platform_name != after.platform_name:
        found.append(Change("platform_changed", before.platform_name, after.platform_name))
    if before.kind is not after.kind:
        found.append(Change("kind_changed", before.kind.value, after.kind.value))
    found.extend(_date_changes(before.deadlines, after.deadlines))
    if before.severity is not after.severity:
        raised = after.severity.rank > before.severity.rank
        name = "severity_raised" if raised else "severity_lowered"
        found.append(Change(name, before.severity.value, after.severity.value))
    if after.confirmed and not before.confirmed:
        found.append(Change("confirmed"))
    if after.successor and after.successor != before.successor:
        found.append(Change("successor_named", before.successor, after.successor))
    known = {(link.url, link.title) for link in before.links}
    found.extend(
        Change("reported_by", now=link.source_name or link.title)
        for link in after.links
        if (link.url, link.title) not in known and not _retitled(link, before.links)
    )
    if not found and _wording(before) != _wording(after):
        found.append(Change("reworded"))
    return tuple(found)


def _differ(one: Facts, other: Facts) -> bool:
    """Whether two moves have nothing in common: neither days, topics, headline nor successor."""
    if not one.topics or not other.topics or set(one.topics) & set(other.topics):
        return False
    alike_headlines = alike(one.headline, other.headline) >= SAME_HEADLINE
    successor = one.successor is not None and one.successor == other.successor
    return not (alike_headlines or successor or _share_day(one, other))


def _same_change(one: Facts, other: Facts, apart: timedelta) -> bool:
    """Whether two rules, or two ends of a part, are one."""
    if one.comparison is not None and other.comparison is not None:
        return _same_document(one.comparison, other.comparison, one.topics, other.topics, apart)
    topics = bool(set(one.topics) & set(other.topics))
    if alike(one.headline, other.headline) >= SAME_HEADLINE:
        # Rules are changed under the same title every year; a part ends once.
        dated = one.deadlines and other.deadlines
        return one.kind is not Kind.POLICY or not dated or _share_day(one, other)
    if one.deadlines and other.deadlines:
        unknown = not one.topics or not other.topics
        return _share_day(one, other) and (topics or unknown)
    if topics and one.kind is Kind.POLICY and apart <= SOON:
        return bool(one.deadlines) is not bool(other.deadlines)
    return topics and one.quote is not None and one.quote == other.quote


def _same_document(
    one: Comparison,
    other: Comparison,
    topics: Sequence[str],
    others: Sequence[str],
    apart: timedelta,
) -> bool:
    """Whether two pages that changed are one document in two languages or regions: the same numbers
    moved, or none at all, in the same days."""
    if one.figures or other.figures:
        return bool(one.figures & other.figures)
    elsewhere = one.language != other.language
    return elsewhere and apart <= SOON and bool(set(topics) & set(others))


def _share_day(one: Facts, other: Facts) -> bool:
    """Whether a day (or a month and a day in it) is told by both."""
    return any(
        left.iso.startswith(right.iso) or right.iso.startswith(left.iso)
        for left in one.deadlines
        for right in other.deadlines
    )


def _share_ending_day(one: Facts, other: Facts) -> bool:
    return any(_same_day(left, right) for left in one.deadlines for right in other.deadlines)


def _wording(facts: Facts) -> tuple[object, ...]:
    return (
        facts.headline,
        facts.quote,
        facts.scope,
        facts.links,
        facts.deadlines,
        facts.comparison,
    )


def _quote(lead: ToldNotice) -> str | None:
    """The strongest sentence that the headline does not say already."""
    evidence = lead.notice.evidence
    beyond = (each for each in evidence if alike(each, lead.title) < SAME_QUOTE)
    return next(beyond, next(iter(evidence), None))


def _comparison(lead: ToldNotice, ranked: Sequence[ToldNotice]) -> Comparison | None:
    """What changed, less those languages in which it has changed since as well."""
    found = [each.notice.comparison for each in (lead, *ranked)]
    first = next((each for each in found if each is not None), None)
    if first is None:
        return None
    changed = {each.language for each in found if each is not None}
    unchanged = tuple(each for each in first.unchanged if each not in changed)
    return replace(first, unchanged=unchanged)


def _deadlines(counted: Sequence[ToldNotice]) -> tuple[Deadline, ...]:
    """What the notices (the weightiest and newest first) say, without what was superseded."""
    kept: list[Deadline] = []
    settled: set[tuple[str | None, What, str | None]] = set()
    for each in counted:
        # The platform speaks with one voice; of others each one only corrects itself.
        official = each.origin is Origin.OFFICIAL
        voice = None if official else each.source_name or f"entry {each.entry_id}"
        for deadline in each.notice.deadlines:
            superseded = {(voice, deadline.what, deadline.audience), (voice, deadline.what, None)}
            if superseded & settled or any(_same_day(deadline, other) for other in kept):
                continue
            kept.append(deadline)
        settled |= {
            (voice, deadline.what, deadline.audience)
            for deadline in each.notice.deadlines
            if deadline.what is not What.OTHER  # "other" dates are not of one thing
        }
    return _in_order(kept)


def _same_day(one: Deadline, other: Deadline) -> bool:
    return one.iso == other.iso and one.what is other.what


def _in_order(deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
    return tuple(sorted(deadlines, key=lambda d: (d.on, d.what.value)))


def _links(ranked: Sequence[ToldNotice], lead: ToldNotice) -> tuple[Link, ...]:
    ordered = [lead, *(each for each in ranked if each is not lead)]
    found: dict[str, Link] = {}
    for each in ordered:
        link = Link(each.url, each.title, each.origin, each.published_at.date(), each.source_name)
        found.setdefault(each.url or f"entry {each.entry_id}", link)
    return tuple(found.values())


def _date_changes(before: Sequence[Deadline], after: Sequence[Deadline]) -> Iterable[Change]:
    gone = [d for d in before if not any(_same_day(d, other) for other in after)]
    fresh = [d for d in after if not any(_same_day(d, other) for other in before)]
    for deadline in fresh:
        old = next((each for each in gone if each.what is deadline.what), None)
        if old is None:
            yield Change("date_added", None, deadline.iso, deadline.what)
        else:
            gone.remove(old)
            yield Change("date_moved", old.iso, deadline.iso, deadline.what)
    for deadline in gone:
        yield Change("date_removed", deadline.iso, None, deadline.what)


def _retitled(link: Link, known: Sequence[Link]) -> bool:
    return link.url is not None and any(other.url == link.url for other in known)
