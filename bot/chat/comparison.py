"""What changed on a page, in its own words, for the alert and the review card.

Refuses to call the rest of the page unchanged where sentences were left out: it counts them.
"""

from bot.chat import escape
from bot.chat.dates import lines_block
from bot.chat.limits import Block
from bot.chat.words import Words, name
from bot.domain.pages import Comparison

QUOTE_MAX = 180
"""Characters of a sentence of the page."""

MOVED_MAX = 6
SENTENCES_MAX = 4
"""So many numbers, and so many new and gone sentences, are shown."""


def comparison_blocks(words: Words, comparison: Comparison | None, rank: int) -> list[Block]:
    """The numbers that moved, then what is new, then what is gone; nothing where there is none."""
    if comparison is None or not (
        comparison.moved or comparison.only_added or comparison.only_removed
    ):
        return []
    on = words.dates.day(comparison.since)
    head = [words("alert.change.head"), words("alert.change.since", on=on)]
    lines = [
        words(
            "alert.change.moved",
            before=escape.inline(each.before, 40),
            after=escape.inline(each.after, 40),
            quote=escape.inline(each.quote, QUOTE_MAX),
        )
        for each in comparison.moved[:MOVED_MAX]
    ]
    lines += _said(words, "alert.change.added", comparison.only_added)
    lines += _said(words, "alert.change.removed", comparison.only_removed)
    if comparison.unchanged:
        texts = ", ".join(_text(words, each) for each in comparison.unchanged)
        head.append(words("alert.change.unchanged", texts=texts))
    return [lines_block(rank, "\n".join(head), lines, lambda n: words("alert.change.more", n))]


def _text(words: Words, language_or_name: str) -> str:
    """`English` for `en`; a page's own name as it is."""
    if len(language_or_name) in (2, 5) and language_or_name[:2].islower():
        return words.language(language_or_name)
    return name(language_or_name)


def _said(words: Words, key: str, sentences: tuple[str, ...]) -> list[str]:
    return [words(key, quote=escape.inline(each, QUOTE_MAX)) for each in sentences[:SENTENCES_MAX]]
