"""The budget of a message: what matters most is written first, nothing exceeds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.dates import lines_block
from bot.chat.limits import Block, cut, if_room, label, spend, whole


@given(st.text(max_size=300), st.integers(0, 120))
def test_what_is_cut_fits_and_says_so(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else limit == 0 or short.endswith("…")


def test_text_is_cut_behind_a_word() -> None:
    assert cut("the shop closes in August", 15) == "the shop…"
    assert cut("the shop closes in August", 16) == "the shop closes…"


def test_a_word_longer_than_the_room_is_cut_inside() -> None:
    assert cut("Donaudampfschifffahrt", 10) == "Donaudamp…"


def test_a_label_fits_on_a_button() -> None:
    assert len(label("word " * 40)) <= 80


def test_what_ranks_first_is_written_first_whatever_its_place() -> None:
    blocks = [if_room(2, "third"), if_room(1, "second"), if_room(0, "first")]
    assert spend(11, blocks) == ("", "second", "first")


def test_room_is_set_aside_for_what_must_be_there() -> None:
    greedy = Block(0, lambda room: "x" * room)
    assert spend(10, [greedy, whole(9, "link")]) == ("xxxxxx", "link")


def test_what_must_be_said_and_cannot_is_a_bug() -> None:
    with pytest.raises(ValueError, match="must be said"):
        spend(3, [whole(0, "four")])


def test_the_lines_that_do_not_fit_are_counted() -> None:
    lines = [f"line {number}" for number in range(9)]
    block = lines_block(0, "head", lines, lambda n: f"and {n} more")
    assert block.write(1_000).count("line") == 9
    assert block.write(40).splitlines() == ["head", "line 0", "line 1", "line 2", "and 6 more"]
    assert block.write(block.least).splitlines()[:2] == ["head", "line 0"]


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.text(min_size=1, max_size=40), st.booleans()), max_size=12
    ),
    st.integers(0, 200),
)
def test_no_budget_is_exceeded_and_nothing_set_aside_is_missing(
    wanted: list[tuple[int, str, bool]], spare: int
) -> None:
    blocks = [whole(rank, text) if must else if_room(rank, text) for rank, text, must in wanted]
    budget = sum(len(text) for _, text, must in wanted if must) + spare
    written = spend(budget, blocks)
    assert sum(map(len, written)) <= budget
    assert all(said in (text, "") for said, (_, text, _) in zip(written, wanted, strict=True))
    assert all(said for said, (_, _, must) in zip(written, wanted, strict=True) if must)
