"""The demo's page as HTML: one template, filled on the server with the sentences of a language.

Nothing of a visitor and nothing of the story goes into it; those come as data, and as text.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bot.app import DATA
from bot.i18n import FALLBACK, Texts

TEMPLATE = Path(__file__).parent / "static" / "page.html"
OWN = "demo_page."
_PLACE = re.compile(r"\{\{([a-z_.]+)\}\}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The template and the sentences of all languages, of which the page offers some."""

    template: str
    texts: Texts
    languages: tuple[str, ...]

    def render(self, language: str) -> str:
        """The page in one language."""
        made = {
            "page.language": language,
            "page.languages": self._languages(language),
            "page.sentences": self._sentences(language),
        }

        def fill(place: re.Match[str]) -> str:
            key = place[1]
            return made[key] if key in made else escape(self.say(language, key))

        return _PLACE.sub(fill, self.template)

    def say(self, language: str, key: str) -> str:
        """A sentence of the page."""
        return self.texts.get(language, key)

    def pick(self, wanted: str) -> str:
        """The language that fits an Accept-Language header (or one tag) best."""
        for tag in _by_preference(wanted):
            language = tag.split("-")[0].casefold()
            if language in self.languages:
                return language
        return self.languages[0]

    def _languages(self, chosen: str) -> str:
        return "".join(self._switch(each, chosen == each) for each in self.languages)

    def _switch(self, language: str, chosen: bool) -> str:
        current = ' aria-current="true"' if chosen else ""
        name = escape(self.say(language, "demo_page.language"))
        tag = f'href="?lang={language}" hreflang="{language}" lang="{language}"'
        return f"<a {tag}{current}>{name}</a>"

    def _sentences(self, language: str) -> str:
        said = json.dumps(self._own(language), ensure_ascii=False)
        return said.replace("<", "\\u003c")  # no sentence may end the element it stands in

    def _own(self, language: str) -> Mapping[str, tuple[str, ...]]:
        every = {**self.texts.sentences[FALLBACK], **self.texts.sentences[language]}
        return {key: forms for key, forms in every.items() if key.startswith(OWN)}


def open_sheet(languages: tuple[str, ...], texts: Texts | None = None) -> Sheet:
    """Read the template, and the sentences where they are not at hand."""
    known = texts or Texts.load(DATA / "locales")
    return Sheet(TEMPLATE.read_text("utf-8"), known, languages)


def _by_preference(header: str) -> list[str]:
    """The tags of an Accept-Language header, the most wanted first; what is no tag is left out."""
    found: list[tuple[float, str]] = []
    for part in header[:1000].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            found.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(found, key=lambda each: -each[0]) if weight > 0]
