"""What a guild's alert becomes: nothing is posted unseen that is not official and clear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import (
    AlertState,
    Ask,
    Leave,
    Publish,
    Reason,
    Revise,
    counts,
    first_decision,
    next_decision,
)
from bot.domain.guilds import Mode
from bot.domain.incidents import Facts, ToldNotice
from bot.domain.notices import Origin, What
from tests.told import alert, deadline, facts, told

RUMOUR = told(origin=Origin.COMMUNITY, url=None, title="I received this letter")
PRESS = told(id=3, origin=Origin.PRESS, title="Kilnfolk to shut, we hear")
OFFICIAL = told(deadline(What.SITE_OFF, "2026-05-31"), id=2)
DOUBTFUL = told(id=4, confidence=0.5, title="Thinking about the future")
LATER = told(deadline(What.SITE_OFF, "2026-06-30"), id=5, days=9, title="A little more time")
HELD = [Reason.BASELINE, Reason.LATE, Reason.REPORTED]


@pytest.mark.parametrize("held", HELD)
def test_what_is_old_or_reported_is_asked_however_clear_it_is(held: Reason) -> None:
    assert first_decision(facts(OFFICIAL), Mode.AUTOMATIC, held) == Ask(held)


def test_only_official_and_clear_words_are_posted_at_once() -> None:
    assert first_decision(facts(OFFICIAL), Mode.AUTOMATIC, None) == Publish(Reason.FIRST)
    for unsure in (RUMOUR, PRESS, DOUBTFUL):
        assert first_decision(facts(unsure), Mode.AUTOMATIC, None) == Ask(Reason.DOUBTFUL)


def test_a_guild_that_wants_to_see_everything_first_is_asked() -> None:
    assert first_decision(facts(OFFICIAL), Mode.REVIEW, None) == Ask(Reason.BY_MODE)


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("mode", Mode)
def test_nothing_new_changes_nothing(state: AlertState, mode: Mode) -> None:
    assert next_decision(alert(state, facts(OFFICIAL)), facts(OFFICIAL), mode) == Leave()


def test_a_rumour_that_waits_rings_when_the_platform_confirms_it() -> None:
    waiting = alert(AlertState.PENDING, facts(RUMOUR), Reason.REPORTED)
    confirmed = facts(RUMOUR, OFFICIAL)
    assert next_decision(waiting, confirmed, Mode.AUTOMATIC) == Publish(Reason.CONFIRMED)
    in_review = next_decision(waiting, confirmed, Mode.REVIEW)
    assert isinstance(in_review, Revise)
    assert in_review.reason is Reason.CONFIRMED


def test_what_was_said_before_a_source_was_watched_publishes_no_rumour_by_itself() -> None:
    waiting = alert(AlertState.PENDING, facts(RUMOUR), Reason.REPORTED)
    confirmed = facts(RUMOUR, OFFICIAL)
    found = next_decision(waiting, confirmed, Mode.AUTOMATIC, Reason.BASELINE)
    assert isinstance(found, Revise)


def test_an_unclear_official_word_rings_when_a_clear_one_follows() -> None:
    waiting = alert(AlertState.PENDING, facts(DOUBTFUL), Reason.DOUBTFUL)
    assert next_decision(waiting, facts(DOUBTFUL, OFFICIAL), Mode.AUTOMATIC) == Publish(
        Reason.FIRST
    )


def test_an_old_announcement_that_waits_rings_when_the_platform_says_more() -> None:
    for reason in (Reason.BASELINE, Reason.LATE):
        waiting = alert(AlertState.PENDING, facts(OFFICIAL), reason)
        found = next_decision(waiting, facts(OFFICIAL, LATER), Mode.AUTOMATIC)
        assert found == Publish(Reason.FIRST)


def test_an_old_announcement_that_waits_does_not_ring_because_the_press_repeats_it() -> None:
    waiting = alert(AlertState.PENDING, facts(OFFICIAL), Reason.BASELINE)
    assert isinstance(next_decision(waiting, facts(OFFICIAL, PRESS), Mode.AUTOMATIC), Revise)


def test_what_the_mode_holds_back_waits_for_a_person_whatever_follows() -> None:
    waiting = alert(AlertState.PENDING, facts(OFFICIAL), Reason.BY_MODE)
    for mode in Mode:
        assert isinstance(next_decision(waiting, facts(OFFICIAL, LATER), mode), Revise)


def test_a_dismissed_rumour_that_is_confirmed_rings() -> None:
    gone = alert(AlertState.DISMISSED, facts(RUMOUR))
    confirmed = facts(RUMOUR, OFFICIAL)
    assert next_decision(gone, confirmed, Mode.AUTOMATIC) == Publish(Reason.CONFIRMED)
    assert next_decision(gone, confirmed, Mode.REVIEW) == Ask(Reason.REOPENED)
    held = next_decision(gone, confirmed, Mode.AUTOMATIC, Reason.BASELINE)
    assert held == Ask(Reason.REOPENED)


def test_a_dismissed_rumour_stays_so_whatever_else_repeats_it() -> None:
    gone = alert(AlertState.DISMISSED, facts(RUMOUR))
    assert next_decision(gone, facts(RUMOUR, PRESS), Mode.AUTOMATIC) == Leave()


def test_a_dismissed_official_word_stays_dismissed_when_it_changes() -> None:
    gone = alert(AlertState.DISMISSED, facts(OFFICIAL))
    assert next_decision(gone, facts(OFFICIAL, LATER), Mode.AUTOMATIC) == Leave()


def test_a_dismissed_unclear_word_is_asked_again_when_it_becomes_clear() -> None:
    gone = alert(AlertState.DISMISSED, facts(DOUBTFUL))
    found = next_decision(gone, facts(DOUBTFUL, OFFICIAL), Mode.AUTOMATIC)
    assert found == Ask(Reason.REOPENED)


def test_a_retracted_alert_never_rings_by_itself_again() -> None:
    gone = alert(AlertState.RETRACTED, facts(PRESS))
    for mode in Mode:
        assert next_decision(gone, facts(PRESS, OFFICIAL), mode) == Ask(Reason.REOPENED)
        assert next_decision(gone, facts(PRESS, RUMOUR), mode) == Leave()


def test_what_was_told_is_revised_and_a_moved_date_is_said_aloud() -> None:
    found = next_decision(alert(tells=facts(OFFICIAL)), facts(OFFICIAL, LATER), Mode.REVIEW)
    assert isinstance(found, Revise)
    assert (found.reason, found.material) == (Reason.CHANGED, True)
    silent = next_decision(alert(tells=facts(OFFICIAL)), facts(OFFICIAL, PRESS), Mode.REVIEW)
    assert isinstance(silent, Revise)
    assert not silent.material


def test_a_members_letter_changes_nothing_that_is_published() -> None:
    letter = told(id=8, origin=Origin.COMMUNITY, url=None, title="They close tomorrow!")
    assert not counts(alert(AlertState.PUBLISHED, facts(OFFICIAL)), letter)
    assert counts(alert(AlertState.PENDING, facts(OFFICIAL)), letter)
    assert counts(alert(AlertState.PUBLISHED, facts(RUMOUR)), RUMOUR)
    assert not counts(alert(AlertState.PUBLISHED, facts(RUMOUR)), letter)
    assert counts(alert(AlertState.PUBLISHED, facts(OFFICIAL)), PRESS)


NOTICES = st.lists(
    st.sampled_from([RUMOUR, PRESS, OFFICIAL, DOUBTFUL, LATER]), min_size=1, unique=True
)


@given(
    before=NOTICES,
    new=NOTICES,
    state=st.sampled_from(AlertState),
    mode=st.sampled_from(Mode),
    reason=st.sampled_from(Reason),
    held=st.none() | st.sampled_from(HELD),
)
def test_nothing_is_ever_posted_unseen_that_is_not_official_clear_fresh_and_wanted(
    before: list[ToldNotice],
    new: list[ToldNotice],
    state: AlertState,
    mode: Mode,
    reason: Reason,
    held: Reason | None,
) -> None:
    told_before: Facts = facts(*before)
    known = facts(*dict.fromkeys([*before, *new]))
    found = next_decision(alert(state, told_before, reason), known, mode, held)
    if isinstance(found, Publish):
        assert known.confirmed
        assert known.confidence >= 0.8
        assert mode is Mode.AUTOMATIC
        assert held is None
        assert state in (AlertState.PENDING, AlertState.DISMISSED)
    if isinstance(found, Ask):
        assert state in (AlertState.DISMISSED, AlertState.RETRACTED)
    if isinstance(found, Revise):
        assert found.changes
        assert state in (AlertState.PENDING, AlertState.PUBLISHED)
    waits = state is AlertState.PENDING and reason in (Reason.BASELINE, Reason.LATE)
    undecided = state is AlertState.DISMISSED and reason is Reason.RETURNED
    if told_before == known and not waits and not undecided:
        assert found == Leave()
