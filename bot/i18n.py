"""Sentences for people, by locale: keys and arguments in, text out. Plurals and dates by Babel.

Reads `data/locales/<locale>/*.po` once. The locale is always an argument, never a global.
A key without a sentence is a bug and raises; an incomplete locale falls back to English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import PoFileError, read_po

from bot.errors import BadCatalogue, Fault

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences of all locales."""

    sentences: Mapping[str, Mapping[str, tuple[str, ...]]]

    @classmethod
    def load(cls, folder: Path) -> "Texts":
        """Read every `.po` below `folder`. Raises `BadCatalogue` naming file and key."""
        sentences: dict[str, dict[str, tuple[str, ...]]] = {}
        faults: list[Fault] = []
        for path in sorted(folder.glob("*/*.po")):
            found = sentences.setdefault(path.parent.name, {})
            for key, forms in _read(path, path.parent.name, faults):
                if key in found:
                    faults.append(Fault("catalogue.fault.twice", file=_name(path), key=key))
                found[key] = forms
        if FALLBACK not in sentences:
            faults.append(Fault("catalogue.fault.no_locale", file=str(folder.name), key=FALLBACK))
        if faults:
            raise BadCatalogue(tuple(faults))
        return cls(sentences)

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales there are sentences for."""
        return tuple(self.sentences)

    def pick(self, wanted: str | None) -> str:
        """The best locale for a tag such as `en-GB` or `fr`; English where there is none."""
        language = (wanted or FALLBACK).replace("_", "-").split("-")[0].casefold()
        return language if language in self.sentences else FALLBACK

    def get(self, locale: str, key: str, /, n: int | None = None, **arguments: object) -> str:
        """The sentence of `key`; `n` chooses the plural form and is an argument too."""
        language = self.pick(locale)
        forms = self.sentences[language].get(key) or self.sentences[FALLBACK].get(key)
        if forms is None:
            raise KeyError(f"no sentence for {key!r}")
        if n is None:
            return forms[0].format_map(arguments) if arguments else forms[0].format()
        index = _plural(language, n) if len(forms) > 1 else 0
        return forms[min(index, len(forms) - 1)].format_map({"n": n, **arguments})

    def find(self, locale: str, key: str) -> str | None:
        """The sentence of `key` in just this locale."""
        forms = self.sentences.get(locale, {}).get(key)
        return forms[0] if forms else None

    def has(self, key: str) -> bool:
        """Whether there is a sentence for `key`."""
        return key in self.sentences[FALLBACK]

    def fault(self, locale: str, fault: Fault) -> str:
        """What went wrong, in words; faults among the arguments are told in words too."""
        arguments = {
            name: self.fault(locale, value) if isinstance(value, Fault) else value
            for name, value in fault.arguments.items()
        }
        n = arguments.get("count")
        return self.get(locale, fault.key, n if isinstance(n, int) else None, **arguments)

    def day(self, locale: str, on: date) -> str:
        """A date in words with its year: `31 August 2017`, `jeudi 31 août 2017`."""
        pattern = {"en": "EEEE d MMMM y", "fr": "EEEE d MMMM y"}.get(self.pick(locale), "full")
        words = format_date(on, pattern, locale=Locale.parse(self.pick(locale)))
        if self.pick(locale) == "fr" and on.day == 1:
            return words.replace(" 1 ", " 1er ", 1)  # CLDR writes "1 septembre"; people do not
        return words

    def language(self, locale: str, code: str) -> str:
        """The name of a language: `cs` is Czech, or tchèque; the code where nobody has a name."""
        return str(Locale.parse(self.pick(locale)).languages.get(code, code))

    def month(self, locale: str, on: date) -> str:
        """A month in words with its year: `August 2017`."""
        return format_date(on, "LLLL y", locale=Locale.parse(self.pick(locale)))


def _read(path: Path, locale: str, faults: list[Fault]) -> Iterable[tuple[str, tuple[str, ...]]]:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale, abort_invalid=True)
    except (OSError, PoFileError, ValueError) as error:
        faults.append(
            Fault("catalogue.fault.unreadable", file=_name(path), key="-", detail=str(error))
        )
        return
    for message in catalogue:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple | list) else message.id
        forms = (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        if not all(forms):
            faults.append(Fault("catalogue.fault.empty", file=_name(path), key=key))
        yield key, forms


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _plural(language: str, n: int) -> int:
    category = Locale.parse(language).plural_form(n)
    return 0 if category == "one" else 1
