"""The test's hand as a member: slash commands, menus, buttons, selects, modals.

Each gives the Interaction once the member sees an answer (or at once with `wait=False`); the
Interaction goes on changing with edits and follow-ups.
"""

from collections.abc import Mapping
from typing import Any

from . import commands, forms, references
from .building import Builder
from .core import Core
from .errors import MisuseError, NoAnswerError
from .interaction import Interaction
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interactions
from .options import Resolved, fill
from .permissions import EVERYTHING, Permission, in_channel
from .state import Channel, Guild, Json, Member, Message, User


class Actor(Builder):
    """Acts as members. `within` seconds cover the whole answer, deferrals included."""

    def __init__(self, core: Core, interactions: Interactions) -> None:
        super().__init__(core)
        self.interactions = interactions

    async def slash(
        self,
        guild: Any,
        channel: Any,
        member: Any,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        locale: str | None = None,
        within: float = 30.0,
        force: bool = False,
        wait: bool = True,
    ) -> Interaction:
        """Calls `"setup"` or `"incident retract"`; the options are typed as registered.

        `guild` is None for the bot's direct messages. A member whom the command is not offered
        to (default_member_permissions) needs `force`, as where a guild has opened it.
        """
        who, where = self._here(guild, channel, member)
        name, *path = command.split()
        registered = commands.find(self.core, name)
        self._check_offered(registered, who, where, force=force)
        resolved = Resolved(self.core, where.guild, where)
        chain, leaf = commands.descend(registered, path)
        data = _command_data(registered, chain, fill(leaf, options or {}, resolved), resolved)
        it = self.interactions.happen(COMMAND, who, where, data, locale=locale)
        return await self._answered(it, within, wait)

    async def autocomplete(
        self,
        guild: Any,
        channel: Any,
        member: Any,
        command: str,
        option: str,
        typed: str = "",
        options: Mapping[str, Any] | None = None,
        *,
        locale: str | None = None,
        within: float = 30.0,
    ) -> list[Json]:
        """The choices (`name`, `value`) offered while a member types into one option."""
        who, where = self._here(guild, channel, member)
        name, *path = command.split()
        registered = commands.find(self.core, name)
        resolved = Resolved(self.core, where.guild, where)
        chain, leaf = commands.descend(registered, path)
        if not any(o["name"] == option and o.get("autocomplete") for o in leaf):
            names = [o["name"] for o in leaf if o.get("autocomplete")]
            raise MisuseError(f"option {option!r} does not autocomplete; there are {names}")
        values = {**(options or {}), option: typed}
        filled = fill(leaf, values, resolved, focused=option)
        data = _command_data(registered, chain, filled, resolved)
        it = self.interactions.happen(AUTOCOMPLETE, who, where, data, locale=locale)
        await self._answered(it, within, wait=True)
        return it.choices or []

    async def context_menu(
        self,
        guild: Any,
        channel: Any,
        member: Any,
        command: str,
        target: Any,
        *,
        locale: str | None = None,
        within: float = 30.0,
        wait: bool = True,
    ) -> Interaction:
        """Calls a context menu: on a Message where one is registered, else on a user."""
        who, where = self._here(guild, channel, member)
        resolved = Resolved(self.core, where.guild, where)
        names = {c["name"] for c in self.core.world.commands if c["type"] == commands.MESSAGE_MENU}
        if command in names:
            registered = commands.find(self.core, command, commands.MESSAGE_MENU)
            target_id = resolved.message(references.message(self.core, target))
        else:
            registered = commands.find(self.core, command, commands.USER_MENU)
            target_id = resolved.user(target)
        self._check_offered(registered, who, where, force=False)
        data = {**_command_data(registered, [], [], resolved), "target_id": target_id}
        it = self.interactions.happen(COMMAND, who, where, data, locale=locale)
        return await self._answered(it, within, wait)

    async def click(
        self,
        member: Any,
        message: Any,
        *,
        custom_id: str | None = None,
        label: str | None = None,
        locale: str | None = None,
        within: float = 30.0,
        wait: bool = True,
    ) -> Interaction:
        """Clicks a button of a message that the member sees."""
        source, who = self._seen(message, member)
        button = forms.button(source, custom_id, label)
        data = {"custom_id": button["custom_id"], "component_type": 2, "id": button["id"]}
        it = self.interactions.happen(
            COMPONENT, who, source.channel, data, locale=locale, source=source
        )
        return await self._answered(it, within, wait)

    async def select(
        self,
        member: Any,
        message: Any,
        values: Any,
        *,
        custom_id: str | None = None,
        locale: str | None = None,
        within: float = 30.0,
        wait: bool = True,
    ) -> Interaction:
        """Chooses in a select menu: option values or labels, or channels, roles, users."""
        source, who = self._seen(message, member)
        menu = forms.menu(source, custom_id)
        resolved = Resolved(self.core, source.channel.guild, source.channel)
        chosen = forms.chosen(menu, values, resolved)
        data: Json = {"custom_id": menu["custom_id"], "component_type": menu["type"]}
        data |= {"id": menu["id"], "values": chosen, **resolved.data()}
        it = self.interactions.happen(
            COMPONENT, who, source.channel, data, locale=locale, source=source
        )
        return await self._answered(it, within, wait)

    async def submit_modal(
        self,
        shown: Any,
        values: Mapping[str, Any] | None = None,
        *,
        locale: str | None = None,
        within: float = 30.0,
        wait: bool = True,
    ) -> Interaction:
        """Fills in and sends the modal that an interaction showed; `values` by id or label."""
        if not isinstance(shown, Interaction):
            shown = self.interactions.by_id[references.identifier(shown)]
        if shown.modal is None:
            raise MisuseError(f"no modal was shown: {shown.describe()}")
        resolved = Resolved(self.core, shown.channel.guild, shown.channel)
        components = forms.submitted(shown.modal, values or {}, resolved)
        data: Json = {"custom_id": shown.modal["custom_id"], "components": components}
        data |= resolved.data()
        who = shown.member or shown.user
        it = self.interactions.happen(
            MODAL_SUBMIT, who, shown.channel, data, locale=locale, source=shown.source
        )
        return await self._answered(it, within, wait)

    async def _answered(self, it: Interaction, within: float, wait: bool) -> Interaction:
        if not wait:
            return it
        try:
            return await it.until(lambda it: it.settled, within)
        except NoAnswerError as error:
            held = "; ".join(str(violation) for violation in self.core.violations[-3:])
            raise NoAnswerError(f"{error}. Violations: {held or 'none'}") from None

    def _here(self, guild: Any, channel: Any, member: Any) -> tuple[Member | User, Channel]:
        if guild is None:
            user = references.user(self.core, member)
            where = self.core.world.dm_with(user) if channel is None else channel
            return user, references.channel(self.core, where)
        home: Guild = references.guild(self.core, guild)
        where, who = references.channel(self.core, channel), references.member(home, member)
        if where.guild is not home:
            raise MisuseError(f"#{where.name} is not in {home.name}")
        if not in_channel(who, where) & Permission.VIEW_CHANNEL:
            raise MisuseError(f"{who.user.name} does not see #{where.name}")
        return who, where

    def _seen(self, message: Any, member: Any) -> tuple[Message, Member | User]:
        source = references.message(self.core, message)
        if source.deleted:
            raise MisuseError("the message was deleted")
        who, _ = self._here(source.channel.guild, source.channel, member)
        return source, who

    def _check_offered(
        self, command: Json, who: Member | User, where: Channel, *, force: bool
    ) -> None:
        contexts = command.get("contexts")
        context = 0 if where.guild else 1
        if contexts is not None and context not in contexts:
            raise MisuseError(f"/{command['name']} is not offered here (contexts {contexts})")
        needed = command["default_member_permissions"]
        if needed is None or force or not isinstance(who, Member):
            return
        held = in_channel(who, where)
        if held != EVERYTHING and (int(needed) == 0 or int(needed) & ~held):
            raise MisuseError(f"/{command['name']} is not offered to {who.user.name}")


def _command_data(command: Json, chain: list[Json], filled: list[Json], resolved: Resolved) -> Json:
    options = filled
    for branch in reversed(chain):
        options = [{"name": branch["name"], "type": branch["type"], "options": options}]
    data = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return {**data, "options": options, **resolved.data()}
