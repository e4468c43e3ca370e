"""What moderators decide about an alert: publish, dismiss, correct, retract; and why it is so.

A guild's decisions bind that guild. Every decision keeps its author.
"""

from dataclasses import dataclass, replace
from datetime import date

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.deliveries import Subject
from bot.domain.guilds import GuildSettings
from bot.domain.incidents import Change, Correction, DateCorrection, Facts, ToldNotice, changes
from bot.domain.names import platform_key
from bot.domain.notices import Deadline, Kind, What
from bot.errors import Refused
from bot.services.filing import facts_for, publish, revise_alert
from bot.services.telling import say_review
from bot.storage.database import Storage, UnitOfWork

PLATFORM_MAX = 100
"""Characters of a platform's name that a moderator gives."""

_WHAT_ENDS = {
    Kind.CLOSURE: What.SITE_OFF,
    Kind.MIGRATION: What.MIGRATION,
    Kind.POLICY: What.RULES_EFFECTIVE,
}
"""What a date is for where nobody said, and none was known."""


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert with all that explains it. `links_read`: what members sent and Tocsin read."""

    alert: Alert
    history: tuple[Revision, ...]
    notices: tuple[ToldNotice, ...]
    reporters: int
    links_read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a moderator sets right. `date_of`: `what` or `what:YYYY-MM-DD` of a deadline; None
    where there is but one. `remove_date`: it binds nobody."""

    on: date | None = None
    date_of: str | None = None
    remove_date: bool = False
    kind: Kind | None = None
    platform: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be set right."""
        asked = (self.on, self.kind, self.platform)
        return not self.remove_date and all(each is None for each in asked)


class Triage:
    """Decisions of moderators."""

    def __init__(self, storage: Storage, catalogue: Catalogue, clock: Clock) -> None:
        self._storage = storage
        self._catalogue = catalogue
        self._clock = clock

    async def view(self, guild_id: int, alert_id: int) -> AlertView:
        """An alert and its reasons. Raises `Refused` where the guild has no such alert."""
        async with self._storage.reading() as work:
            return await load_view(work, await _get(work, guild_id, alert_id))

    async def queue(self, guild_id: int) -> list[AlertView]:
        """What waits for a decision, oldest first."""
        async with self._storage.reading() as work:
            waiting = await work.alerts.of_guild(guild_id, [AlertState.PENDING])
            return [await load_view(work, alert) for alert in reversed(waiting)]

    async def listing(
        self, guild_id: int, states: tuple[AlertState, ...], platform: str | None = None
    ) -> list[Alert]:
        """A guild's alerts in these states, newest first."""
        async with self._storage.reading() as work:
            return await work.alerts.of_guild(guild_id, states, platform)

    async def publish(
        self, guild_id: int, alert_id: int, moderator_id: int, revision: int | None = None
    ) -> AlertView:
        """Tell the guild. `revision`: the card's; raises `Refused` if it is no longer the latest,
        already decided, or there is no channel to tell it in."""
        async with self._storage.unit_of_work() as work:
            alert = await _pending(work, guild_id, alert_id, revision)
            settings = await _settings(work, guild_id)
            facts = await facts_for(work, alert) or alert.told
            decided = self._revision(alert, Reason.PUBLISHED, moderator_id)
            await publish(work, settings, alert, facts, decided)
            return await load_view(work, await _get(work, guild_id, alert_id))

    async def dismiss(
        self, guild_id: int, alert_id: int, moderator_id: int, revision: int | None = None
    ) -> AlertView:
        """It is not told. Raises `Refused` as `publish` does."""
        async with self._storage.unit_of_work() as work:
            alert = await _pending(work, guild_id, alert_id, revision)
            settings = await _settings(work, guild_id)
            decided = self._revision(alert, Reason.DISMISSED, moderator_id)
            dismissed = replace(
                alert,
                state=AlertState.DISMISSED,
                revision=decided.revision,
                reason=decided.reason,
                decided_by=moderator_id,
            )
            await work.alerts.save(dismissed, decided)
            await say_review(work, settings, dismissed, decided.at, only_edit=True)
            return await load_view(work, dismissed)

    async def correct(
        self,
        guild_id: int,
        alert_id: int,
        moderator_id: int,
        wanted: Corrections,
        comment: str | None = None,
    ) -> tuple[AlertView, tuple[Change, ...]]:
        """Set dates, kind or platform right in every copy. Returns what changed.

        Raises `Refused`: nothing to correct, an unclear date, no such alert, a retracted one.
        """
        if wanted.is_empty:
            raise Refused("incident.correct.nothing")
        async with self._storage.unit_of_work() as work:
            alert = await _get(work, guild_id, alert_id)
            if alert.state is AlertState.RETRACTED:
                raise Refused("incident.correct.retracted")
            settings = await _settings(work, guild_id)
            correction = self._correction(alert.told, wanted)
            if alert.correction is not None:
                correction = alert.correction.and_then(correction)
            alert = replace(alert, correction=correction, decided_by=moderator_id)
            facts = await facts_for(work, alert)
            differences = changes(alert.told, facts) if facts else ()
            if facts is None or not differences:
                raise Refused("incident.correct.same")
            decided = replace(
                self._revision(alert, Reason.CORRECTED, moderator_id),
                changes=differences,
                comment=comment,
            )
            aloud = alert.state is AlertState.PUBLISHED
            revised = await revise_alert(work, settings, alert, facts, decided, aloud=aloud)
            return await load_view(work, revised), differences

    async def retract(
        self, guild_id: int, alert_id: int, moderator_id: int, comment: str | None
    ) -> AlertView:
        """Take back what was told, visibly, in every copy. Raises `Refused` if nothing was told."""
        async with self._storage.unit_of_work() as work:
            alert = await _get(work, guild_id, alert_id)
            if alert.state is AlertState.RETRACTED:
                raise Refused("incident.retract.already")
            if alert.state is not AlertState.PUBLISHED:
                raise Refused("incident.retract.not_published")
            settings = await _settings(work, guild_id)
            decided = replace(
                self._revision(alert, Reason.RETRACTED, moderator_id), comment=comment
            )
            await work.outbox.drop_unsent(Subject.ALERT, alert.id, decided.at)
            gone = replace(alert, state=AlertState.RETRACTED, decided_by=moderator_id)
            revised = await revise_alert(work, settings, gone, alert.told, decided, aloud=True)
            await say_review(work, settings, revised, decided.at, only_edit=True)
            return await load_view(work, revised)

    def _revision(self, alert: Alert, reason: Reason, author_id: int) -> Revision:
        return Revision(alert.revision + 1, reason, self._clock.now(), (), author_id)

    def _correction(self, facts: Facts, wanted: Corrections) -> Correction:
        dates: tuple[DateCorrection, ...] = ()
        if wanted.on is not None or wanted.remove_date:
            dates = (_date_correction(facts, wanted),)
        key, name = self._platform(wanted.platform) if wanted.platform is not None else (None, None)
        return Correction(kind=wanted.kind, platform=key, platform_name=name, dates=dates)

    def _platform(self, typed: str) -> tuple[str, str]:
        known = self._catalogue.find_platform(typed)
        if known is not None:
            return known.slug, known.name
        name = " ".join(typed.split())[:PLATFORM_MAX]
        if not platform_key(name):
            raise Refused("incident.correct.no_platform")
        return platform_key(name), name


