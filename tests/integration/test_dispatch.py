"""The outbox and its dispatcher on a real database file, before a Discord that does as planned."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.deliveries import IN_FLIGHT, MODERATORS, RETRY_CEILING, Subject
from bot.domain.guilds import GuildSettings, Place
from bot.domain.incidents import Facts
from bot.domain.notices import Severity
from bot.errors import DatabaseFault, DiscordFault
from bot.services.dispatch import (
    CannotLook,
    Closed,
    Deleted,
    Dispatcher,
    Later,
    Sent,
    TellAlert,
    TellHeld,
    TellStopped,
    Unclear,
    Unsayable,
)
from bot.services.telling import say_alert, say_review
from bot.storage.database import Storage, open_storage
from tests.card_samples import FACTS
from tests.fakes import Arrived, FakeMessenger, MovableClock

GUILD = 1
FORBIDDEN = Closed(DiscordFault("delivery.closed.permission", code=50013))
INVISIBLE = Closed(DiscordFault("delivery.closed.access", code=50001))


@dataclass(slots=True)
class House:
    """A database, a clock, a Discord and the dispatcher between them."""

    storage: Storage
    path: Path
    clock: MovableClock = field(default_factory=MovableClock)
    discord: FakeMessenger = field(default_factory=FakeMessenger)
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.storage, self.discord, self.clock)

    async def guild(self, guild_id: int = GUILD, **more: object) -> GuildSettings:
        settings = GuildSettings(guild_id, channel_id=10, set_up_by=9, **more)  # type: ignore[arg-type]
        async with self.storage.unit_of_work() as work:
            await work.guilds.save(settings)
        return settings

    async def alert(
        self,
        settings: GuildSettings,
        *channels: int,
        facts: Facts = FACTS,
        state: AlertState = AlertState.PUBLISHED,
        role_id: int | None = None,
    ) -> Alert:
        """An alert told in these channels."""
        alert = Alert(0, settings.guild_id, state, 1, Reason.FIRST, facts)
        first = Revision(1, Reason.FIRST, self.clock.now())
        async with self.storage.unit_of_work() as work:
            alert = replace(alert, id=await work.alerts.add(alert, [], first.at))
            await work.alerts.add_revision(alert.id, first)
            if state is AlertState.PENDING:
                await say_review(work, settings, alert, first.at)
            else:
                places = [Place(channel, role_id) for channel in channels]
                await say_alert(work, settings, alert, places, first, aloud=False)
        return alert

    async def revise(
        self, settings: GuildSettings, alert: Alert, *channels: int, **more: object
    ) -> Alert:
        """The next revision, said aloud; `state` RETRACTED takes it back as `Triage` does."""
        after = replace(alert, revision=alert.revision + 1, **more)  # type: ignore[arg-type]
        gone = after.state is AlertState.RETRACTED
        reason = Reason.RETRACTED if gone else Reason.CHANGED
        revision = Revision(after.revision, reason, self.clock.now())
        async with self.storage.unit_of_work() as work:
            if gone:
                await work.outbox.drop_unsent(Subject.ALERT, alert.id, revision.at)
            await work.alerts.save(after, revision)
            places = [] if gone else [Place(channel) for channel in channels]
            await say_alert(work, settings, after, places, revision, aloud=True)
        return after

    async def tell(self) -> None:
        await self.dispatcher.run_until_empty()

    async def tell_later(self, seconds: float = 31) -> None:
        """What waits for another try is due by then."""
        self.clock.move(seconds=seconds)
        await self.tell()

    async def restart(self) -> None:
        """As after a kill: what was under way is forgotten by all but the database."""
        self.dispatcher = Dispatcher(self.storage, self.discord, self.clock)
        await self.dispatcher.recover()

    async def claim(self) -> None:
        """As if the process were killed right after a claim."""
        async with self.storage.unit_of_work() as work:
            await work.outbox.claim(self.clock.now(), 1, {}, set())

    async def states(self) -> list[str]:
        """The state of every delivery, in order."""
        found: list[str] = []
        number = 1
        async with self.storage.reading() as work:
            while (delivery := await work.outbox.find(number)) is not None:
                found.append(f"{delivery.subject.value} {delivery.state.value}")
                number += 1
        return found

    @property
    def order(self) -> list[tuple[str, int, bool]]:
        """What was attempted: subject, revision, whether as an edit."""
        return [(each.subject.value, each.revision, each.is_edit) for each in self.discord.said]

    def told_moderators(self, kind: type) -> list[object]:
        pairs = zip(self.discord.said, self.discord.told, strict=True)
        return [t for d, t in pairs if d.channel_id == MODERATORS and isinstance(t, kind)]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    path = tmp_path / "tocsin.db"
    storage = await open_storage(f"sqlite+aiosqlite:///{path}")
    yield House(storage, path)
    await storage.close()


# In order, and side by side


async def test_one_alert_is_posted_then_edited_then_explained(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    await house.claim()  # the post is under way
    alert = await house.revise(settings, alert, 10)
    await house.revise(settings, alert, 10)
    await house.restart()
    await house.tell()
    assert house.order == [
        ("alert", 1, False),
        ("alert", 3, True),
        ("note", 2, False),
        ("note", 3, False),
    ]
    assert len(house.discord.stands) == 3


async def test_what_nobody_has_seen_is_told_as_it_is_now_and_without_notes(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    await house.revise(settings, alert, 10)
    await house.tell()
    assert house.order == [("alert", 2, False)]


async def test_at_most_five_messages_of_a_channel_are_under_way(house: House) -> None:
    settings = await house.guild()
    for _ in range(IN_FLIGHT * 3):
        await house.alert(settings, 10)
    house.discord.open.clear()
    telling = asyncio.create_task(house.dispatcher.run())
    await _until(lambda: len(house.discord.said) == IN_FLIGHT)
    await asyncio.sleep(0.1)
    assert len(house.discord.said) == IN_FLIGHT
    house.discord.open.set()
    await _until(lambda: len(house.discord.stands) == IN_FLIGHT * 3)
    await _cancel(telling)
    assert house.discord.most[10] == IN_FLIGHT


async def test_a_busy_channel_does_not_keep_others_waiting(house: House) -> None:
    settings = await house.guild()
    for _ in range(100):
        await house.alert(settings, 10)
    await house.alert(settings, 11)
    house.discord.open.clear()
    telling = asyncio.create_task(house.dispatcher.run())
    await _until(lambda: any(each.channel_id == 11 for each in house.discord.said))
    house.discord.open.set()
    await _cancel(telling)


async def test_thirty_hanging_channels_leave_room_for_one_that_answers(house: House) -> None:
    settings = await house.guild()
    for channel in range(100, 130):
        for _ in range(IN_FLIGHT):
            await house.alert(settings, channel)
    house.discord.open.clear()
    telling = asyncio.create_task(house.dispatcher.run())
    await _until(lambda: len(house.discord.said) == 30 * IN_FLIGHT)
    await house.alert(settings, 11)
    await _until(lambda: house.discord.said[-1].channel_id == 11)
    house.discord.open.set()
    await _cancel(telling)


async def test_moderators_of_one_guild_do_not_wait_for_those_of_another(house: House) -> None:
    first, second = await house.guild(1), await house.guild(2)
    async with house.storage.unit_of_work() as work:
        for settings, channel in [*((first, 100 + n) for n in range(IN_FLIGHT * 2)), (second, 99)]:
            stopped = await work.outbox.stop(
                channel, settings.guild_id, FORBIDDEN.fault, house.clock.now(), _FAR
            )
            assert stopped is not None
            await work.outbox.say(
                Subject.STOPPED,
                stopped,
                guild_id=settings.guild_id,
                channel_id=MODERATORS,
                revision=1,
                locale="en",
                now=house.clock.now(),
            )
    house.discord.open.clear()
    telling = asyncio.create_task(house.dispatcher.run())
    await _until(lambda: any(each.guild_id == 2 for each in house.discord.said))
    house.discord.open.set()
    await _cancel(telling)


# Tried again


async def test_what_was_not_taken_is_tried_again_within_thirty_seconds(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, *[Later()] * 12)
    await house.alert(settings, 10)
    await house.tell()
    for attempt in range(2, 14):
        house.clock.move(seconds=RETRY_CEILING.total_seconds() + 0.01)
        await house.tell()
        assert len(house.discord.said) == attempt
    assert len(house.discord.stands) == 1


async def test_what_discord_asks_to_wait_is_waited(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, Later(timedelta(minutes=3)))
    await house.alert(settings, 10)
    await house.tell()
    await house.tell_later(170)
    assert len(house.discord.said) == 1
    await house.tell_later(11)
    assert len(house.discord.stands) == 1


async def test_an_answer_that_was_lost_is_found_by_looking(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, Arrived(Unclear()))
    await house.alert(settings, 10)
    await house.tell()
    await house.tell_later()
    assert len(house.discord.said) == 1
    assert len(house.discord.looked_for) == 1
    assert await house.states() == ["alert settled"]


async def test_a_request_that_was_lost_is_sent_again_under_the_same_nonce(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, Unclear(), Later(), Unclear())
    alert = await house.alert(settings, 10)
    await house.tell()
    await house.revise(settings, alert, 10)  # must not change the nonce of what may yet arrive
    for _ in range(4):
        await house.tell_later()
    posts = {each.nonce for each in house.discord.said if each.subject is Subject.ALERT}
    posted = {each.nonce for each in house.discord.said if not each.is_edit}
    assert len(posts & posted) == 1
    assert [each.subject for each in house.discord.looked_for] == [Subject.ALERT] * 3


async def test_a_killed_claim_is_looked_for_before_it_is_sent(house: House) -> None:
    settings = await house.guild()
    await house.alert(settings, 10)
    await house.claim()
    await house.restart()
    await house.tell()
    assert len(house.discord.looked_for) == 1
    assert await house.states() == ["alert settled"]


async def test_a_killed_note_is_looked_for_in_the_thread_it_was_meant_for(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    await house.tell()
    await house.revise(settings, alert, 10)
    house.discord.plan(10, Sent(1000), Arrived(Unclear()))
    await house.tell()
    await house.tell_later()
    (looked,) = house.discord.looked_for
    assert looked.subject is Subject.NOTE
    assert looked.message_id == 1000
    assert len(house.discord.stands) == 2


# Held


async def test_what_cannot_be_looked_for_is_held_and_told_once(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, Arrived(Unclear()))
    house.discord.found[10] = CannotLook()
    alert = await house.alert(settings, 10)
    await house.tell()
    await house.tell_later()
    for _ in range(3):
        async with house.storage.unit_of_work() as work:
            await work.outbox.try_again(GUILD, house.clock.now())  # permissions changed: in vain
        await house.tell_later()
    assert len(house.told_moderators(TellHeld)) == 1
    alert = await house.revise(settings, alert, 10)
    await house.tell_later()
    assert len(house.discord.stands) == 2, "the alert and the notice: nothing was posted blindly"
    house.discord.found.clear()
    async with house.storage.unit_of_work() as work:
        await work.outbox.try_again(GUILD, house.clock.now())
    await house.tell_later()
    assert house.order[-2:] == [("alert", 2, True), ("note", 2, False)]


async def test_a_held_post_that_did_arrive_can_still_be_taken_back(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, Arrived(Unclear()))
    house.discord.found[10] = CannotLook()
    alert = await house.alert(settings, 10)
    await house.tell()
    await house.tell_later()
    await house.revise(settings, alert, state=AlertState.RETRACTED)
    await house.tell_later()
    assert house.discord.edited == []
    house.discord.found.clear()
    async with house.storage.unit_of_work() as work:
        assert await work.outbox.release(GUILD, 10, house.clock.now()) == 1
    await house.tell_later()
    assert house.discord.edited == [1000]


async def test_a_message_that_discord_refuses_is_held_and_its_next_revision_told(
    house: House,
) -> None:
    settings = await house.guild()
    house.discord.plan(10, Unsayable("abc"))
    alert = await house.alert(settings, 10)
    await house.alert(settings, 11)
    await house.tell()
    (held,) = house.told_moderators(TellHeld)
    assert isinstance(held, TellHeld)
    assert held.fault is not None
    assert held.fault.arguments == {"reference": "abc"}
    await house.revise(settings, alert, 10)
    await house.tell()
    assert "alert held" not in await house.states()
    assert len(house.discord.stands) == 3


async def test_a_bug_in_one_message_does_not_end_the_others(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, ValueError("a bug"))
    await house.alert(settings, 10)
    await house.alert(settings, 11)
    await house.tell()
    assert await house.states() == ["alert held", "alert settled", "held settled"]


# Deleted


async def test_a_deleted_message_is_posted_anew_in_the_next_generation(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    await house.tell()
    house.discord.plan(10, Deleted())
    alert = await house.revise(settings, alert, 10)
    await house.tell()
    await house.revise(settings, alert, 10)
    await house.tell()
    generations = [each.generation for each in house.discord.said if each.subject == "alert"]
    assert generations == [0, 0, 1, 1]
    assert house.discord.edited == [house.discord.stands[house.discord.said[2].nonce]]


async def test_a_note_without_its_post_is_not_tried_for_ever(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10, role_id=77)
    await house.tell()
    alert = await house.revise(settings, alert, 10)
    async with house.storage.unit_of_work() as work:
        (edit, *_) = await work.outbox.claim(house.clock.now(), 1, {}, set())
        await work.outbox.settle(edit, edit.message_id or 0, house.clock.now())
    house.discord.plan(10, Deleted(), Deleted())  # for the note, then for the alert's edit
    await house.tell()
    kinds = [(each.subject.value, each.generation, each.is_edit) for each in house.discord.said[1:]]
    assert kinds == [("note", 0, False), ("alert", 0, True), ("alert", 1, False)]
    assert house.discord.said[-1].role_id == 77, "it rings again, since the note would have"


# Stopped


async def test_a_channel_that_refuses_is_stopped_told_once_and_tried_hourly(house: House) -> None:
    settings = await house.guild()
    house.discord.always[10] = FORBIDDEN
    for _ in range(4):
        await house.alert(settings, 10)
    await house.alert(settings, 11)
    await house.tell()
    tried = sum(each.channel_id == 10 for each in house.discord.said)
    assert tried <= IN_FLIGHT
    await house.tell_later(3500)
    assert sum(each.channel_id == 10 for each in house.discord.said) == tried
    await house.tell_later(101)
    assert sum(each.channel_id == 10 for each in house.discord.said) == tried + 1, "one tells"
    (stopped,) = house.told_moderators(TellStopped)
    assert isinstance(stopped, TellStopped)
    assert stopped.destination.channel_id == 10
    assert stopped.waiting == 4
    del house.discord.always[10]
    await house.tell_later(3601)
    assert (await house.states()).count("alert settled") == 5
    assert len(house.told_moderators(TellStopped)) == 1


async def test_a_stopped_channel_is_tried_at_once_when_permissions_change(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, FORBIDDEN)
    alert = await house.alert(settings, 10)
    await house.tell()
    await house.revise(settings, alert, 10)
    async with house.storage.unit_of_work() as work:
        assert await work.outbox.has_stopped(GUILD)
        assert await work.outbox.try_again(GUILD, house.clock.now()) == 1
        assert not await work.outbox.has_stopped(2)
    await house.tell()
    assert house.order[-1] == ("alert", 2, False), "once, as it is now, without notes"
    async with house.storage.reading() as work:
        assert await work.outbox.stopped(GUILD) == []


async def test_an_edit_reaches_a_channel_that_takes_no_posts(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    await house.tell()
    house.discord.plan(10, FORBIDDEN)
    await house.alert(settings, 10)
    await house.tell()
    await house.revise(settings, alert, state=AlertState.RETRACTED)
    await house.tell()
    assert house.discord.edited == [1000]
    async with house.storage.reading() as work:
        (stopped,) = await work.outbox.stopped(GUILD)
    assert stopped.fault.key == "delivery.closed.permission", "an edit is no proof"


async def test_an_edit_waits_where_the_channel_cannot_be_seen(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    await house.tell()
    house.discord.plan(10, INVISIBLE)
    await house.alert(settings, 10)
    await house.tell()
    await house.revise(settings, alert, state=AlertState.RETRACTED)
    await house.tell()
    assert house.discord.edited == []
    await house.tell_later(3601)
    assert house.discord.edited == [1000]


async def test_moderators_who_cannot_be_told_are_tried_again_when_permissions_change(
    house: House,
) -> None:
    settings = await house.guild()
    house.discord.plan(MODERATORS, Closed(DiscordFault("delivery.closed.nobody")))
    house.discord.plan(10, FORBIDDEN)
    await house.alert(settings, 10)
    await house.tell()
    await house.tell_later()
    assert len(house.told_moderators(TellStopped)) == 1
    async with house.storage.unit_of_work() as work:
        await work.outbox.stop(10, GUILD, FORBIDDEN.fault, house.clock.now(), _FAR)
        assert await work.outbox.try_again(GUILD, house.clock.now())
        await work.outbox.stop(10, GUILD, FORBIDDEN.fault, house.clock.now(), _FAR)
    await house.tell()
    assert len(house.told_moderators(TellStopped)) == 2


# Taken back


@pytest.mark.parametrize("before", ["pending", "claimed", "unclear", "arrived"])
async def test_a_retraction_overtakes_a_post_that_is(house: House, before: str) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    if before == "claimed":
        await house.claim()
    elif before in ("unclear", "arrived"):
        lost = Unclear()
        house.discord.plan(10, Arrived(lost) if before == "arrived" else lost)
        await house.tell()
    await house.revise(settings, alert, state=AlertState.RETRACTED)
    await house.restart()
    for _ in range(5):
        await house.tell_later()
    if before == "arrived":
        assert house.order[1:] == [("alert", 2, True), ("note", 2, False)]
    else:
        assert house.discord.stands == {}
    assert {state.split()[1] for state in await house.states()} <= {"settled", "dropped"}


async def test_a_post_that_arrives_late_is_still_taken_back(house: House) -> None:
    settings = await house.guild()
    house.discord.plan(10, Unclear())
    alert = await house.alert(settings, 10)
    await house.tell()
    await house.revise(settings, alert, state=AlertState.RETRACTED)
    await house.tell_later(2)
    house.discord.stands[house.discord.said[0].nonce] = 4711
    for _ in range(4):
        await house.tell_later()
    assert house.discord.edited == [4711]


async def test_a_retraction_drops_the_notes_that_still_wait(house: House) -> None:
    settings = await house.guild()
    alert = await house.alert(settings, 10)
    await house.tell()
    house.discord.plan(10, Later())
    alert = await house.revise(settings, alert, 10)
    await house.tell()
    await house.revise(settings, alert, state=AlertState.RETRACTED)
    await house.tell_later()
    assert [each for each in house.order if each[0] == "note"] == [("note", 3, False)]


# When


async def test_quiet_hours_hold_back_a_post_but_not_what_becomes_critical(house: House) -> None:
    settings = await house.guild(quiet_hours="22:00-07:00")
    house.clock.move(hours=11)  # 23:00
    calm = replace(FACTS, severity=Severity.IMPORTANT)
    alert = await house.alert(settings, 10, facts=calm)
    await house.alert(settings, 11, facts=calm)
    await house.tell_later(3600)
    assert house.discord.said == []
    await house.revise(settings, alert, 10, told=FACTS)
    await house.tell()
    assert [each.channel_id for each in house.discord.said] == [10]
    await house.tell_later(7 * 3600)
    assert [each.channel_id for each in house.discord.said] == [10, 11]


async def test_a_retraction_does_not_wait_for_the_morning(house: House) -> None:
    settings = await house.guild(quiet_hours="22:00-07:00")
    calm = replace(FACTS, severity=Severity.IMPORTANT)
    alert = await house.alert(settings, 10, facts=calm)
    await house.tell()
    house.clock.move(hours=11)
    await house.revise(settings, alert, state=AlertState.RETRACTED)
    await house.tell()
    assert house.order[1:] == [("alert", 2, True), ("note", 2, False)]


# The database


async def test_a_full_disk_while_settling_loses_and_doubles_nothing(house: House) -> None:
    settings = await house.guild()
    await house.alert(settings, 10)
    await house.alert(settings, 11)
    fragile = _Fragile(house.storage)
    dispatcher = Dispatcher(fragile, house.discord, house.clock)
    telling = asyncio.create_task(dispatcher.run())
    house.discord.open.clear()
    await _until(lambda: len(house.discord.said) == 2)
    fragile.full = True
    house.discord.open.set()
    await _until(lambda: fragile.refused >= 3)
    fragile.full = False
    for _ in range(500):
        if await house.states() == ["alert settled"] * 2:
            break
        await asyncio.sleep(0.02)
    assert await house.states() == ["alert settled"] * 2
    assert len(house.discord.said) == 2
    assert len(house.discord.looked_for) == 2
    await _cancel(telling)


async def test_a_database_that_fails_while_a_bug_is_held_does_not_end_the_loop(
    house: House,
) -> None:
    settings = await house.guild()
    await house.alert(settings, 10)
    fragile = _Fragile(house.storage)
    dispatcher = Dispatcher(fragile, house.discord, house.clock)
    house.discord.plan(10, ValueError("a bug"))
    house.discord.open.clear()
    telling = asyncio.create_task(dispatcher.run())
    await _until(lambda: len(house.discord.said) == 1)
    fragile.full = True
    house.discord.open.set()
    await _until(lambda: fragile.refused >= 2)
    assert not telling.done()
    fragile.full = False
    await _until(lambda: len(house.discord.stands) == 1)
    await _cancel(telling)


class _Fragile(Storage):
    """The same database on a disk that may be full."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(storage._writer, storage._reader)
        self.full = False
        self.refused = 0
        self._real = storage

    def unit_of_work(self):  # type: ignore[no-untyped-def]
        if self.full:
            self.refused += 1
            raise DatabaseFault("database.full", path="", detail="database or disk is full")
        return self._real.unit_of_work()


