"""A member's checklist for an alert: opened, dated from what is known now, ticked, kept."""

from dataclasses import dataclass
from datetime import date

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.alerts import Alert, AlertState
from bot.domain.checklists import Plan, Template, plan
from bot.domain.situations import situation_of
from bot.errors import Refused
from bot.storage.checklists import KeptChecklist
from bot.storage.database import Storage, UnitOfWork


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """A checklist as shown to its member. `changed`: the incident has changed since last seen."""

    id: int
    alert: Alert
    template: Template
    plan: Plan
    ticked: frozenset[str]
    changed: bool
    today: date


class Checklists:
    """Members' checklists. Private: every call names the member."""

    def __init__(self, storage: Storage, catalogue: Catalogue, clock: Clock) -> None:
        self._storage = storage
        self._catalogue = catalogue
        self._clock = clock

    def has_template(self, alert: Alert) -> bool:
        """Whether there is a checklist for what an alert tells."""
        return template_for(self._catalogue, alert) is not None

    async def open(self, guild_id: int, member_id: int, alert_id: int) -> ChecklistView:
        """The member's checklist for an alert, made if need be.

        Raises `Refused`: no such alert, nothing told yet, retracted, no checklist for it.
        """
        async with self._storage.unit_of_work() as work:
            alert = await work.alerts.find(alert_id)
            if alert is None or alert.guild_id != guild_id:
                raise Refused("incident.unknown")
            kept = await work.checklists.find_for(member_id, alert_id)
            if kept is None:
                self._may_open(alert)
                now = self._clock.now()
                await work.checklists.open(member_id, alert_id, guild_id, alert.revision, now)
                kept = await work.checklists.find_for(member_id, alert_id)
            if kept is None:
                raise LookupError("a checklist just opened is gone")
            return await self._view(work, kept, alert)

    async def mine(self, guild_id: int, member_id: int) -> list[ChecklistView]:
        """A member's checklists in a guild, last used first."""
        async with self._storage.reading() as work:
            views = []
            for kept in await work.checklists.of_member(member_id, guild_id):
                alert = await work.alerts.find(kept.alert_id)
                if alert is not None and template_for(self._catalogue, alert):
                    views.append(await self._view(work, kept, alert, seen=False))
            return views

    async def show(self, member_id: int, checklist_id: int) -> ChecklistView:
        """A checklist by its id. Raises `Refused` where it is not this member's."""
        async with self._storage.unit_of_work() as work:
            kept, alert = await self._own(work, member_id, checklist_id)
            return await self._view(work, kept, alert)

    async def toggle(self, member_id: int, checklist_id: int, step_id: str) -> ChecklistView:
        """Tick a step, or take the tick back. Raises `Refused` as `show` does."""
        async with self._storage.unit_of_work() as work:
            kept, alert = await self._own(work, member_id, checklist_id)
            if step_id in await work.checklists.ticked(checklist_id):
                await work.checklists.untick(checklist_id, step_id)
            else:
                await work.checklists.tick(checklist_id, step_id, self._clock.now())
            return await self._view(work, kept, alert)

    def _may_open(self, alert: Alert) -> None:
        if alert.state is AlertState.RETRACTED:
            raise Refused("checklist.retracted")
        if alert.state is not AlertState.PUBLISHED:
            raise Refused("checklist.not_told")

    async def _own(
        self, work: UnitOfWork, member_id: int, checklist_id: int
    ) -> tuple[KeptChecklist, Alert]:
        kept = await work.checklists.find(checklist_id)
        alert = await work.alerts.find(kept.alert_id) if kept else None
        if kept is None or alert is None or kept.member_id != member_id:
            raise Refused("checklist.unknown")
        return kept, alert

    async def _view(
        self, work: UnitOfWork, kept: KeptChecklist, alert: Alert, *, seen: bool = True
    ) -> ChecklistView:
        template = template_for(self._catalogue, alert)
        if template is None:
            raise Refused("checklist.none_for_kind")
        today = self._clock.now().date()
        facts = alert.told
        changed = kept.seen_revision != alert.revision
        if changed and seen:
            await work.checklists.see(kept.id, alert.revision, self._clock.now())
        ticked = await work.checklists.ticked(kept.id)
        return ChecklistView(
            id=kept.id,
            alert=alert,
            template=template,
            plan=plan(template, facts.deadlines, facts.announced_on, today),
            ticked=frozenset(ticked),
            changed=changed,
            today=today,
        )


def template_for(catalogue: Catalogue, alert: Alert) -> Template | None:
    """The template for what an alert tells now: a correction may make it another one.

    Steps that two templates share have one id, so their ticks are kept.
    """
    situation = situation_of(alert.told)
    return catalogue.templates[situation] if situation else None
