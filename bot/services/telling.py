"""Writes down what is to be said of an alert: in its places, in their threads, to moderators."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.alerts import Alert, AlertState, Revision
from bot.domain.deliveries import Subject
from bot.domain.guilds import GuildSettings, Place
from bot.domain.quiet import not_before
from bot.storage.database import UnitOfWork


async def say_alert(
    work: UnitOfWork,
    settings: GuildSettings,
    alert: Alert,
    places: Sequence[Place],
    revision: Revision,
    *,
    aloud: bool,
) -> None:
    """Post or edit the alert's one message in each place, and wherever it already stands.

    `aloud`: say in its threads what changed, mentioning the role that the alert mentioned. Quiet
    hours and digests hold back posts and words in threads, but no edit and no moderator's word.
    """
    said = {each.channel_id: each for each in await work.outbox.all_said(Subject.ALERT, alert.id)}
    seen = await work.outbox.perhaps_seen(Subject.ALERT, alert.id)
    waiting = await work.outbox.waiting_channels(Subject.ALERT, alert.id)
    first = not seen and not await work.outbox.was_told(Subject.ALERT, alert.id)
    roles = {place.channel_id: place.role_id for place in places}
    due_at = _moment(settings, alert, revision.at)
    for channel_id in dict.fromkeys((*seen, *waiting, *roles)):
        await work.outbox.say(
            Subject.ALERT,
            alert.id,
            guild_id=alert.guild_id,
            channel_id=channel_id,
            revision=alert.revision,
            locale=settings.locale,
            role_id=roles.get(channel_id),
            now=revision.at,
            # An edit rings nobody: what stands there already is set right at once.
            not_before=None if channel_id in said else due_at,
            first=first,
        )
    if not aloud:
        return
    if alert.state is AlertState.RETRACTED:
        await work.outbox.drop_unsent(Subject.NOTE, alert.id, revision.at)
    # Where nobody has seen the alert yet, it will be told as it is now: nothing changed for them.
    for channel_id in seen:
        await work.outbox.say(
            Subject.NOTE,
            alert.id,
            guild_id=alert.guild_id,
            channel_id=channel_id,
            revision=alert.revision,
            locale=settings.locale,
            role_id=said[channel_id].role_id if channel_id in said else roles.get(channel_id),
            now=revision.at,
            not_before=due_at if revision.author_id is None else None,
        )


async def say_review(
    work: UnitOfWork,
    settings: GuildSettings,
    alert: Alert,
    now: datetime,
    *,
    only_edit: bool = False,
) -> None:
    """Post or edit the review card. Without a review channel a neutral line asks for `/review`.

    `only_edit`: where no card was asked for, none is posted.
    """
    if only_edit and alert.state is not AlertState.PENDING:
        await work.outbox.drop_unsent(Subject.REVIEW, alert.id, now)
    seen = await work.outbox.perhaps_seen(Subject.REVIEW, alert.id)
    waiting = await work.outbox.waiting_channels(Subject.REVIEW, alert.id)
    channels = [*seen, *waiting]
    if not channels and not only_edit:
        wanted = settings.review_channel_id or settings.channel_id
        channels = [wanted] if wanted else []
    for channel_id in dict.fromkeys(channels):
        await work.outbox.say(
            Subject.REVIEW,
            alert.id,
            guild_id=alert.guild_id,
            channel_id=channel_id,
            revision=alert.revision,
            locale=settings.locale,
            now=now,
        )


def _moment(settings: GuildSettings, alert: Alert, now: datetime) -> datetime:
    if alert.state is not AlertState.PUBLISHED:
        return now
    return not_before(
        now,
        alert.told.severity,
        zone=ZoneInfo(settings.time_zone),
        quiet_hours=settings.quiet_hours,
        digest=settings.digest,
    )
