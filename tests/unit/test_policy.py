"""What a fresh notice deserves: only official and clear words are posted unseen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.guilds import Subscription
from bot.domain.notices import Action, Kind, Origin, Severity
from bot.domain.policy import ALERT_CONFIDENCE, REVIEW_CONFIDENCE, default_action
from tests.told import told

NOTICE = told().notice


def test_nothing_is_ignored() -> None:
    assert default_action(None, Origin.OFFICIAL) is Action.IGNORE
    assert default_action(replace(NOTICE, kind=Kind.NONE), Origin.OFFICIAL) is Action.IGNORE


def test_a_platform_that_nobody_could_read_goes_to_review() -> None:
    unnamed = replace(NOTICE, platform=None, platform_name=None)
    assert default_action(unnamed, Origin.OFFICIAL) is Action.REVIEW


@given(
    confidence=st.floats(0, 1),
    origin=st.none() | st.sampled_from(Origin),
    kind=st.sampled_from([Kind.CLOSURE, Kind.MIGRATION, Kind.POLICY]),
)
def test_only_official_and_clear_words_are_posted_unseen(
    confidence: float, origin: Origin | None, kind: Kind
) -> None:
    action = default_action(replace(NOTICE, kind=kind, confidence=confidence), origin)
    clear = confidence >= ALERT_CONFIDENCE and origin is Origin.OFFICIAL
    assert (action is Action.ALERT) == clear
    assert (action is Action.IGNORE) == (confidence < REVIEW_CONFIDENCE)


@pytest.mark.parametrize("lowest", Severity)
def test_what_is_critical_passes_every_threshold(lowest: Severity) -> None:
    follow = Subscription(1, 2, "etsy", "Etsy")
    assert follow.wants(Kind.CLOSURE, Severity.CRITICAL, lowest)
    assert follow.wants(Kind.POLICY, Severity.INFO, lowest) == (lowest is Severity.INFO)


def test_a_follow_takes_its_kinds_from_its_own_threshold_on() -> None:
    every = Subscription(1, 10, "kilnfolk", "Kilnfolk")
    assert every.wants(Kind.POLICY, Severity.INFO, Severity.INFO)
    assert not every.wants(Kind.POLICY, Severity.INFO, Severity.IMPORTANT)
    grave = replace(every, kinds=(Kind.CLOSURE,), severity=Severity.IMPORTANT)
    assert grave.wants(Kind.CLOSURE, Severity.IMPORTANT, Severity.CRITICAL)
    assert not grave.wants(Kind.POLICY, Severity.CRITICAL, Severity.INFO)
    assert not grave.wants(Kind.CLOSURE, Severity.INFO, Severity.INFO)
