"""The outbox: what is to be said, what is being said, and what was said under which message id.

A delivery is claimed in one transaction and settled in another; what lies between is found again
after a crash.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import IN_FLIGHT, MODERATORS, Delivery, DeliveryState, Subject
from bot.errors import Fault
from bot.storage.codec import fault_from_json, fault_to_json
from bot.storage.rows import inserted_id
from bot.storage.tables import Instant, deliveries, destinations, messages

_UNSETTLED = ("pending", "claimed", "unclear")
_EDITED = (Subject.ALERT, Subject.REVIEW)
_POSTS_REFUSED = "delivery.closed.permission"
"""A channel that refuses posts for this reason still takes edits."""
_HELD = "delivery.held"
_REFUSED = "delivery.refused"
"""Certainly not said, since Discord took no message of this form: the next revision may pass."""


Lane = tuple[int, int]
"""A guild and a channel: what is on its way is counted for each."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message that stands in Discord. `role_id` was mentioned in it."""

    subject: Subject
    subject_id: int
    guild_id: int
    channel_id: int
    message_id: int | None
    generation: int
    revision: int
    role_id: int | None


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel that refuses us, since when and why."""

    id: int
    channel_id: int
    guild_id: int
    stopped_at: datetime
    fault: Fault


@dataclass(frozen=True, slots=True)
class Held:
    """Messages of one channel of which nobody knows whether they arrived, and why."""

    channel_id: int
    count: int
    fault: Fault


class Outbox:
    """The rows of `deliveries`, `messages` and `destinations`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def say(
        self,
        subject: Subject,
        subject_id: int,
        *,
        guild_id: int,
        channel_id: int,
        revision: int,
        locale: str,
        now: datetime,
        role_id: int | None = None,
        not_before: datetime | None = None,
        first: bool = False,
    ) -> None:
        """Write down what is to be said. What waits about the same message is overtaken by it.

        What overtakes is said at the earlier of the two moments; a retry keeps its own. `first`:
        nothing was ever written down about this subject, so nothing need be looked for.
        """
        due_at = max(now, not_before) if not_before else now
        edited = subject in _EDITED and not first
        said = await self.said(subject, subject_id, channel_id) if edited else None
        if edited:
            told = {"revision": revision, "locale": locale}
            if role_id is not None:
                told["role_id"] = role_id
            if await self._overtake(subject, subject_id, channel_id, due_at, told):
                return
        await self._connection.execute(
            sa.insert(deliveries).values(
                subject=subject.value,
                subject_id=subject_id,
                guild_id=guild_id,
                channel_id=channel_id,
                revision=revision,
                generation=said.generation if said else 0,
                state=DeliveryState.PENDING.value,
                locale=locale,
                role_id=role_id,
                message_id=said.message_id if said else None,
                attempts=0,
                next_at=due_at,
                created_at=now,
            )
        )

    async def recover(self, ids: set[int] | None = None) -> int:
        """What was claimed and not settled (of `ids`, if given) is unclear. Returns how many."""
        lost = deliveries.c.state == DeliveryState.CLAIMED.value
        if ids is not None:
            lost &= deliveries.c.id.in_(ids)
        result = await self._connection.execute(
            sa.update(deliveries).where(lost).values(state=DeliveryState.UNCLEAR.value)
        )
        return result.rowcount

    async def claim(
        self, now: datetime, limit: int, in_flight: dict[Lane, int], busy: set[int]
    ) -> list[Delivery]:
        """Claim what is due: at most `limit`, at most `IN_FLIGHT` a channel, in order a message.

        `in_flight` counts what is on its way by guild and channel, `busy` are the ids of it.
        Pending rows come back claimed; unclear ones stay unclear: they are looked for first. A
        note learns here under which message it is to be said.
        """
        claimed = await self.claimable(now, limit, in_flight, busy)
        fresh = [each.id for each in claimed if each.state is DeliveryState.PENDING]
        if not fresh:
            return claimed
        await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.id.in_(fresh))
            .values(state=DeliveryState.CLAIMED.value, claimed_at=now)
        )
        post = sa.select(messages.c.message_id).where(
            messages.c.subject == Subject.ALERT.value,
            messages.c.subject_id == deliveries.c.subject_id,
            messages.c.channel_id == deliveries.c.channel_id,
        )
        await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.id.in_(fresh), deliveries.c.subject == Subject.NOTE.value)
            .values(message_id=post.scalar_subquery())
        )
        query = sa.select(deliveries).where(deliveries.c.id.in_([each.id for each in claimed]))
        rows = {row["id"]: row for row in (await self._connection.execute(query)).mappings()}
        return [_delivery(rows[each.id]) for each in claimed]

    async def claimable(
        self, now: datetime, limit: int, in_flight: dict[Lane, int], busy: set[int]
    ) -> list[Delivery]:
        """What `claim` would claim: a look before a write."""
        refusing = await self._connection.execute(sa.select(destinations.c.channel_id))
        stopped = set(refusing.scalars())
        room = dict(in_flight)
        found: list[Delivery] = []
        for delivery in await self._due(now, limit + len(busy)):
            lane = (delivery.guild_id, delivery.channel_id)
            # One try tells whether a channel that refused us takes messages again.
            most = 1 if delivery.channel_id in stopped else IN_FLIGHT
            taken = room.get(lane, 0)
            if delivery.id in busy or taken >= most or len(found) >= limit:
                continue
            room[lane] = taken + 1
            found.append(delivery)
        return found

    async def waiting_for(self, channel_id: int) -> int:
        """How many messages wait for a channel."""
        query = sa.select(sa.func.count()).where(
            deliveries.c.channel_id == channel_id, deliveries.c.state.in_(_UNSETTLED)
        )
        return int(await self._connection.scalar(query.select_from(deliveries)) or 0)

    async def settle(self, delivery: Delivery, message_id: int, now: datetime) -> None:
        """It was said: remember under which message."""
        await self._set(
            delivery.id, state=DeliveryState.SETTLED.value, message_id=message_id, settled_at=now
        )
        if delivery.subject in _EDITED:
            await self._remember(delivery, message_id)
        await self._point_waiting_at(delivery, message_id)

    async def retry(self, delivery: Delivery, next_at: datetime) -> None:
        """It was certainly not said: try again."""
        await self._set(
            delivery.id,
            state=DeliveryState.PENDING.value,
            attempts=delivery.attempts + 1,
            next_at=next_at,
        )

    async def unclear(self, delivery: Delivery, next_at: datetime) -> None:
        """Nobody knows whether it was said: look for it first."""
        await self._set(
            delivery.id,
            state=DeliveryState.UNCLEAR.value,
            attempts=delivery.attempts + 1,
            next_at=next_at,
        )

    async def hold(self, delivery: Delivery, fault: Fault) -> None:
        """It is not sent again; people have been told."""
        await self._set(delivery.id, state=DeliveryState.HELD.value, fault=fault_to_json(fault))

    async def release(self, guild_id: int, channel_id: int, now: datetime) -> int:
        """What was held for a channel is looked for again. Returns how many messages."""
        result = await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.guild_id == guild_id,
                deliveries.c.channel_id == channel_id,
                deliveries.c.state == DeliveryState.HELD.value,
            )
            .values(state=DeliveryState.UNCLEAR.value, next_at=now)
        )
        return result.rowcount

    async def drop(self, delivery: Delivery, now: datetime) -> None:
        """It no longer needs to be said."""
        await self._set(delivery.id, state=DeliveryState.DROPPED.value, settled_at=now)

    async def was_told(self, subject: Subject, subject_id: int) -> bool:
        """Whether this was ever written down to be said."""
        query = sa.select(deliveries.c.id).where(
            deliveries.c.subject == subject.value, deliveries.c.subject_id == subject_id
        )
        return await self._connection.scalar(query.limit(1)) is not None

    async def post_anew(self, delivery: Delivery, now: datetime) -> None:
        """The message to be edited was deleted: post a new one, of the next generation."""
        await self._set(
            delivery.id,
            state=DeliveryState.PENDING.value,
            generation=delivery.generation + 1,
            message_id=None,
            next_at=now,
        )

    async def find(self, delivery_id: int) -> Delivery | None:
        """The delivery with this id."""
        query = sa.select(deliveries).where(deliveries.c.id == delivery_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _delivery(row) if row else None

    async def fault_of(self, delivery_id: int) -> Fault | None:
        """Why a delivery is held."""
        query = sa.select(deliveries.c.fault).where(deliveries.c.id == delivery_id)
        found = await self._connection.scalar(query)
        return fault_from_json(found) if found else None

    async def said(self, subject: Subject, subject_id: int, channel_id: int) -> Said | None:
        """The message that stands for this subject in this channel."""
        for said in await self.all_said(subject, subject_id):
            if said.channel_id == channel_id:
                return said
        return None

    async def all_said(self, subject: Subject, subject_id: int) -> list[Said]:
        """Every message that stands for this subject."""
        query = (
            sa.select(messages)
            .where(messages.c.subject == subject.value, messages.c.subject_id == subject_id)
            .order_by(messages.c.channel_id)
        )
        return [_said(row) for row in (await self._connection.execute(query)).mappings()]

    async def waiting_channels(self, subject: Subject, subject_id: int) -> list[int]:
        """Channels where this subject is yet to be said for the first time."""
        query = (
            sa.select(deliveries.c.channel_id)
            .where(
                deliveries.c.subject == subject.value,
                deliveries.c.subject_id == subject_id,
                deliveries.c.state.in_(_UNSETTLED),
            )
            .distinct()
        )
        return list((await self._connection.execute(query)).scalars())

    async def perhaps_seen(self, subject: Subject, subject_id: int) -> list[int]:
        """Channels where this subject stands, is being said, or may have arrived."""
        under_way = sa.select(deliveries.c.channel_id).where(
            deliveries.c.subject == subject.value,
            deliveries.c.subject_id == subject_id,
            sa.or_(
                deliveries.c.state.in_(("claimed", "unclear")),
                sa.and_(deliveries.c.state == "held", _fault_key(deliveries) != _REFUSED),
            ),
        )
        said = sa.select(messages.c.channel_id).where(
            messages.c.subject == subject.value, messages.c.subject_id == subject_id
        )
        rows = await self._connection.execute(sa.union(said, under_way))
        return sorted(rows.scalars())

    async def drop_unsent(self, subject: Subject, subject_id: int, now: datetime) -> None:
        """Forget posts about this subject that nobody has seen yet; of notes, all that wait."""
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.subject == subject.value,
                deliveries.c.subject_id == subject_id,
                deliveries.c.state == DeliveryState.PENDING.value,
                sa.or_(
                    deliveries.c.message_id.is_(None),
                    deliveries.c.subject == Subject.NOTE.value,
                ),
            )
            .values(state=DeliveryState.DROPPED.value, settled_at=now)
        )

    async def forget_said(self, subject: Subject, subject_id: int) -> None:
        """A message is no longer ours to edit: what is said next is posted anew."""
        await self._connection.execute(
            sa.delete(messages).where(
                messages.c.subject == subject.value, messages.c.subject_id == subject_id
            )
        )

    async def stop(
        self, channel_id: int, guild_id: int, fault: Fault, now: datetime, next_try_at: datetime
    ) -> int | None:
        """A channel refuses us. Returns the destination's id if this is news, else None."""
        changed = await self._connection.execute(
            sa.update(destinations)
            .where(destinations.c.channel_id == channel_id)
            .values(next_try_at=next_try_at, fault=fault_to_json(fault))
        )
        if changed.rowcount:
            return None
        result = await self._connection.execute(
            sa.insert(destinations).values(
                channel_id=channel_id,
                guild_id=guild_id,
                stopped_at=now,
                next_try_at=next_try_at,
                fault=fault_to_json(fault),
            )
        )
        return inserted_id(result)

    async def reopen(self, delivery: Delivery) -> bool:
        """Its channel takes messages again. Returns whether it had been stopped.

        An edit is no proof where posting is forbidden: own messages can be edited all the same.
        """
        query = sa.delete(destinations).where(destinations.c.channel_id == delivery.channel_id)
        if delivery.is_edit:
            query = query.where(_fault_key(destinations) != _POSTS_REFUSED)
        result = await self._connection.execute(query)
        return result.rowcount > 0

    async def try_again(self, guild_id: int, now: datetime) -> int:
        """Permissions changed in a guild: try now what its channels refused, look for what could
        not be looked for. Returns how many channels and messages."""
        stopped = await self._connection.execute(
            sa.update(destinations)
            .where(destinations.c.guild_id == guild_id, destinations.c.next_try_at > now)
            .values(next_try_at=now)
        )
        untold = await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.guild_id == guild_id,
                deliveries.c.channel_id == MODERATORS,
                deliveries.c.state.in_(("pending", "unclear")),
                deliveries.c.attempts > 0,
                deliveries.c.next_at > now,
            )
            .values(next_at=now)
        )
        held = await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.guild_id == guild_id,
                deliveries.c.state == DeliveryState.HELD.value,
                _fault_key(deliveries) == _HELD,
            )
            .values(state=DeliveryState.UNCLEAR.value, next_at=now)
        )
        return stopped.rowcount + untold.rowcount + held.rowcount

    async def has_stopped(self, guild_id: int) -> bool:
        """Whether `try_again` might find anything: a cheap look before a write."""
        refused = sa.select(destinations.c.id).where(destinations.c.guild_id == guild_id)
        kept = sa.select(deliveries.c.id).where(
            deliveries.c.guild_id == guild_id,
            sa.or_(
                deliveries.c.state == DeliveryState.HELD.value,
                sa.and_(
                    deliveries.c.channel_id == MODERATORS,
                    deliveries.c.state.in_(("pending", "unclear")),
                ),
            ),
        )
        found = await self._connection.execute(sa.union_all(refused, kept).limit(1))
        return found.first() is not None

    async def stopped(self, guild_id: int) -> list[Destination]:
        """The channels of a guild that refuse us."""
        query = sa.select(destinations).where(destinations.c.guild_id == guild_id)
        return [_destination(row) for row in (await self._connection.execute(query)).mappings()]

    async def held(self, guild_id: int) -> list[Held]:
        """What is held for the channels of a guild, by channel."""
        query = (
            sa.select(deliveries.c.channel_id, deliveries.c.fault)
            .where(
                deliveries.c.guild_id == guild_id,
                deliveries.c.state == DeliveryState.HELD.value,
            )
            .order_by(deliveries.c.channel_id, deliveries.c.id)
        )
        by_channel: dict[int, list[Any]] = {}
        for channel_id, fault in await self._connection.execute(query):
            by_channel.setdefault(channel_id, []).append(fault)
        return [
            Held(channel_id, len(faults), fault_from_json(faults[-1]))
            for channel_id, faults in by_channel.items()
        ]

    async def find_destination(self, destination_id: int) -> Destination | None:
        """The stopped channel with this row id."""
        query = sa.select(destinations).where(destinations.c.id == destination_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _destination(row) if row else None

    async def waiting(self, guild_id: int) -> int:
        """How many messages of a guild are not settled."""
        query = sa.select(sa.func.count()).where(
            deliveries.c.guild_id == guild_id, deliveries.c.state.in_(_UNSETTLED)
        )
        return int(await self._connection.scalar(query.select_from(deliveries)) or 0)

    async def forget_settled(self, before: datetime) -> int:
        """Delete settled and dropped rows older than `before`. Returns how many."""
        result = await self._connection.execute(
            sa.delete(deliveries).where(
                deliveries.c.state.in_(("settled", "dropped")), deliveries.c.settled_at < before
            )
        )
        return result.rowcount

    async def _due(self, now: datetime, limit: int) -> list[Delivery]:
        closed = sa.select(destinations.c.channel_id).where(destinations.c.next_try_at > now)
        invisible = closed.where(_fault_key(destinations) != _POSTS_REFUSED)
        edits = sa.and_(deliveries.c.message_id.is_not(None), deliveries.c.subject != "note")
        place = sa.func.row_number().over(
            partition_by=(deliveries.c.guild_id, deliveries.c.channel_id), order_by=deliveries.c.id
        )
        ranked = (
            sa.select(deliveries, place.label("place"))
            .where(
                deliveries.c.state.in_(("pending", "unclear")),
                deliveries.c.next_at <= now,
                sa.or_(
                    deliveries.c.channel_id.not_in(closed),
                    sa.and_(edits, deliveries.c.channel_id.not_in(invisible)),
                ),
                ~_is_behind(),
            )
            .subquery()
        )
        query = (
            sa.select(ranked)
            .where(ranked.c.place <= IN_FLIGHT * 2)
            .order_by(ranked.c.place, ranked.c.id)
            .limit(limit)
        )
        return [_delivery(row) for row in (await self._connection.execute(query)).mappings()]

    async def _overtake(
        self,
        subject: Subject,
        subject_id: int,
        channel_id: int,
        due_at: datetime,
        told: dict[str, Any],
    ) -> bool:
        due = sa.literal(due_at, Instant)
        later = sa.and_(deliveries.c.attempts == 0, deliveries.c.next_at > due)
        refused = sa.and_(
            deliveries.c.state == DeliveryState.HELD.value, _fault_key(deliveries) == _REFUSED
        )
        result = await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.subject == subject.value,
                deliveries.c.subject_id == subject_id,
                deliveries.c.channel_id == channel_id,
                sa.or_(deliveries.c.state == DeliveryState.PENDING.value, refused),
            )
            .values(
                state=DeliveryState.PENDING.value,
                next_at=sa.case((later, due), else_=deliveries.c.next_at),
                **told,
            )
        )
        return result.rowcount > 0

    async def _remember(self, delivery: Delivery, message_id: int) -> None:
        values = {
            "message_id": message_id,
            "generation": delivery.generation,
            "revision": delivery.revision,
        }
        changed = await self._connection.execute(
            sa.update(messages)
            .where(
                messages.c.subject == delivery.subject.value,
                messages.c.subject_id == delivery.subject_id,
                messages.c.channel_id == delivery.channel_id,
            )
            .values(values)
        )
        if changed.rowcount == 0:
            await self._connection.execute(
                sa.insert(messages).values(
                    subject=delivery.subject.value,
                    subject_id=delivery.subject_id,
                    channel_id=delivery.channel_id,
                    guild_id=delivery.guild_id,
                    role_id=delivery.role_id,
                    **values,
                )
            )

    async def _point_waiting_at(self, delivery: Delivery, message_id: int) -> None:
        # What was written down while the post was on its way becomes an edit of it.
        if delivery.subject in _EDITED:
            await self._connection.execute(
                sa.update(deliveries)
                .where(
                    deliveries.c.subject == delivery.subject.value,
                    deliveries.c.subject_id == delivery.subject_id,
                    deliveries.c.channel_id == delivery.channel_id,
                    deliveries.c.state == DeliveryState.PENDING.value,
                )
                .values(message_id=message_id, generation=delivery.generation)
            )

    async def _set(self, delivery_id: int, **values: Any) -> None:
        await self._connection.execute(
            sa.update(deliveries).where(deliveries.c.id == delivery_id).values(**values)
        )


