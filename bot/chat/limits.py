"""Discord's limits as a budget: what matters most is written first, what is left is cut at a word.

Refuses to cut what must stay whole: a block's least is set aside before anything else is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

TEXT_MAX = 4_000
"""Characters in all text displays of one message (docs: components/reference)."""

COMPONENTS_MAX = 40
"""Components of one message, nested ones included."""

LABEL_MAX = 80
"""Characters of a button's label."""

_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a card. `rank` 0 is written first, `write` says it in the room that is given.

    `least` characters are set aside for it whatever comes before. `write` returns at most as many
    characters as it is given, and something whole whenever it is given `least` or more.
    """

    rank: int
    write: Callable[[int], str]
    least: int = 0


def whole(rank: int, text: str) -> Block:
    """A block that is always there: never cut, never left out."""
    return Block(rank, lambda _room: text, len(text))


def if_room(rank: int, text: str) -> Block:
    """A block that is there whole or not at all."""
    return Block(rank, lambda room: text if len(text) <= room else "")


def spend(budget: int, blocks: Sequence[Block]) -> tuple[str, ...]:
    """The text of each block, in the order given, all together at most `budget` characters.

    Raises ValueError where what must be there exceeds the budget.
    """
    set_aside = sum(block.least for block in blocks)
    if set_aside > budget:
        raise ValueError(f"{set_aside} characters must be said in {budget}")
    written = [""] * len(blocks)
    left = budget
    for index, block in sorted(enumerate(blocks), key=lambda pair: (pair[1].rank, pair[0])):
        set_aside -= block.least
        written[index] = block.write(left - set_aside)
        left -= len(written[index])
    return tuple(written)


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut behind a word and ended with an ellipsis."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    head = text[: limit - 1]
    if not text[limit - 1].isspace():
        space = head.rfind(" ")
        head = head[:space] if space >= limit // 2 else head
    return head.rstrip(" ,;:.–-") + _ELLIPSIS


def label(text: str) -> str:
    """A button's label within Discord's limit."""
    return cut(text, LABEL_MAX)
