"""Finds the button or menu a member means, and fills in a modal as a member would.

What a member could not click or enter is a MisuseError of the test.
"""

from collections.abc import Mapping
from typing import Any

from .errors import MisuseError
from .options import Resolved
from .state import Json, Message, walk

BUTTON, STRING_SELECT = 2, 3
SELECTS = {5: "user", 6: "role", 7: "mentionable", 8: "channel"}
LINK_STYLE = 5


def button(message: Message, custom_id: str | None, label: str | None) -> Json:
    """The enabled button with this `custom_id` or label."""
    buttons = [c for c in walk(message.components) if c["type"] == BUTTON]
    found = [b for b in buttons if _meant(b, custom_id, label)]
    shown = [(b.get("label"), b.get("custom_id")) for b in buttons]
    if len(found) != 1:
        raise MisuseError(f"{len(found)} buttons are {custom_id or label!r}; there are {shown}")
    if found[0].get("disabled"):
        raise MisuseError(f"the button {custom_id or label!r} is disabled")
    if found[0]["style"] == LINK_STYLE:
        raise MisuseError(f"the button {custom_id or label!r} is a link: {found[0]['url']}")
    return found[0]


def menu(message: Message, custom_id: str | None) -> Json:
    """The select menu with this `custom_id`, or the only one."""
    menus = [c for c in walk(message.components) if c["type"] in (STRING_SELECT, *SELECTS)]
    found = [m for m in menus if custom_id is None or m["custom_id"] == custom_id]
    if len(found) != 1:
        shown = [m["custom_id"] for m in menus]
        raise MisuseError(f"{len(found)} menus are {custom_id!r}; there are {shown}")
    if found[0].get("disabled"):
        raise MisuseError(f"the menu {custom_id!r} is disabled")
    return found[0]


def chosen(menu: Json, values: Any, resolved: Resolved) -> list[str]:
    """The values a member selects: option values or labels, or objects of the stand-in."""
    listed = list(values) if isinstance(values, list | tuple) else [values]
    least = 1 if menu.get("min_values") is None else menu["min_values"]
    most = 1 if menu.get("max_values") is None else menu["max_values"]
    if not least <= len(listed) <= most:
        raise MisuseError(f"{len(listed)} values chosen; the menu takes {least} to {most}")
    if menu["type"] != STRING_SELECT:
        kind = SELECTS[menu["type"]]
        if kind == "channel":
            return [resolved.channel(value, menu.get("channel_types")) for value in listed]
        resolve = {"user": resolved.user, "role": resolved.role}.get(kind, resolved.mentionable)
        return [resolve(value) for value in listed]
    return [_option(menu, value) for value in listed]


def submitted(modal: Json, values: Mapping[str, Any], resolved: Resolved) -> list[Json]:
    """The components of a modal's submission; `values` by `custom_id` or label."""
    left = dict(values)
    components = [_submitted(component, left, resolved) for component in modal["components"]]
    if left:
        fields = [c.get("custom_id") for c in walk(modal["components"]) if c.get("custom_id")]
        raise MisuseError(f"the modal has no fields {sorted(left)}; there are {fields}")
    return components


def _meant(component: Json, custom_id: str | None, label: str | None) -> bool:
    if custom_id is not None:
        return component.get("custom_id") == custom_id
    return label is not None and component.get("label") == label


def _option(menu: Json, value: Any) -> str:
    for option in menu["options"]:
        if value in (option["value"], option["label"]):
            return str(option["value"])
    offered = [option["value"] for option in menu["options"]]
    raise MisuseError(f"the menu offers {offered}, not {value!r}")


def _submitted(component: Json, left: dict[str, Any], resolved: Resolved) -> Json:
    answer: Json = {"type": component["type"], "id": component["id"]}
    match component["type"]:
        case 1:
            fields = [(field, field.get("label")) for field in component["components"]]
            answer["components"] = [_field(f, label, left, resolved) for f, label in fields]
        case 18:
            answer["component"] = _field(component["component"], component["label"], left, resolved)
    return answer


def _field(field: Json, label: str | None, left: dict[str, Any], resolved: Resolved) -> Json:
    custom_id = field["custom_id"]
    given = left.pop(custom_id, None) if custom_id in left else left.pop(label or "", None)
    answer: Json = {"type": field["type"], "id": field["id"], "custom_id": custom_id}
    match field["type"]:
        case 4:
            return {**answer, "value": _text(field, given)}
        case 3 | 5 | 6 | 7 | 8:
            return {**answer, "values": _selection(field, given, resolved)}
        case 19:
            files = given or []
            return {**answer, "values": [resolved.attachment(file) for file in files]}
        case 21:
            return {**answer, "value": given}
        case 22:
            return {**answer, "values": list(given or ())}
        case 23:
            return {**answer, "value": bool(given)}
        case kind:
            raise MisuseError(f"a modal field of type {kind} cannot be filled in here")


def _text(field: Json, given: Any) -> str:
    text = field.get("value") or "" if given is None else str(given)
    needed = field.get("required") is not False
    if needed and not text:
        raise MisuseError(f"the field {field['custom_id']!r} must be filled in")
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if text and not least <= len(text) <= most:
        raise MisuseError(
            f"the field {field['custom_id']!r} takes {least} to {most} characters, not {len(text)}"
        )
    return text


def _selection(field: Json, given: Any, resolved: Resolved) -> list[str]:
    if given is None or given == []:
        if field.get("required") is not False:
            raise MisuseError(f"the field {field['custom_id']!r} needs a choice")
        return []
    return chosen(field, given, resolved)
