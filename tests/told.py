"""Notices, facts and alerts for tests; what a test does not care about is filled in."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.alerts import Alert, AlertState, Reason
from bot.domain.incidents import Facts, ToldNotice, merge
from bot.domain.notices import Deadline, Kind, Notice, Origin, Precision, Scope, Severity, What

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def deadline(
    what: What, on: date | str, quote: str = "as written", audience: str | None = None
) -> Deadline:
    """A day (`2026-05-31`) or a month (`2026-05`)."""
    if isinstance(on, date):
        return Deadline(on, Precision.DAY, what, quote, audience)
    if len(on) == 7:
        return Deadline(date.fromisoformat(f"{on}-01"), Precision.MONTH, what, quote, audience)
    return Deadline(date.fromisoformat(on), Precision.DAY, what, quote, audience)


def told(
    *deadlines: Deadline,
    id: int = 1,  # noqa: A002 - as the field is called
    kind: Kind = Kind.CLOSURE,
    scope: Scope = Scope.PLATFORM,
    origin: Origin = Origin.OFFICIAL,
    severity: Severity = Severity.CRITICAL,
    confidence: float = 0.95,
    platform: str = "kilnfolk",
    title: str = "Kilnfolk is closing",
    topics: tuple[str, ...] = (),
    successor: str | None = None,
    quote: str | None = "It ends for good.",
    days: float = 0,
    url: str | None = "https://kilnfolk.example/{id}",
    source_name: str | None = "Kilnfolk",
    guild_id: int | None = None,
) -> ToldNotice:
    """A notice as filed, `days` after `NOW`."""
    at = NOW + timedelta(days=days)
    return ToldNotice(
        id=id,
        entry_id=id,
        guild_id=guild_id,
        origin=origin,
        platform=platform,
        platform_name=platform.title(),
        notice=Notice(
            kind=kind,
            scope=scope,
            severity=severity,
            confidence=confidence,
            platform=platform,
            platform_name=platform.title(),
            successor=successor,
            topics=topics,
            deadlines=deadlines,
            evidence=(quote,) if quote else (),
            language="en",
        ),
        title=title,
        url=url.format(id=id) if url else None,
        source_name=source_name,
        published_at=at,
        seen_at=at,
    )


def facts(*notices: ToldNotice) -> Facts:
    return merge(notices or [told()])


def alert(
    state: AlertState = AlertState.PUBLISHED,
    tells: Facts | None = None,
    reason: Reason = Reason.FIRST,
) -> Alert:
    return Alert(1, 10, state, 1, reason, tells or facts())