def _is_behind() -> sa.ColumnElement[bool]:
    """Within one channel what concerns one alert keeps its order: post, edit, note.

    Behind a post of which nobody knows whether it arrived, all the rest waits.
    """
    older = deliveries.alias("older")
    held_post = sa.and_(older.c.state == DeliveryState.HELD.value, older.c.message_id.is_(None))
    return sa.exists().where(
        older.c.subject_id == deliveries.c.subject_id,
        older.c.channel_id == deliveries.c.channel_id,
        older.c.guild_id == deliveries.c.guild_id,
        sa.or_(
            older.c.state.in_(_UNSETTLED),
            sa.and_(held_post, older.c.subject.in_([each.value for each in _EDITED])),
        ),
        older.c.id < deliveries.c.id,
        sa.or_(
            older.c.subject == deliveries.c.subject,
            sa.and_(older.c.subject == "alert", deliveries.c.subject == "note"),
            sa.and_(
                older.c.subject == "note", older.c.state != "held", deliveries.c.subject == "alert"
            ),
        ),
    )


def _fault_key(table: sa.Table) -> sa.ColumnElement[str]:
    key: sa.ColumnElement[str] = table.c.fault["key"].as_string()
    return key


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row["id"],
        subject=Subject(row["subject"]),
        subject_id=row["subject_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        revision=row["revision"],
        generation=row["generation"],
        state=DeliveryState(row["state"]),
        locale=row["locale"],
        role_id=row["role_id"],
        message_id=row["message_id"],
        attempts=row["attempts"],
        next_at=row["next_at"],
        claimed_at=row["claimed_at"],
    )


def _said(row: Any) -> Said:
    return Said(
        subject=Subject(row["subject"]),
        subject_id=row["subject_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        generation=row["generation"],
        revision=row["revision"],
        role_id=row["role_id"],
    )


def _destination(row: Any) -> Destination:
    return Destination(
        id=row["id"],
        channel_id=row["channel_id"],
        guild_id=row["guild_id"],
        stopped_at=row["stopped_at"],
        fault=fault_from_json(row["fault"]),
    )
