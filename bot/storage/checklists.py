"""Members' checklists and what they have ticked. Private to the member."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.rows import inserted_id
from bot.storage.tables import checklists, ticks


@dataclass(frozen=True, slots=True)
class KeptChecklist:
    """One member's checklist for one alert; `seen_revision` is the alert as last shown."""

    id: int
    member_id: int
    alert_id: int
    guild_id: int
    seen_revision: int


class Checklists:
    """The rows of `checklists` and `ticks`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, checklist_id: int) -> KeptChecklist | None:
        """The checklist with this id."""
        return await self._one(checklists.c.id == checklist_id)

    async def find_for(self, member_id: int, alert_id: int) -> KeptChecklist | None:
        """A member's checklist for an alert."""
        return await self._one(
            checklists.c.member_id == member_id, checklists.c.alert_id == alert_id
        )

    async def of_member(self, member_id: int, guild_id: int) -> list[KeptChecklist]:
        """A member's checklists in a guild, newest first."""
        query = (
            sa.select(checklists)
            .where(checklists.c.member_id == member_id, checklists.c.guild_id == guild_id)
            .order_by(checklists.c.updated_at.desc())
        )
        return [_kept(row) for row in (await self._connection.execute(query)).all()]

    async def open(
        self, member_id: int, alert_id: int, guild_id: int, revision: int, now: datetime
    ) -> int:
        """A new checklist. Returns its id."""
        result = await self._connection.execute(
            sa.insert(checklists).values(
                member_id=member_id,
                alert_id=alert_id,
                guild_id=guild_id,
                seen_revision=revision,
                created_at=now,
                updated_at=now,
            )
        )
        return inserted_id(result)

    async def see(self, checklist_id: int, revision: int, now: datetime) -> None:
        """Remember that the member has seen the alert as of `revision`."""
        await self._connection.execute(
            sa.update(checklists)
            .where(checklists.c.id == checklist_id)
            .values(seen_revision=revision, updated_at=now)
        )

    async def ticked(self, checklist_id: int) -> set[str]:
        """The ids of the steps that are done."""
        query = sa.select(ticks.c.step_id).where(ticks.c.checklist_id == checklist_id)
        return set((await self._connection.execute(query)).scalars())

    async def tick(self, checklist_id: int, step_id: str, now: datetime) -> None:
        """Mark a step as done; doing it twice changes nothing."""
        if step_id not in await self.ticked(checklist_id):
            await self._connection.execute(
                sa.insert(ticks).values(checklist_id=checklist_id, step_id=step_id, ticked_at=now)
            )

    async def untick(self, checklist_id: int, step_id: str) -> None:
        """Mark a step as not done."""
        await self._connection.execute(
            sa.delete(ticks).where(ticks.c.checklist_id == checklist_id, ticks.c.step_id == step_id)
        )

    async def _one(self, *where: sa.ColumnElement[bool]) -> KeptChecklist | None:
        row = (await self._connection.execute(sa.select(checklists).where(*where))).one_or_none()
        return _kept(row) if row else None


def _kept(row: sa.Row[tuple[int, ...]]) -> KeptChecklist:
    return KeptChecklist(row.id, row.member_id, row.alert_id, row.guild_id, row.seen_revision)
