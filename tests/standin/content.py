"""What a message may be: lengths, components, mentions. Makes revisions; refuses as Discord does.

Sources: discord.com/developers/docs/resources/message and /components/reference.
"""

import re
import time
from copy import deepcopy
from typing import Any

from .errors import Refusal, invalid_form
from .permissions import Permission
from .state import COMPONENTS_V2, LOADING, Channel, Guild, Json, Pings, Revision, embed_lines, walk

CONTENT_MAX, V2_TEXT_MAX, V2_COMPONENTS_MAX, EMBED_TEXT_MAX = 2000, 4000, 40, 6000
ROW, BUTTON, SELECTS, SECTION, TEXT_DISPLAY = 1, 2, (3, 5, 6, 7, 8), 9, 10
LINK_STYLE, PREMIUM_STYLE = 5, 6

_SUPPRESSES = 1 << 2 | 1 << 12
_SETTABLE = _SUPPRESSES | 1 << 6 | COMPONENTS_V2
_ROLE, _USER, _EVERYONE = (
    re.compile(r"<@&(\d+)>"),
    re.compile(r"<@!?(\d+)>"),
    ("@everyone", "@here"),
)


def compose(body: Json, before: Revision | None = None, *, files: bool = False) -> Revision:
    """Makes the next revision of a message from a request's body, or refuses it."""
    flags = _flags(body, before)
    content = _given(body, "content", before.content if before else "") or ""
    embeds = _given(body, "embeds", before.embeds if before else ()) or ()
    components = _given(body, "components", before.components if before else ()) or ()
    if flags & COMPONENTS_V2:
        _check_v2(body, content, embeds, components)
    else:
        _check_classic(content, embeds, components)
    _check_components(components)
    if not (content or embeds or components or files or body.get("poll")):
        raise Refusal(400, 50006, "Cannot send an empty message", rule="an empty message")
    return Revision(
        at=time.monotonic(),
        content=content,
        embeds=tuple(_answered_embed(embed) for embed in embeds),
        components=tuple(_answered_components(components)),
        flags=flags,
    )


def pings(text: str, body: Json, channel: Channel, author_permissions: int) -> Pings:
    """Whom a new message notifies: what it mentions, allowed_mentions and permissions together."""
    allowed = body.get("allowed_mentions")
    if allowed is None:
        allowed = {"parse": ["roles", "users", "everyone"]}
    parse = allowed.get("parse") or ()
    for kind in ("roles", "users"):
        if kind in parse and allowed.get(kind):
            raise invalid_form(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive.",
            )
    may_all = bool(author_permissions & Permission.MENTION_EVERYONE)
    roles = _mentioned(_ROLE, text, "roles" in parse, allowed.get("roles"))
    return Pings(
        roles=tuple(r for r in roles if _pingable(channel.guild, r, may_all)),
        users=_mentioned(_USER, text, "users" in parse, allowed.get("users")),
        everyone="everyone" in parse and may_all and any(word in text for word in _EVERYONE),
    )


def mentionable_text(revision: Revision) -> str:
    """The text whose mentions count: content and text displays, not embeds."""
    parts = [c["content"] for c in walk(revision.components) if c["type"] == TEXT_DISPLAY]
    return "\n".join([revision.content, *parts])


def check_custom_ids(components: Any, field: str = "components") -> None:
    """Refuses a `custom_id` that occurs twice in one message or modal."""
    seen: set[str] = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id in seen:
            raise invalid_form(
                field,
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                f"Component custom id cannot be duplicated ({custom_id})",
            )
        if custom_id:
            seen.add(custom_id)


def _given(body: Json, key: str, otherwise: Any) -> Any:
    return body.get(key) if key in body else otherwise


