"""What a button's `custom_id` says, made and read in one place (at most 100 characters).

Ids of messages from the outbox end in the delivery's nonce, by which a lost message is found again.
The patterns serve as templates of `discord.ui.DynamicItem`; refuses ids that would be too long.
"""

import re

LENGTH_MAX = 100
"""Discord's limit (docs: components/reference)."""

_ID = r"[0-9]{1,20}"
_NONCE = r"(?P<nonce>[0-9A-Za-z.]{1,25})"
_STEP = r"[a-z0-9][a-z0-9_-]{0,59}"

CHECKLIST = re.compile(rf"checklist:(?P<alert_id>{_ID}):{_NONCE}")
PUBLISH = re.compile(rf"publish:(?P<alert_id>{_ID}):(?P<revision>{_ID}):{_NONCE}")
DISMISS = re.compile(rf"dismiss:(?P<alert_id>{_ID}):(?P<revision>{_ID}):{_NONCE}")
WHY = re.compile(rf"why:(?P<alert_id>{_ID}):{_NONCE}")
LOOK = re.compile(rf"look:(?P<alert_id>{_ID}):{_NONCE}")
SOURCE = re.compile(rf"source:(?P<watcher_id>{_ID}):{_NONCE}")
MOVED = re.compile(rf"moved:(?P<watcher_id>{_ID}):(?P<number>{_ID}):{_NONCE}")
STAYS = re.compile(rf"stays:(?P<watcher_id>{_ID}):(?P<number>{_ID}):{_NONCE}")
PLACE = re.compile(rf"place:(?P<channel_id>{_ID}):{_NONCE}")
TICK = re.compile(rf"tick:(?P<checklist_id>{_ID}):(?P<step_id>{_STEP}):(?P<page>{_ID})")
PAGE = re.compile(rf"page:(?P<checklist_id>{_ID}):(?P<page>{_ID})")
CHOOSE = re.compile(r"choose:(?P<token>[0-9a-f]{16})")

_WITH_NONCE = (CHECKLIST, PUBLISH, DISMISS, WHY, LOOK, SOURCE, MOVED, STAYS, PLACE)


def checklist(alert_id: int, nonce: str) -> str:
    """Opens the member's own checklist of an alert."""
    return _checked(CHECKLIST, f"checklist:{alert_id}:{nonce}")


def publish(alert_id: int, revision: int, nonce: str) -> str:
    """Publishes an alert as it stood at `revision`."""
    return _checked(PUBLISH, f"publish:{alert_id}:{revision}:{nonce}")


def dismiss(alert_id: int, revision: int, nonce: str) -> str:
    """Dismisses an alert as it stood at `revision`."""
    return _checked(DISMISS, f"dismiss:{alert_id}:{revision}:{nonce}")


def why(alert_id: int, nonce: str) -> str:
    """Shows why an alert exists."""
    return _checked(WHY, f"why:{alert_id}:{nonce}")


def look(alert_id: int, nonce: str) -> str:
    """Shows a moderator the review card of an alert, privately."""
    return _checked(LOOK, f"look:{alert_id}:{nonce}")


def source(watcher_id: int, nonce: str) -> str:
    """Shows what is known of a source."""
    return _checked(SOURCE, f"source:{watcher_id}:{nonce}")


def moved(watcher_id: int, number: int, nonce: str) -> str:
    """Goes along with a source to the new address that was proposed under `number`."""
    return _checked(MOVED, f"moved:{watcher_id}:{number}:{nonce}")


def stays(watcher_id: int, number: int, nonce: str) -> str:
    """Stays with the old address."""
    return _checked(STAYS, f"stays:{watcher_id}:{number}:{nonce}")


def place(channel_id: int, nonce: str) -> str:
    """Tries a channel again that could not be written to."""
    return _checked(PLACE, f"place:{channel_id}:{nonce}")


def tick(checklist_id: int, step_id: str, page: int) -> str:
    """Ticks or unticks a step and shows `page` (from 0) again."""
    return _checked(TICK, f"tick:{checklist_id}:{step_id}:{page}")


def page(checklist_id: int, number: int) -> str:
    """Turns a checklist to page `number` (from 0)."""
    return _checked(PAGE, f"page:{checklist_id}:{number}")


def choose(token: str) -> str:
    """Adds the sources that are chosen in a menu, of those that stand behind an address."""
    return _checked(CHOOSE, f"choose:{token}")


def find_nonce(custom_id: str) -> str | None:
    """The delivery's nonce in a `custom_id`, None where it carries none."""
    for pattern in _WITH_NONCE:
        if found := pattern.fullmatch(custom_id):
            return found["nonce"]
    return None


def _checked(pattern: re.Pattern[str], custom_id: str) -> str:
    if len(custom_id) > LENGTH_MAX or not pattern.fullmatch(custom_id):
        raise ValueError(f"no custom_id: {custom_id!r}")
    return custom_id
