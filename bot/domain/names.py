"""How names are compared: folded case, accents and spaces. Refuses to guess: no fuzzy matching."""

import re
import unicodedata

_FOREIGN = re.compile(r"[^\x00-\x7f]+")


UNNAMED = "?"
"""Stands for the name of a platform that nobody could read; told in words at the edge."""


def fold(text: str) -> str:
    """Lower case without accents, with single spaces: `"  Étsy  FR"` → `"etsy fr"`."""
    if not text.isascii():
        text = _FOREIGN.sub(_without_marks, unicodedata.normalize("NFKD", text))
    return " ".join(text.casefold().split())


def platform_key(name: str) -> str:
    """The key under which a platform name is stored: free names match exactly after folding."""
    return re.sub(r"[^\w]+", "-", fold(name)).strip("-") or fold(name)


def _without_marks(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if not unicodedata.combining(char))
