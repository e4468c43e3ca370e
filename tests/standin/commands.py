"""Routes of the application and its commands, and the reading of a registered command.

Only global commands: bulk overwrite and list. What the test's hand may call comes from here.
"""

from collections import Counter
from typing import Any

from . import payloads
from .core import Call, Core, Reply, Routes
from .errors import MisuseError, Refusal, invalid_form
from .state import Json

CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
_MOST = {CHAT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_TEXT_MAX = 8000
_LOCALES = frozenset(
    """
    ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no
    pl pt-BR ro ru sv-SE th tr uk vi zh-CN zh-TW
    """.split()  # noqa: SIM905
)


def routes() -> Routes:
    return {
        "GET /applications/@me": application,
        "GET /oauth2/applications/@me": application,
        "GET /applications/{application_id}/commands": listed,
        "PUT /applications/{application_id}/commands": overwrite,
    }


def application(core: Core, call: Call) -> Reply:
    return 200, payloads.application(core.world)


def listed(core: Core, call: Call) -> Reply:
    _check_own(core, call)
    return 200, core.world.commands


def overwrite(core: Core, call: Call) -> Reply:
    _check_own(core, call)
    asked: list[Json] = call.body or []
    for kind, most in _MOST.items():
        same = [command for command in asked if (command.get("type") or CHAT) == kind]
        if len(same) > most:
            raise Refusal(400, 30032, f"Maximum number of application commands reached ({most})")
        twice = [n for n, times in Counter(c["name"] for c in same).items() if times > 1]
        if twice:
            message = f"Application command names must be unique ({twice[0]})"
            raise invalid_form("body", "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
    for index, command in enumerate(asked):
        _check(command, str(index))
    known = {(c["type"], c["name"]): c["id"] for c in core.world.commands}
    core.world.commands = [_registered(core, command, known) for command in asked]
    core.world.commands_written += 1
    return 200, core.world.commands


def find(core: Core, name: str, kind: int = CHAT) -> Json:
    """A registered command by its name; the test asked for it, so its absence is told clearly."""
    for command in core.world.commands:
        if command["type"] == kind and command["name"] == name:
            return command
    names = sorted(c["name"] for c in core.world.commands if c["type"] == kind)
    raise MisuseError(f"no command {name!r} is registered; there are {names}")


def descend(command: Json, path: list[str]) -> tuple[list[Json], list[Json]]:
    """Follows subcommands: gives the chain of (sub)commands below and the leaf's options."""
    chain: list[Json] = []
    options: list[Json] = command.get("options", [])
    for word in path:
        branches = {o["name"]: o for o in options if o["type"] in (SUBCOMMAND, GROUP)}
        if word not in branches:
            raise MisuseError(f"no subcommand {word!r}; there are {sorted(branches)}")
        chain.append(branches[word])
        options = branches[word].get("options", [])
    branches = {o["name"]: o for o in options if o["type"] in (SUBCOMMAND, GROUP)}
    if branches:
        raise MisuseError(f"a subcommand is needed: one of {sorted(branches)}")
    return chain, options


def _check_own(core: Core, call: Call) -> None:
    if call.id_of("application_id") != core.world.application_id:
        raise Refusal(
            403, 20012, "You are not authorized to perform this action on this application"
        )


def _check(command: Json, field: str) -> None:
    """Rules beside the description: required options first, one name once, 8,000 characters."""
    if (command.get("type") or CHAT) == CHAT and not command.get("description"):
        raise invalid_form(f"{field}.description", "BASE_TYPE_REQUIRED", "This field is required")
    if (command.get("type") or CHAT) == CHAT:
        _check_names(command, field)
    if _length(command) > _TEXT_MAX:
        message = f"Command exceeds maximum size ({_TEXT_MAX})"
        raise invalid_form(field, "APPLICATION_COMMAND_TOO_LARGE", message)
    _check_options(command.get("options") or [], field)


def _check_names(part: Json, field: str) -> None:
    """Names of chat commands and options, localised ones too: lower case, no spaces."""
    for key in ("name_localizations", "description_localizations"):
        unknown = set(part.get(key) or ()) - _LOCALES
        if unknown:
            message = f"Value must be one of the locales, not {sorted(unknown)}"
            raise invalid_form(f"{field}.{key}", "BASE_TYPE_CHOICES", message)
    for name in (part["name"], *(part.get("name_localizations") or {}).values()):
        fits = all(letter.isalnum() or letter in "-_'" for letter in name)
        if not fits or name != name.lower():
            message = f"Command name is invalid: {name!r}"
            raise invalid_form(f"{field}.name", "APPLICATION_COMMAND_INVALID_NAME", message)


def _check_options(options: list[Json], field: str) -> None:
    optional_seen = False
    names: set[str] = set()
    for index, option in enumerate(options):
        where = f"{field}.options.{index}"
        if option["name"] in names:
            message = f"Option names must be unique ({option['name']})"
            raise invalid_form(where, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
        names.add(option["name"])
        _check_names(option, where)
        if option["type"] in (SUBCOMMAND, GROUP):
            _check_options(option.get("options") or [], where)
            continue
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            raise invalid_form(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")


def _length(command: Json) -> int:
    """Discord's count: names, descriptions and choices, each at its longest localisation."""
    total = sum(_longest(command, key) for key in ("name", "description"))
    for choice in command.get("choices") or ():
        total += _longest(choice, "name") + len(str(choice["value"]))
    return total + sum(_length(option) for option in command.get("options") or ())


def _longest(part: Json, key: str) -> int:
    localised = (part.get(f"{key}_localizations") or {}).values()
    return max((len(text) for text in (part.get(key) or "", *localised)), default=0)


def _registered(core: Core, command: Json, known: dict[tuple[int, str], str]) -> Json:
    kind = command.get("type") or CHAT
    permissions = command.get("default_member_permissions")
    registered: Json = {
        **_without_nulls(command),
        "id": known.get((kind, command["name"])) or str(core.world.snowflake()),
        "application_id": str(core.world.application_id),
        "version": str(core.world.snowflake()),
        "type": kind,
        "description": command.get("description") or "",
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(command.get("nsfw")),
        "contexts": command.get("contexts"),
    }
    return registered


def _without_nulls(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_nulls(value) for key, value in part.items() if value is not None}
    if isinstance(part, list):
        return [_without_nulls(item) for item in part]
    return part
