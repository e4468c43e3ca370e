"""The project's own `data/checklists`: nine ways of preparing, in words of both languages, each
dated from what is known.
"""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.catalogue.checklists import LONGEST_TITLE, LONGEST_WHY, load_checklists
from bot.domain.checklists import Plan, Step, Template, plan
from bot.domain.notices import Deadline, Precision, What
from bot.domain.situations import Situation
from bot.i18n import Texts

DATA = Path(__file__).parents[2] / "data"
TEMPLATES = load_checklists(DATA / "checklists")
STEPS = [
    pytest.param(template, step, id=f"{template.situation}-{step.id}")
    for template in TEMPLATES.values()
    for step in template.steps
]
ANNOUNCED = date(2017, 7, 3)
LAST_SALE = Deadline(date(2017, 8, 31), Precision.DAY, What.LAST_SALE, "jusqu’au 31 août")
FREEZE = Deadline(ANNOUNCED, Precision.DAY, What.LISTING_FREEZE, "dès aujourd’hui")
SITE_OFF = Deadline(date(2017, 9, 1), Precision.PART, What.SITE_OFF, "fin septembre")
A_LITTLE_MARKET = (FREEZE, LAST_SALE, SITE_OFF)

FEE_ANNOUNCED = date(2022, 2, 24)
FEES = (Deadline(date(2022, 4, 11), Precision.DAY, What.FEES_EFFECTIVE, "starting April 11"),)


@pytest.fixture
def closure() -> Template:
    return TEMPLATES["closure"]


@pytest.fixture
def fees() -> Template:
    return TEMPLATES["fees"]


@pytest.fixture
def terms() -> Template:
    return TEMPLATES["terms"]


@pytest.fixture
def migration() -> Template:
    return TEMPLATES["migration"]


def of(found: Plan, step_id: str) -> date:
    due_on = next(each.due_on for each in found.steps if each.step.id == step_id)
    assert due_on is not None
    return due_on


def ids(found: Plan) -> list[str]:
    return [each.step.id for each in found.steps]


def on(what: What, day: date) -> Deadline:
    return Deadline(day, Precision.DAY, what, "quoted")


# --- all of them ---------------------------------------------------------------------------------


def test_every_situation_has_its_checklist() -> None:
    assert set(TEMPLATES) == set(Situation)


@pytest.mark.parametrize("situation", Situation)
def test_every_plan_is_long_enough_to_help_and_short_enough_to_read(situation: Situation) -> None:
    template = TEMPLATES[situation]
    assert 7 <= len(template.steps) <= 24
    if template.short:
        assert 6 <= len(template.short) <= 9
        assert len(template.short) <= len(template.steps) * 0.6


@pytest.mark.parametrize(("template", "step"), STEPS)
def test_every_step_says_what_and_why_in_three_languages(template: Template, step: Step) -> None:
    for language in ("en", "fr", "de"):
        assert 0 < len(step.title[language]) <= LONGEST_TITLE
        assert 0 < len(step.why[language]) <= LONGEST_WHY
        assert not step.title[language].endswith("."), "a title is no sentence"
        assert step.why[language].endswith((".", "?")), "a reason is one"
    assert step.title["en"] != step.title["fr"]


@pytest.mark.parametrize(("template", "step"), STEPS)
def test_every_step_rests_on_facts(template: Template, step: Step) -> None:
    assert step.facts
    assert len({fact.id for fact in step.facts}) == len(step.facts)


def test_a_fact_is_as_certain_in_every_checklist() -> None:
    known = {
        (fact.id, fact.certainty)
        for template in TEMPLATES.values()
        for step in template.steps
        for fact in step.facts
    }
    assert len(known) == len({fact_id for fact_id, _ in known})


def test_a_step_that_two_checklists_share_is_the_same_thing_to_do() -> None:
    # A tick is kept when a correction turns one checklist into another: it must stay true.
    titles: dict[str, dict[str, str]] = {}
    for template in TEMPLATES.values():
        for step in template.steps:
            assert titles.setdefault(step.id, dict(step.title)) == dict(step.title), step.id


@pytest.mark.parametrize(("template", "step"), STEPS)
def test_what_is_law_somewhere_names_the_place_and_is_no_legal_advice(
    template: Template, step: Step
) -> None:
    for language, words in (("en", "not legal advice"), ("fr", "pas un conseil juridique")):
        assert (words in step.why[language]) is bool(step.countries)
    says_law = re.compile(r"\b(the law|legally|GDPR|regulation|article \d|[Ii]n the EU)\b")
    assert step.countries or not says_law.search(step.title["en"] + step.why["en"])