async def test_settled_rows_are_forgotten_and_waiting_ones_kept(house: House) -> None:
    settings = await house.guild()
    await house.alert(settings, 10)
    await house.tell()
    await house.alert(settings, 10)
    async with house.storage.unit_of_work() as work:
        assert await work.outbox.forget_settled(house.clock.now() + timedelta(seconds=1)) == 1
    await house.tell()
    assert len(house.discord.stands) == 2


async def test_a_review_card_is_posted_once_and_then_edited(house: House) -> None:
    settings = await house.guild(review_channel_id=12)
    alert = await house.alert(settings, state=AlertState.PENDING)
    await house.tell()
    async with house.storage.unit_of_work() as work:
        await say_review(work, settings, replace(alert, revision=2), house.clock.now())
    await house.tell()
    assert house.order == [("review", 1, False), ("review", 2, True)]
    assert all(isinstance(each, TellAlert) for each in house.discord.told)


async def test_a_review_card_is_not_posted_once_it_was_decided(house: House) -> None:
    settings = await house.guild(review_channel_id=12)
    alert = await house.alert(settings, state=AlertState.PENDING)
    await _decide(house, settings, alert)
    await house.tell()
    assert house.discord.said == []


async def test_a_review_card_that_was_decided_on_its_way_is_set_right(house: House) -> None:
    settings = await house.guild(review_channel_id=12)
    house.discord.plan(12, Arrived(Unclear()))
    alert = await house.alert(settings, state=AlertState.PENDING)
    await house.tell()
    await _decide(house, settings, alert)
    await house.tell_later()
    assert house.order == [("review", 1, False), ("review", 2, True)]


async def test_a_letter_about_a_published_alert_is_shown_to_moderators(house: House) -> None:
    settings = await house.guild(review_channel_id=12)
    alert = await house.alert(settings, 10)
    await house.tell()
    async with house.storage.unit_of_work() as work:
        await say_review(work, settings, alert, house.clock.now())
    await house.tell()
    assert house.order[1:] == [("review", 1, False)]


async def _decide(house: House, settings: GuildSettings, alert: Alert) -> None:
    """As `Triage.dismiss` does."""
    gone = replace(alert, state=AlertState.DISMISSED, revision=2)
    async with house.storage.unit_of_work() as work:
        await work.alerts.save(gone, Revision(2, Reason.DISMISSED, house.clock.now()))
        await say_review(work, settings, gone, house.clock.now(), only_edit=True)


_FAR = datetime(2030, 1, 1, tzinfo=UTC)


async def _until(done: Callable[[], bool]) -> None:
    for _ in range(1000):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not so after ten seconds")


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