def _flags(body: Json, before: Revision | None) -> int:
    asked = body.get("flags")
    if before is None:
        return (asked or 0) & _SETTABLE
    kept = before.flags & ~LOADING
    if asked is None:
        return kept
    if before.flags & COMPONENTS_V2 and not asked & COMPONENTS_V2:
        # The documents say that the flag cannot be removed; refusing shows the attempt.
        raise invalid_form("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "cannot be removed")
    changeable = _SUPPRESSES | COMPONENTS_V2
    return kept & ~changeable | int(asked) & changeable


def _check_v2(body: Json, content: str, embeds: Any, components: Any) -> None:
    legacy = {"content": content, "embeds": embeds}
    legacy.update({key: body.get(key) for key in ("poll", "sticker_ids")})
    for key, value in legacy.items():
        if value:
            raise invalid_form(
                key,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
    count = sum(1 for _ in walk(components))
    if count > V2_COMPONENTS_MAX:
        raise invalid_form(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"{count} components of at most {V2_COMPONENTS_MAX}",
        )
    length = sum(len(c["content"]) for c in walk(components) if c["type"] == TEXT_DISPLAY)
    if length > V2_TEXT_MAX:
        raise invalid_form(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"{length} characters of displayable text of at most {V2_TEXT_MAX}",
        )


def _check_classic(content: str, embeds: Any, components: Any) -> None:
    if len(content) > CONTENT_MAX:
        message = f"Must be {CONTENT_MAX} or fewer in length (is {len(content)})."
        raise invalid_form("content", "BASE_TYPE_MAX_LENGTH", message)
    if len(components) > 5:
        raise invalid_form("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 rows.")
    for index, component in enumerate(components):
        if component["type"] != ROW:
            message = f"type {component['type']} needs MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form(f"components.{index}", "UNION_TYPE_CHOICES", message)
    length = sum(len(line) for embed in embeds for line in embed_lines(embed))
    if length > EMBED_TEXT_MAX:
        message = f"Embed size {length} exceeds maximum size of {EMBED_TEXT_MAX}"
        raise invalid_form("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)


def _check_components(components: Any) -> None:
    check_custom_ids(components)
    for component in walk(components):
        kind = component["type"]
        if kind == ROW:
            _check_row(component["components"])
        elif kind == BUTTON:
            _check_button(component)
        elif kind == 3:
            _check_string_select(component)


def _check_row(inner: list[Json]) -> None:
    has_select = any(component["type"] in SELECTS for component in inner)
    if has_select and len(inner) > 1:
        message = "A select takes a whole row."
        raise invalid_form("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _check_button(button: Json) -> None:
    custom_id, url, style = button.get("custom_id"), button.get("url"), button["style"]
    if style == LINK_STYLE and (not url or custom_id):
        message = "A link button has a url and no custom_id."
        raise invalid_form("components", "BUTTON_COMPONENT_URL_REQUIRED", message)
    if style not in (LINK_STYLE, PREMIUM_STYLE) and (url or not custom_id):
        message = "A button that is no link has a custom_id and no url."
        raise invalid_form("components", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message)
    if style != PREMIUM_STYLE and not (button.get("label") or button.get("emoji")):
        message = "A button has a label or an emoji."
        raise invalid_form("components", "BUTTON_COMPONENT_LABEL_REQUIRED", message)


def _check_string_select(select: Json) -> None:
    values = [option["value"] for option in select["options"]]
    if len(set(values)) < len(values):
        message = "The specified option value is already used."
        raise invalid_form("components", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
    most = 1 if select.get("max_values") is None else select["max_values"]
    least = 1 if select.get("min_values") is None else select["min_values"]
    if not least <= most <= len(values):
        message = f"min_values {least}, max_values {most}, {len(values)} options"
        raise invalid_form("components", "SELECT_COMPONENT_MAX_VALUES_MORE_THAN_OPTIONS", message)


def _mentioned(pattern: re.Pattern[str], text: str, parsed: bool, listed: Any) -> tuple[int, ...]:
    found = dict.fromkeys(int(match) for match in pattern.findall(text))
    allowed = {int(i) for i in listed or ()}
    return tuple(i for i in found if parsed or i in allowed)


def _pingable(guild: Guild | None, role_id: int, may_all: bool) -> bool:
    role = guild.roles.get(role_id) if guild else None
    return role is not None and (role.mentionable or may_all)


def _answered_embed(embed: Json) -> Json:
    kept = {key: value for key, value in embed.items() if value is not None}
    kept["type"] = "rich"
    if "fields" in kept:
        kept["fields"] = [{"inline": False, **entry} for entry in kept["fields"]]
    return kept


def _answered_components(components: Any) -> list[Json]:
    """Components as Discord gives them back: numbered, with defaults, without nulls."""
    answered: list[Json] = deepcopy(list(components))
    taken = {component["id"] for component in walk(answered) if component.get("id")}
    number = 0
    for component in list(walk(answered)):
        if not component.get("id"):
            number += 1
            while number in taken:
                number += 1
            component["id"] = number
        _complete(component)
    return answered


def _complete(component: Json) -> None:
    for key in [key for key, value in component.items() if value is None]:
        del component[key]
    component.pop("required", None)
    match component["type"]:
        case 3 | 5 | 6 | 7 | 8:
            component.setdefault("min_values", 1)
            component.setdefault("max_values", 1)
            for option in component.get("options", ()):
                for key in [key for key, value in option.items() if value is None]:
                    del option[key]
        case 11:
            _complete_media(component, "media")
        case 12:
            for item in component["items"]:
                _complete_media(item, "media")
        case 13:
            _complete_media(component, "file")
            component.pop("description", None)
            component.update(name=component["file"]["url"].rpartition("/")[2], size=None)
        case 14:
            component.setdefault("spacing", 1)
            component.setdefault("divider", True)
        case 17:
            component.setdefault("accent_color", None)
            component.setdefault("spoiler", False)


def _complete_media(holder: Json, key: str) -> None:
    url = holder[key]["url"]
    holder[key] = {"id": "1", "url": url, "proxy_url": url}
    holder.setdefault("description", None)
    holder.setdefault("spoiler", False)