def test_every_right_that_ends_with_a_day_is_told_where_it_counts() -> None:
    legal = {
        (template.situation, step.id)
        for template in TEMPLATES.values()
        for step in template.steps
        if step.countries
    }
    assert legal == {
        ("closure", "request-data"),
        ("closure", "keep-papers"),
        ("part", "ask-why-it-ends-for-you"),
        ("fees", "check-notice"),
        ("payouts", "check-notice"),
        ("terms", "check-notice"),
        ("terms", "mind-new-listings"),
        ("terms", "ask-why-removed"),
        ("account", "answer-tax-questions"),
        ("account", "ask-why-limited"),
    }


def test_french_words_use_french_signs() -> None:
    said = [words for template in TEMPLATES.values() for words in (template.title["fr"],)]
    for template in TEMPLATES.values():
        said += [text for step in template.steps for text in (step.title["fr"], step.why["fr"])]
    for key, forms in Texts.load(DATA / "locales").sentences["fr"].items():
        if key.startswith(("catalogue.", "checklist.", "alert.today.")):
            said += forms
    for text in said:
        assert "'" not in text, text
        assert not re.search(r"(?<![\u00a0\u202f\d]):(?!\S)|(?<![\u00a0\u202f])[;?!%]", text), text
        assert not re.search(r"«(?!\u00a0)|(?<!\u00a0)»", text), text


@pytest.mark.parametrize(("template", "step"), STEPS)
def test_no_step_offers_to_write_to_the_marketplaces_buyers(template: Template, step: Step) -> None:
    said = f"{step.title['en']} {step.why['en']}".casefold()
    assert not re.search(r"(e-?mail|write to|contact) (all )?(your|the) (buyers|customers)", said)


@pytest.mark.parametrize("situation", set(Situation) - {Situation.CLOSURE})
def test_only_the_closures_checklist_speaks_as_if_the_platform_closed(situation: Situation) -> None:
    template = TEMPLATES[situation]
    titles = [words for step in template.steps for words in step.title.values()]
    for words in (*template.title.values(), *titles):
        assert not re.search(r"clos(es|ing|ure)|fermeture|rescue|sauver", words.casefold()), words


@pytest.mark.parametrize("situation", Situation)
def test_without_a_date_every_plan_begins_with_the_announcement_itself(
    situation: Situation,
) -> None:
    found = plan(TEMPLATES[situation], (), FEE_ANNOUNCED, FEE_ANNOUNCED)
    assert not found.short
    assert ids(found)[0] == "save-announcement"
    assert found.steps[0].due_on == FEE_ANNOUNCED


# --- fees ----------------------------------------------------------------------------------------


def test_before_a_fee_the_sums_come_first_then_the_choice_then_the_prices(fees: Template) -> None:
    found = plan(fees, FEES, FEE_ANNOUNCED, FEE_ANNOUNCED)
    assert not found.short
    order = ["find-your-fees", "recalculate", "decide-prices", "change-prices"]
    assert [each for each in ids(found) if each in order] == order
    assert of(found, "recalculate") == FEE_ANNOUNCED + timedelta(days=3)
    assert of(found, "change-prices") == date(2022, 4, 8)
    assert of(found, "check-first-statement") == date(2022, 4, 18)
    assert ids(found)[-1] == "check-first-statement"


def test_prices_can_still_be_set_when_the_fee_has_started(fees: Template) -> None:
    today = date(2022, 4, 20)
    found = plan(fees, FEES, FEE_ANNOUNCED, today)
    assert not found.short
    assert not any(each.late for each in found.steps)
    assert of(found, "change-prices") == today


def test_the_example_of_the_fees_is_worked_out_right(fees: Template) -> None:
    (why,) = (step.why for step in fees.steps if step.id == "recalculate")
    assert (round(20 * 0.95, 2), round(20 * 0.92, 2)) == (19.0, 18.4)
    assert round(19 / 0.92, 2) == 20.65
    for language, point in (("en", "."), ("fr", ",")):
        for number in ("20.00", "19.00", "18.40", "0.92", "20.65"):
            assert number.replace(".", point) in why[language]


def test_a_fee_within_ten_days_leaves_what_counts_most(fees: Template) -> None:
    found = plan(fees, FEES, FEE_ANNOUNCED, date(2022, 4, 1))
    assert found.short
    assert ids(found)[0] == "save-announcement"
    assert ids(found)[-1] == "change-prices"
    assert of(found, "change-prices") == date(2022, 4, 8)


