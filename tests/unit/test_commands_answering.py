"""What all commands share: long answers in parts, dates as people write them, faults made harmless,
and where the words of a command are looked up."""

from datetime import date

import pytest
from discord import Locale, app_commands
from hypothesis import given
from hypothesis import strategies as st

from bot.app import load_data
from bot.chat import escape
from bot.chat.translator import CommandTranslator
from bot.errors import Fault, Refused, SourceFault
from cogs.answering import PARTS_MAX, TEXT_MAX, parts
from cogs.incident import read_date

LINES = st.lists(st.text(alphabet="ab \u00e9😀", max_size=3000), max_size=12)


@given(LINES)
def test_no_part_is_longer_than_a_message(lines: list[str]) -> None:
    found = parts("\n".join(lines))
    assert 1 <= len(found) <= PARTS_MAX
    assert all(len(part) <= TEXT_MAX for part in found)


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=90), min_size=1, max_size=100))
def test_nothing_is_lost_between_two_parts(lines: list[str]) -> None:
    assert "\n".join(parts("\n".join(lines))) == "\n".join(lines)


def test_what_is_too_long_for_all_parts_says_so() -> None:
    found = parts("\n".join(["x" * 1000] * 40))
    assert len(found) == PARTS_MAX
    assert found[-1].endswith("\n…")


@pytest.mark.parametrize(
    "written", ["2027-08-31", " 2027-08-31 ", "31/08/2027", "31.8.2027", "31.08.2027"]
)
def test_a_date_is_read_as_people_write_it(written: str) -> None:
    assert read_date(written) == date(2027, 8, 31)


@pytest.mark.parametrize("written", ["", "31", "tomorrow", "2027-13-01", "31/02/2027", "8/31/2027"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refused:
        read_date(written)
    assert refused.value.key == "incident.correct.bad_date"


def test_a_fault_within_a_fault_is_made_harmless_too() -> None:
    inner = SourceFault("source.redirect.loop", host="@everyone")
    fault = escape.fault(Fault("source.redirect.forbidden", host="[x](y)", why=inner, role="<@&1>"))
    assert fault.arguments["host"] == "\\[x\\](y)"
    assert fault.arguments["role"] == "<@&1>", "a role that Tocsin names itself"
    why = fault.arguments["why"]
    assert isinstance(why, Fault)
    assert "@everyone" not in str(why.arguments["host"])


async def test_words_with_a_key_of_their_own_are_found_by_it() -> None:
    texts, _ = load_data()
    translator = CommandTranslator(texts)
    choice = app_commands.Choice(name="closures", value="closure")
    where: app_commands.TranslationContextTypes = app_commands.TranslationContext(
        app_commands.TranslationContextLocation.choice_name, choice
    )
    plain = app_commands.locale_str("closures")
    keyed = app_commands.locale_str("closure", key="choice.kind.closure")
    assert await translator.translate(plain, Locale.french, where) == "fermetures"
    assert await translator.translate(keyed, Locale.french, where) == "fermeture"
    assert await translator.translate(plain, Locale.british_english, where) is None
    assert await translator.translate(plain, Locale.japanese, where) is None
