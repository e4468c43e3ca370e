"""Which language a text is in, by its most frequent words. Refuses to guess from too few."""

import re
from collections import Counter

UNKNOWN = "und"
"""The language of a text that none of the lists recognises."""

_READ = 4000
_ENOUGH = 2
_WORD = re.compile(r"[^\W\d_]+")

_FREQUENT = {
    "en": "the and of to in is that for on with your we you are this will our be have from it",
    "fr": "le les des du et est une dans pour vous nous votre sur avec qui au aux ce la à",
    "de": "der die das und ist nicht wir sie mit auf für ein eine zu den von im ihr sind werden",
    "es": "el los las y es una para con por que del su en nuestra nuestros tu se al más la",
    "it": "il gli di che è una per con del della sono nel i al alla non si dei anche la",
    "pt": "o os as e é uma para com do da em não que no na dos seu sua ao você",
    "nl": "de het een en van is op voor met niet zijn je wij we dat te worden uw bij aan",
}
_LANGUAGES = {
    word: tuple(language for language, words in _FREQUENT.items() if word in words.split())
    for word in " ".join(_FREQUENT.values()).split()
}


def guess_language(text: str) -> str:
    """The two-letter code, or `und`. Looks at the first few thousand characters only."""
    counts: Counter[str] = Counter()
    for word in _WORD.findall(text[:_READ].lower()):
        for language in _LANGUAGES.get(word, ()):
            counts[language] += 1
    if not counts:
        return UNKNOWN
    language, count = counts.most_common(1)[0]
    return language if count >= _ENOUGH else UNKNOWN