def test_a_fee_that_is_put_off_moves_the_prices_with_it(fees: Template) -> None:
    later = (on(What.FEES_EFFECTIVE, date(2022, 5, 11)),)
    before = plan(fees, FEES, FEE_ANNOUNCED, FEE_ANNOUNCED)
    after = plan(fees, later, FEE_ANNOUNCED, FEE_ANNOUNCED)
    for step_id in ("decide-prices", "change-prices", "mind-renewals", "check-first-statement"):
        assert of(after, step_id) == of(before, step_id) + timedelta(days=30)
    assert of(after, "recalculate") == of(before, "recalculate")


# --- terms and rules -----------------------------------------------------------------------------

ACCEPT_BY = on(What.ACCEPT_BY, date(2025, 4, 30))
TERMS = (ACCEPT_BY, on(What.TERMS_EFFECTIVE, date(2025, 5, 1)))
RULES = (on(What.RULES_EFFECTIVE, date(2025, 5, 1)),)
TERMS_ANNOUNCED = date(2025, 3, 20)


def test_nobody_decides_on_terms_before_reading_them_and_saving_the_shop(terms: Template) -> None:
    found = plan(terms, TERMS, TERMS_ANNOUNCED, TERMS_ANNOUNCED)
    order = ids(found)
    for first in ("keep-both-versions", "find-what-concerns-you", "export-listings"):
        assert order.index(first) < order.index("decide-on-terms")
        assert of(found, first) <= of(found, "decide-on-terms")
    assert of(found, "decide-on-terms") == ACCEPT_BY.on - timedelta(days=3)


def test_the_day_after_the_last_day_to_object_the_decision_is_late(terms: Template) -> None:
    found = plan(terms, TERMS, TERMS_ANNOUNCED, date(2025, 5, 2))
    late = {each.step.id for each in found.steps if each.late}
    assert late == {"decide-on-terms", "note-how-you-accept"}


def test_listings_are_saved_before_they_are_changed_and_changed_before_the_rule(
    terms: Template,
) -> None:
    found = plan(terms, RULES, TERMS_ANNOUNCED, TERMS_ANNOUNCED)
    assert of(found, "audit-listings") <= of(found, "save-affected-listings")
    assert of(found, "save-affected-listings") <= of(found, "adapt-listings") < RULES[0].on
    assert of(found, "look-in-on-the-day") == RULES[0].on


def test_the_nearest_of_several_days_makes_the_plan_short(terms: Template) -> None:
    far = (*TERMS, on(What.RULES_EFFECTIVE, date(2025, 9, 1)))
    assert plan(terms, far, TERMS_ANNOUNCED, date(2025, 4, 22)).short
    assert not plan(terms, far, TERMS_ANNOUNCED, date(2025, 6, 1)).short


# --- migrations ----------------------------------------------------------------------------------

MOVE = (on(What.MIGRATE_BY, date(2024, 6, 15)), on(What.MIGRATION, date(2024, 7, 1)))
MOVE_ANNOUNCED = date(2024, 4, 2)


def test_everything_is_saved_before_anything_is_moved(migration: Template) -> None:
    gone = on(What.SITE_OFF, date(2024, 12, 31))
    found = plan(migration, (*MOVE, gone), MOVE_ANNOUNCED, MOVE_ANNOUNCED)
    for step_id in (
        "collect-photos",
        "export-listings",
        "export-orders",
        "save-invoices",
        "save-reviews",
        "list-addresses",
    ):
        assert of(found, step_id) < MOVE[0].on, step_id
    assert of(found, "move-few-first") < MOVE[0].on


def test_nobody_refuses_to_move_before_the_shop_is_saved(migration: Template) -> None:
    consent = (on(What.ACCEPT_BY, date(2024, 5, 10)), *MOVE)
    found = plan(migration, consent, MOVE_ANNOUNCED, MOVE_ANNOUNCED)
    assert of(found, "decide-to-come-along") == date(2024, 5, 5)
    for step_id in ("collect-photos", "export-listings", "read-new-terms"):
        assert of(found, step_id) <= of(found, "decide-to-come-along"), step_id


def test_after_the_move_the_new_shop_is_checked_the_next_day(migration: Template) -> None:
    found = plan(migration, MOVE, MOVE_ANNOUNCED, MOVE_ANNOUNCED)
    assert of(found, "check-the-new-shop") == date(2024, 7, 2)
    assert ids(found)[-4:] == [
        "check-the-new-shop",
        "try-every-link",
        "check-first-payout",
        "back-up-monthly",
    ]


def test_with_ten_days_to_a_move_money_the_answer_and_copies_remain(migration: Template) -> None:
    found = plan(migration, MOVE, MOVE_ANNOUNCED, date(2024, 6, 6))
    assert found.short
    assert ids(found) == [
        "withdraw-balance",
        "find-what-moves",
        "collect-photos",
        "export-listings",
        "decide-to-come-along",
        "export-orders",
        "save-reviews",
        "list-addresses",
    ]
    assert all(each.due_on and each.due_on <= MOVE[0].on for each in found.steps)


