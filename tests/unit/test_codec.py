"""What is kept as JSON comes back as it was."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents import Change, Correction, DateCorrection, Facts, Link
from bot.domain.notices import Deadline, Kind, Notice, Origin, Precision, Scope, Severity, What
from bot.errors import Fault, SourceFault
from bot.storage import codec

WORDS = st.text(max_size=20)
MAYBE = st.none() | WORDS
DAYS = st.dates()
DEADLINES = st.builds(
    Deadline, DAYS, st.sampled_from(Precision), st.sampled_from(What), WORDS, MAYBE
)
MANY_WORDS = st.lists(WORDS, max_size=3).map(tuple)
MANY_DEADLINES = st.lists(DEADLINES, max_size=3).map(tuple)
NOTICES = st.builds(
    Notice,
    kind=st.sampled_from(Kind),
    scope=st.sampled_from(Scope),
    severity=st.sampled_from(Severity),
    confidence=st.floats(0, 1),
    platform=MAYBE,
    platform_name=MAYBE,
    successor=MAYBE,
    topics=MANY_WORDS,
    deadlines=MANY_DEADLINES,
    evidence=MANY_WORDS,
    language=WORDS,
)
LINKS = st.builds(Link, MAYBE, WORDS, st.sampled_from(Origin), DAYS, MAYBE)
FACTS = st.builds(
    Facts,
    platform=WORDS,
    platform_name=WORDS,
    kind=st.sampled_from(Kind),
    scope=st.sampled_from(Scope),
    severity=st.sampled_from(Severity),
    confidence=st.floats(0, 1),
    origin=st.sampled_from(Origin),
    headline=WORDS,
    deadlines=MANY_DEADLINES,
    successor=MAYBE,
    topics=MANY_WORDS,
    quote=MAYBE,
    links=st.lists(LINKS, max_size=3).map(tuple),
    announced_on=DAYS,
    language=WORDS,
)
CORRECTIONS = st.builds(
    Correction,
    st.none() | st.sampled_from(Kind),
    MAYBE,
    MAYBE,
    st.lists(
        st.builds(DateCorrection, st.sampled_from(What), st.none() | DAYS, st.none() | DAYS),
        max_size=3,
    ).map(tuple),
)
CHANGES = st.builds(Change, WORDS, MAYBE, MAYBE, st.none() | st.sampled_from(What))


def kept(data: codec.Json) -> codec.Json:
    """Through the text that the database holds."""
    back: codec.Json = json.loads(json.dumps(data))
    return back


@given(NOTICES)
def test_a_notice_comes_back(notice: Notice) -> None:
    assert codec.notice_from_json(kept(codec.notice_to_json(notice))) == notice


@given(FACTS)
def test_facts_come_back(facts: Facts) -> None:
    assert codec.facts_from_json(kept(codec.facts_to_json(facts))) == facts


@given(CHANGES)
def test_a_change_comes_back(change: Change) -> None:
    assert codec.change_from_json(kept(codec.change_to_json(change))) == change


@given(CORRECTIONS)
def test_a_correction_comes_back(correction: Correction) -> None:
    assert codec.correction_from_json(kept(codec.correction_to_json(correction))) == correction


def test_a_fault_comes_back_with_the_faults_within() -> None:
    why = SourceFault("source.address.private", host="10.0.0.1")
    fault = SourceFault("source.redirect.forbidden", host="k.example", why=why, seconds=30.0)
    back = codec.fault_from_json(kept(codec.fault_to_json(fault)))
    assert (back.key, back.arguments["host"], back.arguments["seconds"]) == (
        fault.key,
        "k.example",
        30.0,
    )
    inner = back.arguments["why"]
    assert isinstance(inner, Fault)
    assert (inner.key, inner.arguments) == (why.key, why.arguments)


def test_a_word_nobody_knows_is_refused() -> None:
    data = codec.deadline_to_json(Deadline(date(2026, 5, 31), Precision.DAY, What.SITE_OFF, "q"))
    with pytest.raises(ValueError, match="tomorrow"):
        codec.deadline_from_json({**data, "what": "tomorrow"})
