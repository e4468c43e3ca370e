"""What counts as a change of a page, and how it is told: pure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pages import (
    MOST_TOLD,
    AsBefore,
    Changed,
    FirstRecord,
    Moved,
    PageState,
    Unsure,
    compare,
    decide,
    has_shrunk,
    is_wording,
    meaning,
)

DAY = date(2026, 3, 2)
A, B, WAY = b"a" * 16, b"b" * 16, b"w" * 16
TERMS = (
    "A listing costs 0.20 EUR and lasts four months.\n"
    "The fee is 6.5 % of the order. It is taken at once.\n"
    "Orders are sent within 3 days.\n"
)


def test_numbers_that_moved_are_told_with_their_sentence() -> None:
    after = TERMS.replace("6.5 %", "7.2 %").replace("3 days", "5 days")
    found = compare(TERMS, after, DAY)
    assert found is not None
    assert found.moved == (
        Moved("6.5 %", "7.2 %", "The fee is 7.2 % of the order."),
        Moved("3", "5", "Orders are sent within 5 days."),
    )
    assert [each.is_money for each in found.moved] == [True, False]
    assert found.only_added == ()
    assert found.only_removed == ()


@pytest.mark.parametrize(
    ("before", "after", "figures"),
    [
        ("Frais : 6,5 % du total.", "Frais : 7,2 % du total.", {("6.5", "7.2")}),
        ("Die Gebühr beträgt 10 €.", "Die Gebühr beträgt 12 €.", {("10", "12")}),
        ("La comisión es de $1.000.", "La comisión es de $1.500.", {("1.000", "1.500")}),
        ("You pay US$0.20 each.", "You pay US$0.25 for each one.", {("0.20", "0.25")}),
        ("Fee: 5 % up to 100 EUR.", "Fee: 5 % up to 200 EUR.", {("100", "200")}),
    ],
)
def test_numbers_are_read_as_people_write_them(
    before: str, after: str, figures: set[tuple[str, str]]
) -> None:
    found = compare(before, after, DAY)
    assert found is not None
    assert found.figures == figures


def test_what_only_moved_to_another_place_is_no_change() -> None:
    lines = TERMS.splitlines()
    assert compare(TERMS, "\n".join(reversed(lines)), DAY) is None
    assert meaning(TERMS) == meaning("\n".join(reversed(lines)))


@pytest.mark.parametrize(
    "line",
    [
        "Last updated: 4 March 2026",
        "Updated 3 days ago",
        "Dernière mise à jour : 4 mars 2026",
        "Zuletzt aktualisiert am 4. März 2026",
        "Stand: 03/2026",
        "Última actualización: 4 de marzo de 2026",
        "Ultimo aggiornamento: 4 marzo 2026",
        "Laatst bijgewerkt op 4 maart 2026",
        "© 2026 Kilnfolk Ltd",
        "12 out of 30 found this helpful",
        "14 comments",
        "5 min read",
        "10:42",
    ],
)
def test_what_pages_count_or_date_anew_says_nothing(line: str) -> None:
    assert meaning(TERMS) == meaning(f"{TERMS}{line}\n")
    assert compare(TERMS, f"{TERMS}{line}\n", DAY) is None


@pytest.mark.parametrize(
    "line",
    [
        "Updated fees apply to every order from 1 May 2026" + ", in each country we sell to" * 6,
        "Sellers must verify their identity.",
        "New fee: 2 EUR",
    ],
)
def test_what_binds_sellers_says_something(line: str) -> None:
    found = compare(TERMS, f"{TERMS}{line}\n", DAY)
    assert found is not None
    assert found.added[0][:40] == line[:40]


def test_a_word_or_a_comma_is_only_wording() -> None:
    reworded = compare(TERMS, TERMS.replace("at once", "immediately"), DAY)
    assert reworded is not None
    assert is_wording(reworded)
    dearer = compare(TERMS, TERMS.replace("6.5", "7.5"), DAY)
    assert dearer is not None
    assert not is_wording(dearer)


def test_a_long_comparison_says_how_much_it_leaves_out() -> None:
    after = TERMS + "".join(f"A new rule about things of kind {'x' * n}.\n" for n in range(1, 41))
    found = compare(TERMS, after, DAY)
    assert found is not None
    assert len(found.added) == MOST_TOLD
    assert found.more == 40 - MOST_TOLD


def test_a_change_counts_when_it_is_read_twice_in_a_row() -> None:
    first = decide(None, A, A, WAY, shrunk=False)
    assert isinstance(first, FirstRecord)
    same = decide(first.state, B, A, WAY, shrunk=False)
    assert isinstance(same, AsBefore)
    once = decide(same.state, B, B, WAY, shrunk=False)
    assert isinstance(once, Unsure)
    back = decide(once.state, A, A, WAY, shrunk=False)
    assert isinstance(back, AsBefore)
    assert back.state.times == 0
    twice = decide(once.state, B, B, WAY, shrunk=False)
    assert isinstance(twice, Changed)
    assert isinstance(decide(twice.state, B, B, WAY, shrunk=False), AsBefore)


def test_a_new_way_of_reading_begins_silently() -> None:
    state = PageState(A, A, way=WAY)
    assert isinstance(decide(state, B, B, b"x" * 16, shrunk=False), FirstRecord)


def test_a_page_that_lost_much_is_read_more_often() -> None:
    assert has_shrunk("x" * 1000, "x" * 400)
    assert not has_shrunk("x" * 1000, "x" * 600)
    state = PageState(A, A, way=WAY)
    for _ in range(3):
        decision = decide(state, B, B, WAY, shrunk=True)
        assert isinstance(decision, Unsure)
        state = decision.state
    assert isinstance(decide(state, B, B, WAY, shrunk=True), Changed)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 255))
def test_a_state_is_kept_as_bytes(some: bytes, times: int) -> None:
    state = PageState(some, some[::-1], some, times, some)
    assert PageState.unpack(state.pack()) == state


@given(st.binary(max_size=200))
def test_what_was_no_state_is_none(packed: bytes) -> None:
    assert PageState.unpack(b"") is None
    state = PageState.unpack(packed)
    assert state is None or state.pack() == packed


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_any_two_texts_can_be_compared(before: str, after: str) -> None:
    found = compare(before, after, DAY)
    if found is None:
        assert sorted(meaning(before).split("\n")) == sorted(meaning(after).split("\n"))
    assert compare(before, before, DAY) is None