async def load_view(work: UnitOfWork, alert: Alert) -> AlertView:
    """An alert with its history, its notices and the number of its reporters."""
    incident_ids = await work.alerts.incidents_of(alert.id)
    return AlertView(
        alert=alert,
        history=tuple(await work.alerts.history(alert.id)),
        notices=tuple(await work.incidents.notices(incident_ids, alert.guild_id)),
        reporters=await work.incidents.reporters(alert.id),
        links_read=tuple(await work.incidents.links_read(alert.id)),
    )


def date_name(deadline: Deadline) -> str:
    """How a moderator's choice names a deadline: `last_sale:2017-08-31`."""
    return f"{deadline.what.value}:{deadline.on.isoformat()}"


def _date_correction(facts: Facts, wanted: Corrections) -> DateCorrection:
    known = {date_name(each): each for each in facts.deadlines}
    if wanted.date_of is None:
        if len(known) > 1:
            raise Refused("incident.correct.which_date")
        found = next(iter(facts.deadlines), None)
        what = found.what if found else _WHAT_ENDS.get(wanted.kind or facts.kind, What.OTHER)
    else:
        found = known.get(wanted.date_of)
        name = wanted.date_of.partition(":")[0]
        if found is None:
            found = next((each for each in facts.deadlines if each.what.value == name), None)
        if found is None and name not in list(What):
            raise Refused("incident.correct.unknown_date", given=wanted.date_of)
        what = found.what if found else What(name)
    if found is None and wanted.remove_date:
        raise Refused("incident.correct.unknown_date", given=wanted.date_of or "-")
    return DateCorrection(what, found.on if found else None, wanted.on)


async def _get(work: UnitOfWork, guild_id: int, alert_id: int) -> Alert:
    alert = await work.alerts.find(alert_id)
    if alert is None or alert.guild_id != guild_id:
        raise Refused("incident.unknown")
    return alert


async def _pending(work: UnitOfWork, guild_id: int, alert_id: int, revision: int | None) -> Alert:
    alert = await _get(work, guild_id, alert_id)
    if alert.state is not AlertState.PENDING:
        raise Refused("incident.decided", state=alert.state.value)
    if revision is not None and revision != alert.revision:
        raise Refused("incident.changed_meanwhile")
    return alert


async def _settings(work: UnitOfWork, guild_id: int) -> GuildSettings:
    settings = await work.guilds.find(guild_id)
    if settings is None or settings.channel_id is None:
        raise Refused("setup.first")
    return settings
