"""Operational errors: what a person, a source or Discord can cause.

Each carries a message key and arguments and is translated where people read it. Anything else that
is raised is a bug and is reported with a reference.
"""


class Fault(Exception):
    """An operational error. `key` names a sentence in `data/locales`; `arguments` fill it."""

    def __init__(self, key: str, /, **arguments: object) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.key}({details})"


class BadSetting(Fault):
    """Settings that cannot be used. `faults` lists every one of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("settings.faults", count=len(faults))
        self.faults = faults


class BadCatalogue(Fault):
    """Files in `data/` that cannot be used. `faults` lists every one with file and key."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("catalogue.faults", count=len(faults))
        self.faults = faults


class DatabaseFault(Fault):
    """The database cannot be opened, read or written."""


class SourceFault(Fault):
    """An address that cannot be watched: forbidden, unreadable, or no feed."""


class Refused(Fault):
    """A request that cannot be carried out as asked; the sentence says what to do."""


class DiscordFault(Fault):
    """Discord cannot be reached or refuses the bot as a whole."""
