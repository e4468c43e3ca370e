"""Files notices under incidents and decides what each guild is told. Runs inside a unit of work.

Nothing is posted here: what is to be said goes to the outbox in the same transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alerts import (
    Alert,
    AlertState,
    Ask,
    Leave,
    Publish,
    Reason,
    Revise,
    Revision,
    counts,
    first_decision,
    next_decision,
)
from bot.domain.guilds import GuildSettings, Place, Subscription
from bot.domain.incidents import Facts, ToldNotice, merge, same_event
from bot.services.telling import say_alert, say_review
from bot.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class Filed:
    """A notice to be filed; `held` names why it must not be posted unseen."""

    told: ToldNotice
    held: Reason | None = None


async def file(work: UnitOfWork, filed: Sequence[Filed], now: datetime) -> list[int]:
    """File what one entry says to one scope (all of `filed` are of it). Returns alert ids.

    An entry that was filed before is read anew: its notices are changed in place, and what it no
    longer says is forgotten where somebody else still says it. The last word on an incident stays:
    what was told keeps its evidence.
    """
    if not filed:
        return []
    first = filed[0].told
    before = await work.incidents.notices_of_entry(first.entry_id, first.guild_id)
    touched: dict[int, Reason | None] = {}
    for position, each in enumerate(filed):
        known = _counterpart(each.told, before)
        if known is not None and await _is_same_word(work, known, each.told):
            before.remove(known)
            incident_id, old = known
            await work.incidents.change_notice(old.id, _since(old, each.told))
        else:
            incident_id = await _incident_for(work, each.told, now)
            await work.incidents.add_notice(incident_id, each.told, position)
        touched[incident_id] = each.held
    for incident_id, old in before:
        if len(await work.incidents.notices([incident_id], first.guild_id)) > 1:
            await work.incidents.remove_notice(old.id)
            touched.setdefault(incident_id, filed[0].held)
    alerts: list[int] = []
    for incident_id, held in touched.items():
        alerts.extend(await refresh(work, incident_id, first.guild_id, held, now))
    return alerts


async def refresh(
    work: UnitOfWork,
    incident_id: int,
    only_guild: int | None,
    held: Reason | None,
    now: datetime,
) -> list[int]:
    """Bring every guild's alert about an incident up to date; make those that are missing.

    `only_guild`: what is new is known to that guild alone. Returns the ids of its alerts.
    """
    alerts = {
        alert.guild_id: alert
        for alert in await work.alerts.of_incident(incident_id)
        if only_guild is None or alert.guild_id == only_guild
    }
    found: list[int] = []
    for alert in alerts.values():
        await update(work, alert, now, held)
        found.append(alert.id)
    notices = await work.incidents.notices([incident_id], only_guild)
    if not notices:
        return found
    for guild_id in await _listeners(work, notices[0].platform, only_guild):
        if guild_id not in alerts:
            alert_id = await tell_guild(work, guild_id, incident_id, held, now)
            if alert_id is not None:
                found.append(alert_id)
    return found


async def tell_guild(
    work: UnitOfWork, guild_id: int, incident_id: int, held: Reason | None, now: datetime
) -> int | None:
    """Decide what a guild without an alert for this incident is told. Returns the alert's id."""
    settings = await work.guilds.find(guild_id)
    notices = await work.incidents.notices([incident_id], guild_id)
    if settings is None or not notices:
        return None
    facts = merge(notices)
    for alert in await work.alerts.of_guild(guild_id, platform=facts.platform):
        if same_event(alert.told, facts):
            await work.alerts.link(alert.id, incident_id)
            await update(work, alert, now, held)
            return alert.id
    places = await places_for(work, settings, facts)
    if not places and held is not Reason.REPORTED:
        return None
    decision = first_decision(facts, settings.mode, held)
    return await _open_alert(work, settings, facts, incident_id, decision, now)


async def update(work: UnitOfWork, alert: Alert, now: datetime, held: Reason | None = None) -> None:
    """Bring one alert up to date with all that its guild may know; `held` as in `Filed`."""
    settings = await work.guilds.find(alert.guild_id)
    facts = await facts_for(work, alert)
    if settings is None or facts is None:
        return
    match next_decision(alert, facts, settings.mode, held):
        case Leave():
            pass
        case Publish(reason):
            await publish(work, settings, alert, facts, Revision(alert.revision + 1, reason, now))
        case Ask(reason):
            asked = replace(alert, state=AlertState.PENDING, told=facts, reason=reason)
            await _save(work, asked, Revision(alert.revision + 1, reason, now))
            await say_review(work, settings, replace(asked, revision=alert.revision + 1), now)
        case Revise(reason, changes) as revise:
            revision = Revision(alert.revision + 1, reason, now, changes)
            alert = await revise_alert(
                work, settings, alert, facts, revision, aloud=revise.material
            )
    if held is Reason.REPORTED and alert.state is AlertState.PUBLISHED:
        await say_review(work, settings, alert, now)  # the letter beside what was told


async def publish(
    work: UnitOfWork, settings: GuildSettings, alert: Alert, facts: Facts, revision: Revision
) -> Alert:
    """Tell a guild: in every place that follows, and on the review card that it is decided."""
    told = replace(
        alert,
        state=AlertState.PUBLISHED,
        told=facts,
        reason=revision.reason,
        decided_by=revision.author_id,
    )
    told = await _save(work, told, revision)
    places = await places_for(work, settings, facts) or default_places(settings)
    await say_alert(work, settings, told, places, revision, aloud=False)
    await say_review(work, settings, told, revision.at, only_edit=True)
    return told


