"""How names are compared: case, accents and spaces never matter, letters always do."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import fold, platform_key


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  Étsy  FR", "etsy fr"),
        ("DaWanda", "dawanda"),
        ("Straße", "strasse"),
        ("ＦＵＬＬ　width", "full width"),
        ("a\u0300\u0301", "a"),
        ("Ελλάδα", "ελλαδα"),
        ("", ""),
    ],
)
def test_names_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=60))
def test_folding_is_what_it_was_before_it_was_fast(text: str) -> None:
    marks = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in marks if not unicodedata.combining(char))
    assert fold(text) == " ".join(plain.casefold().split())


@given(st.text(max_size=60))
def test_case_and_spaces_make_no_difference(text: str) -> None:
    assert fold(f" {text}\t") == fold(text)
    assert fold(fold(text)) == fold(text) or not text.isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kiln Folk", "kiln-folk"), ("Étsy", "ETSY"), ("A  Little Market", "a little market")],
)
def test_a_platform_has_one_key_however_it_is_written(one: str, other: str) -> None:
    assert platform_key(one) == platform_key(other)


def test_different_names_have_different_keys() -> None:
    keys = {platform_key(name) for name in ("Etsy", "Etsy 2", "Folksy", "★", "★★", "市場")}
    assert len(keys) == 6
