"""How names are compared: folded case, accents and spaces. Refuses to guess: no fuzzy matching."""

import re
import unicodedata


def fold(text: str) -> str:
    """Lower case without accents, with single spaces: `"  Étsy  FR"` → `"etsy fr"`."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


def platform_key(name: str) -> str:
    """The key under which a platform name is stored: free names match exactly after folding."""
    return re.sub(r"[^\w]+", "-", fold(name)).strip("-") or fold(name)
