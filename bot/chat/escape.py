"""Makes text from outside harmless in Discord: it stays readable and can do nothing.

Refuses mentions, links, formatting, custom emoji, timestamps, line breaks, bidirectional and
invisible characters. A link is shown only through `address`, and only if it is plainly http(s).
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from bot.chat.limits import cut
from bot.errors import Fault

ADDRESS_MAX = 1_200
"""The longest address shown whole. A longer one is shown without what follows the `?`."""

BUTTON_ADDRESS_MAX = 512
"""The longest address that a link button takes (Discord's limit)."""

_ZERO_WIDTH_SPACE = "\u200b"
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0e\U000e0100-\U000e01ef]")
_PILED_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_ACTIVE = re.compile(
    r"(?P<angle><)"
    r"|(?P<everyone>@(?=everyone|here))"
    r"|(?P<scheme>(?<=[A-Za-z0-9]):(?=//))"
    r"|(?P<invite>(?<=[A-Za-z])\.(?=(?:gg|com/invite)/))"
    r"|(?P<list>^[0-9]{1,9}[.)])"
    r"|(?P<start>^[#\-+])"
    r"|(?P<mark>[\\*_~`|\[\]>])",
    re.IGNORECASE,
)


def inline(text: str, limit: int) -> str:
    """`text` as one harmless line of at most `limit` characters, cut at a word with an ellipsis.

    Sources: discord.com/developers/docs/reference#message-formatting, and Discord's Markdown,
    where a backslash takes the meaning of any punctuation mark.
    """
    plain = cut(clean(text, 4 * limit + 64), limit)
    escaped = _ACTIVE.sub(_disarm, plain)
    room = limit
    while len(escaped) > limit:
        room -= max(1, (len(escaped) - limit) // 3)
        escaped = _ACTIVE.sub(_disarm, cut(plain, room))
    return escaped


def fault(found: Fault) -> Fault:
    """The fault with what people or sources wrote made harmless; a `role` is ours to mention."""
    arguments: dict[str, object] = {}
    for name, value in found.arguments.items():
        if isinstance(value, Fault):
            arguments[name] = fault(value)
        elif isinstance(value, str) and name != "role":
            arguments[name] = inline(value, 200)
        else:
            arguments[name] = value
    return Fault(found.key, **arguments)


def clean(text: str, limit: int) -> str:
    """`text` on one line without what cannot be seen, at most `limit` characters of it."""
    line = " ".join(text.split())[: 2 * limit]
    seen = "".join(
        " " if char == "\u2800" else char
        for char in _SELECTORS.sub("", line)
        if char == "\u2800" or not _is_unseen(char)
    )
    return " ".join(_PILED_MARKS.sub(r"\1", seen).split())[:limit].strip()


def shown_address(url: str) -> str:
    """`url` as a link, else as words that are none, in at most 200 characters."""
    return address(url) or inline(url, 200)


def address(url: str | None) -> str | None:
    """`url` as it may stand in a message, percent-encoded; None where it must not be shown.

    Refuses other schemes than http(s), names and passwords in it, and hosts that cannot exist.
    """
    parts = _split(url)
    if parts is None:
        return None
    scheme, host, path, query, fragment = parts
    candidates = (
        (scheme, host, path, query, fragment),
        (scheme, host, path, "", ""),
        (scheme, host, "/", "", ""),
    )
    shown = (_at_rest(urlunsplit(each)) for each in candidates)
    return next((each for each in shown if len(each) <= ADDRESS_MAX), None)


def button_address(url: str | None) -> str | None:
    """The same for a link button; None where it would be too long or point elsewhere."""
    whole = address(url)
    if whole is None or len(whole) > BUTTON_ADDRESS_MAX:
        return None
    return whole


def host(url: str | None) -> str | None:
    """The host of `url` without `www.`, harmless; None where it must not be shown."""
    parts = _split(url)
    return inline(parts[1].removeprefix("www."), 80) if parts else None


def _disarm(match: re.Match[str]) -> str:
    found = match[0]
    match match.lastgroup:
        case "angle":
            return "\\<" + _ZERO_WIDTH_SPACE
        case "everyone":
            return "@" + _ZERO_WIDTH_SPACE
        case "list":
            return f"{found[:-1]}\\{found[-1]}"
        case _:
            return "\\" + found


def _is_unseen(char: str) -> bool:
    return char in _BLANK_LETTERS or unicodedata.category(char) in _UNSEEN


def _split(url: str | None) -> tuple[str, str, str, str, str] | None:
    if not url or any(char.isspace() or _is_unseen(char) for char in url.strip()):
        return None
    try:
        parts = urlsplit(url.strip())
        name, port = parts.hostname, parts.port
        ascii_name = _ascii_host(name or "")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not ascii_name:
        return None
    place = f"{ascii_name}:{port}" if port else ascii_name
    return (
        parts.scheme,
        place,
        quote(parts.path, safe="/%:@!$&'+,;=-._"),
        quote(parts.query, safe="/%:@!$&'+,;=?-._"),
        quote(parts.fragment, safe="/%:@!$&'+,;=?-._"),
    )


def _ascii_host(name: str) -> str | None:
    if re.fullmatch(r"[0-9a-f:.]+", name) and ":" in name:
        return f"[{name}]"
    encoded = name.encode("idna").decode("ascii").lower()
    return encoded if re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?", encoded) else None


def _at_rest(url: str) -> str:
    """Without a mention in it, and ending in a character that Discord takes for part of it."""
    quiet = re.sub(r"@(?=everyone|here)", "%40", url, flags=re.IGNORECASE)
    return re.sub(r"[.,:;'!]$", lambda last: f"%{ord(last[0]):02X}", quiet.replace("~", "%7E"))
