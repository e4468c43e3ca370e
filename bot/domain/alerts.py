"""One incident as told to one guild: its states, and what becomes of it when the facts change.

Decides from values only. Nothing is posted without an official and clear word or a moderator's.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.guilds import Mode
from bot.domain.incidents import Change, Correction, Facts, ToldNotice, changes
from bot.domain.notices import Origin
from bot.domain.policy import ALERT_CONFIDENCE


class AlertState(StrEnum):
    """Where an alert stands in its guild."""

    PENDING = "pending"
    PUBLISHED = "published"
    DISMISSED = "dismissed"
    RETRACTED = "retracted"


class Reason(StrEnum):
    """Why a revision exists."""

    FIRST = "first"  # automatic: official and clear
    DOUBTFUL = "doubtful"  # to review: not official, or not clear
    BY_MODE = "by_mode"  # to review: the guild wants to see everything first
    BASELINE = "baseline"  # to review: said before the source was watched
    LATE = "late"  # to review: the guild began to follow when it was already open
    REPORTED = "reported"  # to review: a member's report
    VANISHED = "vanished"  # to review: the platform's own source is gone
    PUBLISHED = "published"  # a moderator's decision
    DISMISSED = "dismissed"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    RETURNED = "returned"  # dismissed: what was gone is back
    REOPENED = "reopened"  # official news after a dismissal or a retraction


_SAID_BEFORE = (Reason.BASELINE, Reason.LATE)


@dataclass(frozen=True, slots=True)
class Alert:
    """`reason`: why it waits, or why it is as it is. `told` holds the facts of the present
    revision; `revision` counts from 1."""

    id: int
    guild_id: int
    state: AlertState
    revision: int
    reason: Reason
    told: Facts
    correction: Correction | None = None
    decided_by: int | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One telling of an alert: why, when, what was different, and who decided (None: Tocsin)."""

    revision: int
    reason: Reason
    at: datetime
    changes: tuple[Change, ...] = ()
    author_id: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing that anybody reads has changed."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Tell the guild now."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Ask:
    """Lay it before the moderators."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Revise:
    """Change what was told, wherever it was told."""

    reason: Reason
    changes: tuple[Change, ...]

    @property
    def material(self) -> bool:
        """Whether it is also said aloud."""
        return any(change.material for change in self.changes)


Decision = Leave | Publish | Ask | Revise


def first_decision(facts: Facts, mode: Mode, held: Reason | None) -> Publish | Ask:
    """What a guild does with an incident that it has no alert for.

    `held` names why it must not be posted unseen although it may be clear (baseline, late, report).
    """
    if held is not None:
        return Ask(held)
    if not _clear(facts):
        return Ask(Reason.DOUBTFUL)
    return Publish(Reason.FIRST) if mode is Mode.AUTOMATIC else Ask(Reason.BY_MODE)


def next_decision(alert: Alert, facts: Facts, mode: Mode, held: Reason | None = None) -> Decision:
    """What becomes of `alert` now that the incident is as `facts` say.

    `held` as in `first_decision`: what is new must not be posted unseen.
    """
    differences = changes(alert.told, facts)
    newly_official = facts.confirmed and not alert.told.confirmed
    newly_clear = _clear(facts) and not _clear(alert.told)
    rings = held is None and mode is Mode.AUTOMATIC and _clear(facts)
    reason = Reason.CONFIRMED if newly_official else Reason.CHANGED
    match alert.state:
        case AlertState.DISMISSED if alert.reason is Reason.RETURNED:
            return first_decision(facts, mode, held)  # nobody has decided about this
        case AlertState.PENDING if rings and newly_clear:
            return Publish(Reason.CONFIRMED if newly_official else Reason.FIRST)
        case AlertState.PENDING if rings and alert.reason in _SAID_BEFORE:
            # It waits only because it was old; now the platform has said more.
            if _is_news(alert.told, facts, differences):
                return Publish(Reason.FIRST)
        case AlertState.DISMISSED | AlertState.RETRACTED if not (newly_official or newly_clear):
            return Leave()
        case AlertState.DISMISSED if rings and newly_official:
            return Publish(Reason.CONFIRMED)
        case AlertState.DISMISSED | AlertState.RETRACTED:
            return Ask(Reason.REOPENED)
    return Revise(reason, differences) if differences else Leave()


def counts(alert: Alert, notice: ToldNotice) -> bool:
    """Whether a notice changes what `alert` tells: a member's word never posts by itself."""
    if alert.state is not AlertState.PUBLISHED or notice.origin is not Origin.COMMUNITY:
        return True
    return any(
        link.url == notice.url if notice.url else link.url is None and link.title == notice.title
        for link in alert.told.links
    )


def _is_news(told: Facts, facts: Facts, differences: tuple[Change, ...]) -> bool:
    known = {(link.url, link.title) for link in told.links}
    return any(change.material for change in differences) or any(
        link.origin is Origin.OFFICIAL and (link.url, link.title) not in known
        for link in facts.links
    )


def _clear(facts: Facts) -> bool:
    return facts.origin is Origin.OFFICIAL and facts.confidence >= ALERT_CONFIDENCE
