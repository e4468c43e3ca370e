"""What was found, in words for a terminal: numbers, times and lists as the language writes them.

Text from outside stays on one line, without what a terminal would obey.
"""

from datetime import datetime, timedelta
from pathlib import Path

from babel.numbers import format_decimal

from bot.errors import Fault
from bot.i18n import Texts

_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60))


class Wording:
    """Says faults in one locale."""

    def __init__(self, texts: Texts, locale: str) -> None:
        self._texts = texts
        self._locale = texts.pick(locale)

    def say(self, fault: Fault) -> str:
        """A fault in a sentence. Arguments may be faults, times, spans, lists of any of these."""
        words = {name: self._word(value) for name, value in fault.arguments.items()}
        n = fault.arguments.get("count")
        return self._texts.get(self._locale, fault.key, n if isinstance(n, int) else None, **words)

    def get(self, key: str, n: int | None = None, **arguments: object) -> str:
        """A sentence by its key."""
        return self._texts.get(self._locale, key, n, **arguments)

    def _word(self, value: object) -> object:
        match value:
            case Fault():
                return self.say(value)
            case tuple():
                return ", ".join(str(self._word(each)) for each in value)
            case datetime():
                day = self._texts.day(self._locale, value.date())
                return self.get("doctor.moment", day=day, time=f"{value:%H:%M}")
            case timedelta():
                return self._span(value)
            case float():
                return format_decimal(round(value, 1), locale=self._locale)
            case str() | Path():
                return harmless(str(value))
            case _:
                return value

    def _span(self, span: timedelta) -> str:
        seconds = max(0, int(span.total_seconds()))
        for unit, length in _UNITS:
            if seconds >= 2 * length:
                return self.get(f"doctor.span.{unit}", seconds // length)
        return self.get("doctor.span.seconds", seconds)


def harmless(text: str) -> str:
    """`text` on one line, without what a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