# --- the others ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "deadline", "last", "due"),
    [
        ("fees", on(What.FEES_EFFECTIVE, date(2026, 6, 1)), "check-open-orders", date(2026, 5, 18)),
        ("part", on(What.TOOLS_OFF, date(2026, 6, 1)), "test-substitute", date(2026, 5, 11)),
        ("part", on(What.API_OFF, date(2026, 6, 1)), "move-its-tools", date(2026, 5, 22)),
        ("provider", on(What.MIGRATE_BY, date(2026, 6, 1)), "connect-provider", date(2026, 5, 22)),
        ("account", on(What.VERIFY_BY, date(2026, 6, 1)), "hand-in", date(2026, 5, 22)),
        ("account", on(What.DATA_DELETED, date(2026, 6, 1)), "hand-in", date(2026, 5, 22)),
        ("payouts", on(What.RULES_EFFECTIVE, date(2026, 6, 1)), "send-tracked", date(2026, 5, 25)),
        ("owner", on(What.TERMS_EFFECTIVE, date(2026, 6, 1)), "read-new-terms", date(2026, 5, 18)),
    ],
)
def test_what_must_be_done_before_the_day_is_due_well_before_it(
    situation: str, deadline: Deadline, last: str, due: date
) -> None:
    announced_on = date(2026, 4, 1)
    found = plan(TEMPLATES[situation], (deadline,), announced_on, announced_on)
    assert of(found, last) == due


@pytest.mark.parametrize("situation", ["account", "provider"])
def test_whoever_may_lose_money_withdraws_it_before_handing_in_papers(situation: str) -> None:
    deadlines = (on(What.VERIFY_BY, date(2026, 6, 1)),)
    found = plan(TEMPLATES[situation], deadlines, date(2026, 5, 28), date(2026, 5, 28))
    assert found.short
    order = ids(found)
    assert order.index("go-in-yourself") < order.index("withdraw-balance")
    assert order.index("withdraw-balance") < order.index("gather-papers")


def test_a_change_of_owner_presses_nobody() -> None:
    found = plan(TEMPLATES["owner"], (), FEE_ANNOUNCED, FEE_ANNOUNCED)
    today = [each for each in found.steps if each.due_on == FEE_ANNOUNCED]
    assert [each.step.id for each in today] == ["save-announcement"]
    assert not found.short


# --- closures ------------------------------------------------------------------------------------


def test_a_little_market_begins_with_the_proof_the_money_and_the_frozen_listings(
    closure: Template,
) -> None:
    found = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED)
    assert not found.short
    assert [each.step.id for each in found.steps[:3]] == [
        "save-announcement",
        "withdraw-balance",
        "finish-listings",
    ]
    assert [each.due_on for each in found.steps[:3]] == [ANNOUNCED] * 3
    assert not any(each.late for each in found.steps)


def test_what_a_new_shop_needs_is_due_before_the_last_sale_and_papers_before_the_site_goes(
    closure: Template,
) -> None:
    found = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED)
    assert of(found, "choose-new-home") < of(found, "test-move") < of(found, "show-new-address")
    assert of(found, "show-new-address") < LAST_SALE.on
    assert of(found, "finish-orders") <= LAST_SALE.on
    assert of(found, "save-invoices") < SITE_OFF.on
    assert of(found, "check-last-payout") > LAST_SALE.on


def test_the_day_after_a_freeze_the_lost_step_is_late_and_out_of_the_way(
    closure: Template,
) -> None:
    found = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED + timedelta(days=1))
    late = [each.step.id for each in found.steps if each.late]
    assert late == ["finish-listings"]
    order = [each.step.id for each in found.steps]
    assert order[order.index("finish-listings") + 1 :] == ["check-last-payout", "keep-papers"]


def test_a_moved_end_moves_what_is_counted_from_it(closure: Template) -> None:
    later = Deadline(date(2017, 10, 31), Precision.DAY, What.SITE_OFF, "le 31 octobre")
    before = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED)
    after = plan(closure, (FREEZE, LAST_SALE, later), ANNOUNCED, ANNOUNCED)
    for step_id in ("save-invoices", "export-orders", "check-backup"):
        assert of(after, step_id) == of(before, step_id) + (later.on - SITE_OFF.on)
    assert of(after, "finish-orders") == of(before, "finish-orders")