async def revise_alert(
    work: UnitOfWork,
    settings: GuildSettings,
    alert: Alert,
    facts: Facts,
    revision: Revision,
    *,
    aloud: bool,
) -> Alert:
    """Change what was told, wherever it was told; `aloud`: say so in the threads too."""
    waits = alert.state is AlertState.PENDING
    reason = alert.reason if waits else revision.reason
    told = await _save(work, replace(alert, told=facts, reason=reason), revision)
    if waits:
        await say_review(work, settings, told, revision.at)
        return told
    places = await places_for(work, settings, facts) if told.state is AlertState.PUBLISHED else ()
    await say_alert(work, settings, told, places, revision, aloud=aloud)
    return told


async def facts_for(work: UnitOfWork, alert: Alert) -> Facts | None:
    """What an alert's guild knows now: public notices, its own, its corrections."""
    incident_ids = await work.alerts.incidents_of(alert.id)
    known = await work.incidents.notices(incident_ids, alert.guild_id)
    notices = [notice for notice in known if counts(alert, notice)]
    return merge(notices, alert.correction) if notices else None


async def places_for(work: UnitOfWork, settings: GuildSettings, facts: Facts) -> tuple[Place, ...]:
    """Where a guild wants such an alert: one message a channel, however many follows match."""
    return match_places(
        settings,
        [
            each
            for each in await work.guilds.subscriptions(settings.guild_id)
            if each.platform == facts.platform
        ],
        facts,
    )


def match_places(
    settings: GuildSettings, subscriptions: Iterable[Subscription], facts: Facts
) -> tuple[Place, ...]:
    """The places of those `subscriptions` that want such an alert."""
    places: dict[int, Place] = {}
    for each in subscriptions:
        channel_id = each.channel_id or settings.channel_id
        if channel_id and each.wants(facts.kind, facts.severity, settings.lowest_severity):
            role_id = each.role_id or settings.role_id
            if places.get(channel_id) is None or role_id:
                places[channel_id] = Place(channel_id, role_id)
    return tuple(places.values())


def default_places(settings: GuildSettings) -> tuple[Place, ...]:
    """Where a guild is told what no follow asks for."""
    return (Place(settings.channel_id, settings.role_id),) if settings.channel_id else ()


async def _open_alert(
    work: UnitOfWork,
    settings: GuildSettings,
    facts: Facts,
    incident_id: int,
    decision: Publish | Ask,
    now: datetime,
) -> int:
    alert = Alert(0, settings.guild_id, AlertState.PENDING, 1, decision.reason, facts)
    alert_id = await work.alerts.add(alert, [incident_id], now)
    alert = replace(alert, id=alert_id)
    revision = Revision(1, decision.reason, now)
    await work.alerts.add_revision(alert_id, revision)
    if isinstance(decision, Publish):
        published = replace(alert, state=AlertState.PUBLISHED)
        await work.alerts.update(published, now)
        places = await places_for(work, settings, facts)
        await say_alert(work, settings, published, places, revision, aloud=False)
    else:
        await say_review(work, settings, alert, now)
    return alert_id


async def _save(work: UnitOfWork, alert: Alert, revision: Revision) -> Alert:
    saved = replace(alert, revision=revision.revision)
    await work.alerts.save(saved, revision)
    return saved


async def _incident_for(work: UnitOfWork, told: ToldNotice, now: datetime) -> int:
    facts = merge([told])
    for incident_id in await work.incidents.on(told.platform, told.guild_id):
        notices = await work.incidents.notices([incident_id], told.guild_id)
        if notices and same_event(merge(notices), facts):
            return incident_id
    return await work.incidents.open(told.platform, told.guild_id, now)


async def _is_same_word(work: UnitOfWork, known: tuple[int, ToldNotice], told: ToldNotice) -> bool:
    """Whether an edited notice stays where it was filed: another kind of news does not turn what
    others say there into it."""
    incident_id, old = known
    if old.notice.kind is told.notice.kind:
        return True
    others = [
        each
        for each in await work.incidents.notices([incident_id], told.guild_id)
        if each.id != old.id
    ]
    return not others or same_event(merge(others), merge([told]))


async def _listeners(work: UnitOfWork, platform: str, only_guild: int | None) -> list[int]:
    if only_guild is not None:
        return [only_guild]
    followers = await work.guilds.followers(platform)
    return list(dict.fromkeys(each.guild_id for each in followers))


def _since(old: ToldNotice, told: ToldNotice) -> ToldNotice:
    """An edit does not make an announcement younger; without a date the first sight counts."""
    undated = told.published_at == told.seen_at
    published_at = old.published_at if undated else told.published_at
    return replace(told, seen_at=old.seen_at, published_at=published_at)


def _counterpart(
    told: ToldNotice, before: Sequence[tuple[int, ToldNotice]]
) -> tuple[int, ToldNotice] | None:
    alike = [pair for pair in before if pair[1].platform == told.platform]
    same_kind = [pair for pair in alike if pair[1].notice.kind is told.notice.kind]
    return next(iter(same_kind or alike), None)
