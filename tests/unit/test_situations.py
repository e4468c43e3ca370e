"""Which checklist fits what an alert tells: by kind, then by dates, then by topics."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents import Correction, DateCorrection, Facts, corrected
from bot.domain.notices import Deadline, Kind, Precision, Scope, What
from bot.domain.situations import Situation, situation_of
from tests.card_samples import FACTS

DAY = date(2026, 5, 1)


def facts(kind: Kind, topics: str = "", whats: str = "", scope: Scope = Scope.PLATFORM) -> Facts:
    """As merged from notices with these topics and dates, named as detection names them."""
    deadlines = tuple(Deadline(DAY, Precision.DAY, What(what), "") for what in whats.split())
    return replace(FACTS, kind=kind, scope=scope, topics=tuple(topics.split()), deadlines=deadlines)


def test_only_the_end_of_the_whole_platform_is_a_closure() -> None:
    assert situation_of(facts(Kind.CLOSURE, "closure", "site_off")) is Situation.CLOSURE
    part = facts(Kind.CLOSURE, "feature-shutdown", "tools_off", Scope.PART)
    assert situation_of(part) is Situation.PART


def test_where_nothing_is_announced_nothing_is_prepared() -> None:
    assert situation_of(facts(Kind.NONE)) is None


@pytest.mark.parametrize(
    ("topics", "whats", "situation"),
    [
        ("fees", "fees_effective", "fees"),
        ("fees account", "fees_effective", "fees"),
        ("fees advertising", "fees_effective last_sale", "fees"),
        ("fees", "", "fees"),
        ("terms", "terms_effective", "terms"),
        ("terms", "accept_by account_suspended terms_effective", "terms"),
        ("identity account", "accept_by terms_effective", "terms"),
        ("terms prohibited-items", "rules_effective", "terms"),
        ("terms shipping", "rules_effective", "terms"),
        ("terms", "rules_effective account_suspended", "terms"),
        ("terms", "verify_by", "terms"),
        ("", "", "terms"),
        ("advertising", "", "terms"),
        ("identity account fees payout payments", "verify_by", "account"),
        ("identity account tax", "account_suspended verify_by", "account"),
        ("identity account terms", "", "account"),
        ("account data-export terms", "data_deleted", "account"),
        ("terms account", "data_deleted", "account"),
        ("payout payments", "rules_effective", "payouts"),
        ("payout payments", "payout", "payouts"),
        ("payout payments fees shipping", "payout", "payouts"),
        ("payments", "", "payouts"),
    ],
)
def test_a_policy_is_told_apart_by_its_dates_and_then_by_its_topics(
    topics: str, whats: str, situation: str
) -> None:
    assert situation_of(facts(Kind.POLICY, topics, whats)) == situation


def test_where_fees_and_terms_change_together_the_more_telling_topic_decides() -> None:
    both = "fees_effective terms_effective"
    assert situation_of(facts(Kind.POLICY, "terms fees", both)) is Situation.TERMS
    assert situation_of(facts(Kind.POLICY, "fees terms", both)) is Situation.FEES
    assert situation_of(facts(Kind.POLICY, "account", both)) is Situation.FEES


@pytest.mark.parametrize(
    ("topics", "whats", "situation"),
    [
        ("acquisition account", "migration", "migration"),
        ("acquisition account", "migrate_by migration", "migration"),
        ("acquisition", "accept_by site_off", "migration"),
        ("acquisition account payments", "tools_off verify_by", "migration"),
        ("account", "migrate_by", "migration"),
        ("", "", "migration"),
        ("acquisition", "", "owner"),
        ("acquisition fees", "", "owner"),
        ("acquisition account", "", "migration"),
        ("account payments", "accept_by migration", "provider"),
        ("account payments", "migrate_by", "provider"),
        ("account api", "api_off migrate_by", "part"),
        ("account api payments", "api_off other", "part"),
        ("account", "tools_off", "part"),
        ("account feature-shutdown", "", "part"),
    ],
)
def test_a_migration_is_told_apart_by_what_is_moved(
    topics: str, whats: str, situation: str
) -> None:
    assert situation_of(facts(Kind.MIGRATION, topics, whats)) == situation


def test_a_tool_that_is_replaced_moves_no_shop() -> None:
    assert situation_of(facts(Kind.MIGRATION, scope=Scope.PART)) is Situation.PART


def test_a_corrected_kind_is_another_situation_and_a_corrected_date_is_not() -> None:
    fees = facts(Kind.POLICY, "fees", "fees_effective")
    later = Correction(dates=(DateCorrection(What.FEES_EFFECTIVE, DAY, date(2026, 9, 1)),))
    assert situation_of(corrected(fees, later)) is Situation.FEES
    closing = Correction(kind=Kind.CLOSURE)
    assert situation_of(corrected(fees, closing)) is Situation.CLOSURE


@given(
    st.sampled_from([Kind.CLOSURE, Kind.MIGRATION, Kind.POLICY]),
    st.lists(st.sampled_from(["fees", "terms", "identity", "payout", "api", "acquisition", "x"])),
    st.lists(st.sampled_from(What), max_size=3),
    st.sampled_from(Scope),
)
def test_every_announcement_is_in_one_situation_in_whatever_order_its_dates_stand(
    kind: Kind, topics: list[str], whats: list[What], scope: Scope
) -> None:
    found = {
        situation_of(facts(kind, " ".join(topics), " ".join(order), scope))
        for order in permutations(whats)
    }
    assert len(found) == 1
    assert None not in found
