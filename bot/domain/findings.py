"""What an examination finds: a grade, what is so, and how to mend it; words as keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import Fault


class Grade(StrEnum):
    """How grave it is. Only a fault makes an examination fail."""

    OK = "ok"
    NOTE = "note"  # worth knowing, or not looked at
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend`: what to do about it; `facts`: what was found, for
    programs and tables."""

    grade: Grade
    said: Fault
    mend: Fault | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def ok(key: str, **arguments: object) -> Finding:
    """All is as it should be."""
    return Finding(Grade.OK, Fault(key, **arguments))


def note(key: str, mend: str | None = None, **arguments: object) -> Finding:
    """Worth knowing."""
    return _finding(Grade.NOTE, key, mend, arguments)


def warning(key: str, mend: str | None = None, **arguments: object) -> Finding:
    """Not as it should be, but the bot can do its work."""
    return _finding(Grade.WARNING, key, mend, arguments)


def fault(key: str, mend: str | None = None, **arguments: object) -> Finding:
    """Somebody has to do something, or makers are not warned."""
    return _finding(Grade.FAULT, key, mend, arguments)


def _finding(grade: Grade, key: str, mend: str | None, arguments: dict[str, object]) -> Finding:
    return Finding(grade, Fault(key, **arguments), Fault(mend, **arguments) if mend else None)