def test_one_days_notice_gives_money_orders_photos_listings_papers_reviews_links(
    closure: Template,
) -> None:
    tomorrow = Deadline(date(2023, 4, 4), Precision.DAY, What.SITE_OFF, "dès demain")
    found = plan(closure, [tomorrow], date(2023, 4, 3), date(2023, 4, 3))
    assert found.short
    assert [each.step.id for each in found.steps] == [
        "withdraw-balance",
        "finish-orders",
        "collect-photos",
        "export-listings",
        "export-orders",
        "save-invoices",
        "save-reviews",
        "list-addresses",
    ]
    assert all(each.due_on and each.due_on <= tomorrow.on for each in found.steps)


# --- ids -----------------------------------------------------------------------------------------


IDS = {
    "account": [
        "answer-tax-questions",
        "ask-why-limited",
        "check-accepted",
        "export-listings",
        "export-orders",
        "find-what-is-asked",
        "finish-orders",
        "gather-papers",
        "go-in-yourself",
        "hand-in",
        "match-names",
        "save-announcement",
        "second-route",
        "withdraw-balance",
    ],
    "closure": [
        "beware-rescuers",
        "check-backup",
        "check-last-payout",
        "choose-new-home",
        "collect-photos",
        "export-listings",
        "export-orders",
        "finish-listings",
        "finish-orders",
        "keep-papers",
        "limit-orders",
        "list-addresses",
        "part-from-tools",
        "request-data",
        "save-announcement",
        "save-invoices",
        "save-reviews",
        "secure-name",
        "show-new-address",
        "sort-dates",
        "stop-extras",
        "test-move",
        "watch-payouts",
        "withdraw-balance",
    ],
    "fees": [
        "change-prices",
        "check-first-statement",
        "check-notice",
        "check-open-orders",
        "compare-places",
        "decide-for-members",
        "decide-prices",
        "find-opt-outs",
        "find-your-fees",
        "mind-renewals",
        "note-in-accounts",
        "recalculate",
        "save-announcement",
        "save-before-downgrade",
    ],
    "migration": [
        "back-up-monthly",
        "check-first-payout",
        "check-the-new-shop",
        "collect-photos",
        "decide-to-come-along",
        "export-listings",
        "export-orders",
        "find-what-moves",
        "finish-orders",
        "keep-your-password",
        "list-addresses",
        "move-few-first",
        "part-from-tools",
        "read-new-terms",
        "save-announcement",
        "save-invoices",
        "save-reviews",
        "secure-name",
        "set-up-payouts",
        "try-every-link",
        "withdraw-balance",
    ],
    "owner": [
        "back-up-monthly",
        "look-for-changes",
        "read-new-terms",
        "save-announcement",
        "second-route",
        "watch-for-signs",
        "watch-payouts",
    ],
    "part": [
        "ask-why-it-ends-for-you",
        "change-its-links",
        "check-after-the-end",
        "choose-substitute",
        "export-listings",
        "find-what-ends",
        "finish-orders",
        "list-its-uses",
        "move-its-tools",
        "read-both-sides",
        "save-announcement",
        "save-what-is-in-it",
        "settle-its-money",
        "test-substitute",
    ],
    "payouts": [
        "check-bank-details",
        "check-first-payout",
        "check-notice",
        "date-your-money",
        "limit-advances",
        "plan-the-gap",
        "save-announcement",
        "save-payout-reports",
        "second-route",
        "see-whether-it-binds-you",
        "send-tracked",
        "watch-payouts",
        "withdraw-balance",
    ],
    "provider": [
        "ask-about-subscribers",
        "check-first-payout",
        "check-provider-costs",
        "close-old-account",
        "connect-provider",
        "export-payments",
        "find-what-to-do",
        "gather-papers",
        "go-in-yourself",
        "match-names",
        "part-from-tools",
        "place-test-order",
        "save-announcement",
        "second-route",
        "settle-old-cases",
        "withdraw-balance",
    ],
    "terms": [
        "adapt-listings",
        "ask-what-is-unclear",
        "ask-why-removed",
        "audit-listings",
        "check-notice",
        "decide-on-terms",
        "export-listings",
        "find-what-concerns-you",
        "gather-proof",
        "keep-both-versions",
        "look-in-on-the-day",
        "mind-new-listings",
        "note-how-you-accept",
        "read-again",
        "save-affected-listings",
        "save-announcement",
        "second-route",
    ],
}


def test_step_ids_are_kept_for_ever() -> None:
    # Members' ticks hang on these: a step may be added or dropped, but never renamed.
    kept = {
        situation: sorted(step.id for step in template.steps)
        for situation, template in TEMPLATES.items()
    }
    assert kept == IDS
