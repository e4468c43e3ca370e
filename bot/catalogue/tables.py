"""Reads one TOML file with every fault remembered instead of the first one raised.

Whoever reads asks a `Table` for each key it knows; what was never asked for is an unknown key.
Refuses silently wrong types: an answer after a fault is a placeholder, and its file is dropped.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeGuard, TypeVar
from urllib.parse import urlsplit

from bot.errors import BadCatalogue, Fault

Choice = TypeVar("Choice", bound=StrEnum)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""How files and ids are named: small letters, digits and single hyphens."""

_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(slots=True)
class Table:
    """One TOML table and the faults found in its file. `path` leads to it within the file."""

    file: str
    values: dict[str, object]
    faults: list[Fault]
    path: str = ""
    asked: set[str] = field(default_factory=set)

    def fault(self, name: str, key: str, **arguments: object) -> None:
        """Remember that `key` is wrong; `name` is the last part of the sentence's key."""
        self.faults.append(
            Fault(f"catalogue.fault.{name}", file=self.file, key=self.path + key, **arguments)
        )

    def text(self, key: str) -> str:
        """A text that must be there and say something."""
        found = self.find_text(key)
        if found is None and key not in self.values:
            self.fault("missing", key)
        return found or ""

    def find_text(self, key: str) -> str | None:
        """A text that may be missing, but not be empty."""
        value = self._ask(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._expect(key, "text")
            return None
        if not value.strip():
            self.fault("empty", key)
            return None
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is missing."""
        value = self._ask(key)
        if value is None:
            return ()
        if not _are_texts(value):
            self._expect(key, "texts")
            return ()
        if not all(item.strip() for item in value):
            self.fault("empty", key)
        return tuple(item.strip() for item in value)

    def languages(self, key: str) -> tuple[str, ...]:
        """Two-letter language codes, at least one."""
        found = self.texts(key)
        if not found:
            self._missing_unless_faulty(key)
        for code in found:
            if not _LANGUAGE.fullmatch(code):
                self.fault("language", key, value=code)
        return found

    def language(self, key: str) -> str:
        """One two-letter language code."""
        code = self.text(key)
        if code and not _LANGUAGE.fullmatch(code):
            self.fault("language", key, value=code)
        return code

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number from 0; a missing one is a fault where there is no default."""
        value = self._ask(key)
        if value is None and default is not None:
            return default
        if value is None:
            self._missing_unless_faulty(key)
        elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._expect(key, "number")
        else:
            return value
        return 0

    def decimal(self, key: str) -> float:
        """A number, above 0 or below, that must be there."""
        value = self._ask(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if value is None:
            self._missing_unless_faulty(key)
        else:
            self._expect(key, "decimal")
        return 0.0

    def choice(self, key: str, known: type[Choice]) -> Choice:
        """One of the words of an enumeration."""
        word = self.text(key)
        return self._choose(key, word, known) if word else next(iter(known))

    def choices(self, key: str, known: type[Choice]) -> tuple[Choice, ...]:
        """Several words of an enumeration; empty where the key is missing."""
        return tuple(self._choose(key, word, known) for word in self.texts(key))

    def choice_groups(self, key: str, known: type[Choice]) -> tuple[tuple[Choice, ...], ...]:
        """A list of lists of such words; empty where the key is missing."""
        value = self._ask(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(map(_are_texts, value)):
            self._expect(key, "groups")
            return ()
        return tuple(tuple(self._choose(key, word, known) for word in group) for group in value)

    def day(self, key: str) -> date | None:
        """A date as TOML writes it (2017-07-03, without quotation marks), or nothing."""
        value = self._ask(key)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.fault("date", key, value=str(value))
            return None
        return value

    def address(self, key: str) -> str:
        """A whole http or https address."""
        found = self.text(key)
        if found and not _is_address(found):
            self.fault("address", key, value=found)
        return found

    def table(self, key: str) -> "Table":
        """A table within this one; an empty one where it is missing, which is a fault."""
        value = self._ask(key)
        if value is None:
            self._missing_unless_faulty(key)
        elif not isinstance(value, dict):
            self._expect(key, "table")
        else:
            return Table(self.file, value, self.faults, f"{self.path}{key}.")
        return Table(self.file, {}, [], f"{self.path}{key}.")

    def wording(self, key: str, languages: Iterable[str], longest: int) -> dict[str, str]:
        """The same said in each of `languages`, in at most `longest` characters each."""
        words = self.table(key)
        said = {language: words.text(language) for language in languages}
        words.done()
        for language, text in said.items():
            if len(text) > longest:
                words.fault("too_long", language, length=len(text), longest=longest)
        return said

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of a list, each with its place counted from 1 in its path."""
        value = self._ask(key)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._expect(key, "tables")
            return
        for place, item in enumerate(value, 1):
            yield Table(self.file, item, self.faults, f"{self.path}{key}[{place}].")

    def done(self) -> None:
        """Tell the keys that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                self.fault("unknown_key", key)

    def _ask(self, key: str) -> object:
        self.asked.add(key)
        return self.values.get(key)

    def _choose(self, key: str, word: str, known: type[Choice]) -> Choice:
        try:
            return known(word)
        except ValueError:
            self.fault("choice", key, value=word, choices=", ".join(known))
            return next(iter(known))

    def _expect(self, key: str, what: str) -> None:
        self.fault("type", key, expected=Fault(f"catalogue.expected.{what}"))

    def _missing_unless_faulty(self, key: str) -> None:
        if not self.values.get(key):
            self.fault("empty" if key in self.values else "missing", key)


def read_tables(folder: Path, faults: list[Fault]) -> Iterator[Table]:
    """The top table of each `*.toml` in `folder`, by name; what cannot be read becomes a fault."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        faults.append(Fault("catalogue.fault.no_files", file=folder.name, key="-"))
    for path in files:
        name = f"{folder.name}/{path.name}"
        if not SLUG.fullmatch(path.stem):
            faults.append(Fault("catalogue.fault.file_name", file=name, key="-"))
        try:
            yield Table(name, tomllib.loads(path.read_text(encoding="utf-8")), faults)
        except tomllib.TOMLDecodeError as error:
            faults.append(Fault("catalogue.fault.toml", file=name, key="-", detail=str(error)))
        except (OSError, UnicodeDecodeError) as error:
            detail = error.strerror if isinstance(error, OSError) else error.reason
            faults.append(Fault("catalogue.fault.unreadable", file=name, key="-", detail=detail))


def raise_faults(faults: list[Fault]) -> None:
    """Raise `BadCatalogue` with all of them, if there are any."""
    if faults:
        raise BadCatalogue(tuple(faults))


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = text.isprintable() and " " not in text
    return plain and port_fits and parts.scheme in ("http", "https") and bool(parts.hostname)
