"""The outbox: what is to be said, what is being said, and what was said under which message id.

A delivery is claimed in one transaction and settled in another; what lies between is found again
after a crash.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import IN_FLIGHT, Delivery, DeliveryState, Subject
from bot.errors import Fault
from bot.storage.codec import fault_from_json, fault_to_json
from bot.storage.rows import inserted_id
from bot.storage.tables import deliveries, destinations, messages

_UNSETTLED = ("pending", "claimed", "unclear")
_EDITED = (Subject.ALERT, Subject.REVIEW)


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
    ) -> None:
        """Write down what is to be said. What waits about the same message is overtaken by it."""
        said = await self.said(subject, subject_id, channel_id) if subject in _EDITED else None
        if subject in _EDITED and await self._overtake(subject, subject_id, channel_id, revision):
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
                next_at=max(now, not_before) if not_before else now,
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
        self, now: datetime, limit: int, in_flight: dict[int, int], busy: set[int]
    ) -> list[Delivery]:
        """Claim what is due: at most `limit`, at most `IN_FLIGHT` a channel, in order a message.

        `in_flight` counts what is on its way by channel, `busy` are the ids of it. Pending rows
        come back claimed; unclear ones stay unclear: they are looked for first.
        """
        due = await self._due(now, limit + len(busy))
        claimed: list[Delivery] = []
        room = dict(in_flight)
        for delivery in due:
            taken = room.get(delivery.channel_id, 0)
            if delivery.id in busy or taken >= IN_FLIGHT or len(claimed) >= limit:
                continue
            room[delivery.channel_id] = taken + 1
            claimed.append(delivery)
        fresh = [each.id for each in claimed if each.state is DeliveryState.PENDING]
        if fresh:
            await self._connection.execute(
                sa.update(deliveries)
                .where(deliveries.c.id.in_(fresh))
                .values(state=DeliveryState.CLAIMED.value, claimed_at=now)
            )
        return claimed

    async def has_due(self, now: datetime, busy: set[int]) -> bool:
        """Whether anything might be claimed now: a cheap look before a write."""
        query = sa.select(deliveries.c.id).where(
            deliveries.c.state.in_(("pending", "unclear")), deliveries.c.next_at <= now
        )
        found = (await self._connection.execute(query.limit(len(busy) + 1))).scalars().all()
        return any(each not in busy for each in found)

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

    async def drop_unsent(self, subject: Subject, subject_id: int, now: datetime) -> None:
        """Forget posts about this subject that nobody has seen yet."""
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.subject == subject.value,
                deliveries.c.subject_id == subject_id,
                deliveries.c.state == DeliveryState.PENDING.value,
                deliveries.c.message_id.is_(None),
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

    async def reopen(self, channel_id: int) -> bool:
        """A channel takes messages again. Returns whether it had been stopped."""
        result = await self._connection.execute(
            sa.delete(destinations).where(destinations.c.channel_id == channel_id)
        )
        return result.rowcount > 0

    async def try_again(self, guild_id: int, now: datetime) -> int:
        """Permissions changed in a guild: try its stopped channels now. Returns how many."""
        result = await self._connection.execute(
            sa.update(destinations)
            .where(destinations.c.guild_id == guild_id, destinations.c.next_try_at > now)
            .values(next_try_at=now)
        )
        return result.rowcount

    async def stopped(self, guild_id: int) -> list[Destination]:
        """The channels of a guild that refuse us."""
        query = sa.select(destinations).where(destinations.c.guild_id == guild_id)
        return [_destination(row) for row in (await self._connection.execute(query)).mappings()]

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
        older = deliveries.alias("older")
        # Within one channel what concerns one alert keeps its order: post, edit, note.
        first = ~sa.exists().where(
            older.c.subject_id == deliveries.c.subject_id,
            older.c.channel_id == deliveries.c.channel_id,
            older.c.guild_id == deliveries.c.guild_id,
            older.c.state.in_(_UNSETTLED),
            older.c.id < deliveries.c.id,
            sa.or_(
                older.c.subject == deliveries.c.subject,
                sa.and_(older.c.subject == "alert", deliveries.c.subject == "note"),
                sa.and_(older.c.subject == "note", deliveries.c.subject == "alert"),
            ),
        )
        place = sa.func.row_number().over(
            partition_by=deliveries.c.channel_id, order_by=deliveries.c.id
        )
        ranked = (
            sa.select(deliveries, place.label("place"))
            .where(
                deliveries.c.state.in_(("pending", "unclear")),
                deliveries.c.next_at <= now,
                deliveries.c.channel_id.not_in(closed),
                first,
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
        self, subject: Subject, subject_id: int, channel_id: int, revision: int
    ) -> bool:
        result = await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.subject == subject.value,
                deliveries.c.subject_id == subject_id,
                deliveries.c.channel_id == channel_id,
                deliveries.c.state == DeliveryState.PENDING.value,
            )
            .values(revision=revision)
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
