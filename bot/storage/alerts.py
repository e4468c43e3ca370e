"""Alerts, one per guild and incident, with their revisions and what was told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.storage.codec import (
    change_from_json,
    change_to_json,
    correction_from_json,
    correction_to_json,
    facts_from_json,
    facts_to_json,
)
from bot.storage.rows import inserted_id
from bot.storage.tables import alert_incidents, alerts, revisions


class Alerts:
    """The rows of `alerts`, `alert_incidents` and `revisions`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, alert: Alert, incident_ids: Sequence[int], now: datetime) -> int:
        """A new alert (its `id` is ignored) with its first revision. Returns its id."""
        result = await self._connection.execute(
            sa.insert(alerts).values(guild_id=alert.guild_id, created_at=now, **_values(alert, now))
        )
        alert_id = inserted_id(result)
        for incident_id in incident_ids:
            await self.link(alert_id, incident_id)
        return alert_id

    async def save(self, alert: Alert, revision: Revision) -> None:
        """Keep a changed alert and why it changed."""
        await self.update(alert, revision.at)
        await self.add_revision(alert.id, revision)

    async def update(self, alert: Alert, now: datetime) -> None:
        """Keep a changed alert without a revision of its own."""
        await self._connection.execute(
            sa.update(alerts).where(alerts.c.id == alert.id).values(**_values(alert, now))
        )

    async def add_revision(self, alert_id: int, revision: Revision) -> None:
        """Keep why an alert is as it is."""
        await self._connection.execute(
            sa.insert(revisions).values(
                alert_id=alert_id,
                revision=revision.revision,
                reason=revision.reason.value,
                at=revision.at,
                changes=[change_to_json(change) for change in revision.changes],
                author_id=revision.author_id,
                comment=revision.comment,
            )
        )

    async def link(self, alert_id: int, incident_id: int) -> None:
        """Tell this incident, too, in this alert."""
        await self._connection.execute(
            sa.insert(alert_incidents).values(alert_id=alert_id, incident_id=incident_id)
        )

    async def find(self, alert_id: int) -> Alert | None:
        """The alert with this id."""
        query = sa.select(alerts).where(alerts.c.id == alert_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _alert(row) if row else None

    async def of_guild(
        self, guild_id: int, states: Sequence[AlertState] = (), platform: str | None = None
    ) -> list[Alert]:
        """A guild's alerts, newest first."""
        query = sa.select(alerts).where(alerts.c.guild_id == guild_id)
        if states:
            query = query.where(alerts.c.state.in_([state.value for state in states]))
        if platform is not None:
            query = query.where(alerts.c.platform == platform)
        rows = await self._connection.execute(
            query.order_by(alerts.c.updated_at.desc(), alerts.c.id.desc())
        )
        return [_alert(row) for row in rows.mappings()]

    async def of_incident(self, incident_id: int) -> list[Alert]:
        """Every guild's alert about an incident."""
        query = (
            sa.select(alerts)
            .join(alert_incidents, alert_incidents.c.alert_id == alerts.c.id)
            .where(alert_incidents.c.incident_id == incident_id)
            .order_by(alerts.c.id)
        )
        return [_alert(row) for row in (await self._connection.execute(query)).mappings()]

    async def incidents_of(self, alert_id: int) -> list[int]:
        """The incidents that an alert tells."""
        query = (
            sa.select(alert_incidents.c.incident_id)
            .where(alert_incidents.c.alert_id == alert_id)
            .order_by(alert_incidents.c.incident_id)
        )
        return list((await self._connection.execute(query)).scalars())

    async def history(self, alert_id: int) -> list[Revision]:
        """The revisions of an alert, oldest first."""
        query = (
            sa.select(revisions)
            .where(revisions.c.alert_id == alert_id)
            .order_by(revisions.c.revision)
        )
        return [_revision(row) for row in (await self._connection.execute(query)).mappings()]

    async def opened_at(self, alert_id: int) -> datetime:
        """When an alert came into being."""
        query = sa.select(alerts.c.created_at).where(alerts.c.id == alert_id)
        found: datetime | None = await self._connection.scalar(query)
        if found is None:
            raise LookupError(f"no alert {alert_id}")
        return found


def _values(alert: Alert, now: datetime) -> dict[str, Any]:
    return {
        "platform": alert.told.platform,
        "state": alert.state.value,
        "revision": alert.revision,
        "reason": alert.reason.value,
        "told": facts_to_json(alert.told),
        "correction": correction_to_json(alert.correction) if alert.correction else sa.null(),
        "decided_by": alert.decided_by,
        "updated_at": now,
    }


def _alert(row: Any) -> Alert:
    return Alert(
        id=row["id"],
        guild_id=row["guild_id"],
        state=AlertState(row["state"]),
        revision=row["revision"],
        reason=Reason(row["reason"]),
        told=facts_from_json(row["told"]),
        correction=correction_from_json(row["correction"]) if row["correction"] else None,
        decided_by=row["decided_by"],
    )


def _revision(row: Any) -> Revision:
    return Revision(
        revision=row["revision"],
        reason=Reason(row["reason"]),
        at=row["at"],
        changes=tuple(change_from_json(each) for each in row["changes"]),
        author_id=row["author_id"],
        comment=row["comment"],
    )
