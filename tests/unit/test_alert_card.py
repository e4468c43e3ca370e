"""The alert as a maker reads it: what comes first, what is never cut, what is never claimed."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.alert_card import alert_card
from bot.chat.limits import COMPONENTS_MAX, TEXT_MAX
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.incidents import Change, Correction, DateCorrection, Facts, Link
from bot.domain.notices import Deadline, Kind, Origin, Precision, Scope, Severity, What
from bot.domain.situations import Situation
from tests.card_samples import (
    AT,
    FACTS,
    FIRST,
    LAST_SALE,
    LISTING_FREEZE,
    LOCALES,
    NONCE,
    TEXTS,
    TODAY,
    URL,
    accepted,
    an_alert,
    buttons,
    components,
    custom_ids_of,
    history_of,
    in_order,
    moved,
    text_of,
    with_origin,
)
from tests.unit.test_escape import HOSTILE


def shown(
    alert: Alert | None = None,
    history: tuple[Revision, ...] = (FIRST,),
    *,
    locale: str = "en",
    today: date = TODAY,
    has_checklist: bool = True,
) -> str:
    view = alert_card(
        TEXTS, locale, alert or an_alert(), history, NONCE, today, has_checklist=has_checklist
    )
    return text_of(accepted(view))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize(("kind", "scope", "origin"), list(product(Kind, Scope, Origin)))
def test_every_kind_in_every_state_is_a_card_that_discord_takes(
    locale: str, state: AlertState, kind: Kind, scope: Scope, origin: Origin
) -> None:
    for severity, successor, deadlines in product(Severity, (None, "Etsy"), ((), FACTS.deadlines)):
        facts = replace(
            with_origin(origin),
            kind=kind,
            scope=scope,
            severity=severity,
            successor=successor,
            deadlines=deadlines,
        )
        view = alert_card(TEXTS, locale, an_alert(facts, state), history_of(state), NONCE, TODAY)
        assert "A Little Market" in text_of(accepted(view))
        assert URL in text_of(view)
        assert any(NONCE in custom_id for custom_id in custom_ids_of(view))


def test_what_matters_most_stands_first() -> None:
    assert in_order(
        shown(),
        [
            "A Little Market is closing",
            "**Official:**",
            "Last day of sales",
            "What to do today",
            "Etsy",
            "Beware of opportunists",
            URL,
            "> Les ventes cessent",
            "First told here",
        ],
    )


def test_the_french_card_is_french_and_keeps_the_quote_as_it_is() -> None:
    text = shown(locale="fr")
    assert "## A Little Market ferme" in text
    assert "jeudi 31 août 2017" in text
    assert "> Les ventes cessent le 31 août 2017." in text
    assert not re.search(r"\b(the|today|your|sales)\b", text)


def test_a_foreign_quote_says_in_which_language_it_is() -> None:
    assert "(French)" in shown()
    assert "(français)" not in shown(locale="fr")
    assert "(another language)" in shown(an_alert(replace(FACTS, language="xx")))


def test_a_known_day_is_told_in_words_and_as_a_timestamp_of_noon() -> None:
    noon = 1504180800  # 2017-08-31 12:00 UTC
    assert f"Thursday 31 August 2017 (<t:{noon}:D>, <t:{noon}:R>)" in shown()


def test_a_month_is_told_in_words_only() -> None:
    line = next(line for line in shown().splitlines() if "payout" in line)
    assert "September 2017" in line
    assert "<t:" not in line


@pytest.mark.parametrize("precision", [Precision.PART, Precision.MONTH, Precision.QUARTER])
def test_a_vague_date_has_not_passed_before_its_last_day(precision: Precision) -> None:
    vague = Deadline(date(2017, 7, 1), precision, What.SITE_OFF, "")
    alert = an_alert(replace(FACTS, deadlines=(vague,)))
    assert "passed" not in shown(alert, today=date(2017, 7, 31))
    assert "passed" in shown(alert, today=date(2017, 10, 1))
    assert "2017" in shown(alert)


def test_dates_ahead_come_first_and_passed_ones_are_marked() -> None:
    text = shown(today=date(2017, 8, 1))
    assert in_order(text, ["Last day of sales", "New listings closed", "– passed"])
    assert text.count("– passed") == 1


def test_a_date_of_today_is_called_today() -> None:
    assert "**New listings closed: today**" in shown()


@pytest.mark.parametrize("origin", [Origin.PRESS, Origin.COMMUNITY])
@pytest.mark.parametrize("kind", Kind)
def test_only_the_platform_itself_is_told_as_certain(origin: Origin, kind: Kind) -> None:
    text = shown(an_alert(replace(with_origin(origin), kind=kind)))
    assert text.startswith("## Unconfirmed")
    assert "is closing" not in text
    assert "would be confirmed" in text
    assert "**Official" not in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("origin", Origin)
def test_every_closure_warns_of_opportunists(locale: str, scope: Scope, origin: Origin) -> None:
    alert = an_alert(replace(with_origin(origin), scope=scope))
    said = {"en": "Nobody needs your password", "fr": "Personne n’a besoin de votre mot de passe"}
    assert said[locale] in shown(alert, locale=locale)


def test_what_to_do_changes_when_listings_are_closed_already() -> None:
    ahead = replace(LISTING_FREEZE, on=date(2017, 7, 20))
    frozen, open_still = shown(), shown(an_alert(replace(FACTS, deadlines=(ahead, LAST_SALE))))
    assert "New listings are already closed" in frozen
    assert "New listings will be closed (Thursday 20 July 2017)" in open_still
    assert "already closed" not in open_still


def test_with_ten_days_or_less_the_money_comes_first() -> None:
    hurried = shown(today=date(2017, 8, 25))
    assert in_order(hurried, ["Withdraw the money", "Save the announcement"])
    assert in_order(shown(an_alert(replace(FACTS, deadlines=(LAST_SALE,)))), ["Save", "Withdraw"])


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("situation", Situation)
def test_every_situation_has_its_own_things_to_do_today(situation: Situation, locale: str) -> None:
    said = TEXTS.get(locale, f"alert.today.{situation}")
    others = {TEXTS.get(locale, f"alert.today.{each}") for each in set(Situation) - {situation}}
    assert said not in others
    assert said.count("\n- ") == 2, "three lines"


@pytest.mark.parametrize(
    ("kind", "topics", "begins"),
    [
        (Kind.POLICY, ("fees",), "Save the announcement and today’s page of fees"),
        (Kind.POLICY, ("terms",), "Read the text itself at its source"),
        (Kind.POLICY, ("identity",), "Open your seller account by typing its address"),
        (Kind.POLICY, ("payout",), "See in your seller account whether it counts for you"),
        (Kind.MIGRATION, ("account",), "Save the announcement, with its date."),
        (Kind.MIGRATION, ("payments",), "Open your seller account by typing its address"),
    ],
)
def test_what_to_do_today_fits_what_changes(
    kind: Kind, topics: tuple[str, ...], begins: str
) -> None:
    text = shown(an_alert(replace(FACTS, kind=kind, topics=topics, deadlines=())))
    assert f"### What to do today\n- {begins}" in text


@pytest.mark.parametrize(
    ("kind", "topics", "successor", "title"),
    [
        (Kind.POLICY, "fees", None, "Fees change at A Little Market"),
        (Kind.POLICY, "terms", None, "Terms or rules change at A Little Market"),
        (Kind.POLICY, "payout", None, "Payouts change at A Little Market"),
        (
            Kind.POLICY,
            "identity",
            None,
            "Sellers must act to keep their account at A Little Market",
        ),
        (Kind.MIGRATION, "payments", "Stripe", "A Little Market changes its payment provider"),
        (Kind.MIGRATION, "acquisition", "Etsy", "A Little Market changes hands"),
        (Kind.MIGRATION, "account", "Etsy", "A Little Market moves to Etsy"),
        (Kind.MIGRATION, "api", None, "A tool or service is replaced at A Little Market"),
    ],
)
def test_the_title_says_what_changes_and_no_more(
    kind: Kind, topics: str, successor: str | None, title: str
) -> None:
    facts = replace(FACTS, kind=kind, topics=(topics,), successor=successor, deadlines=())
    assert shown(an_alert(facts)).startswith(f"## {title}\n")


@pytest.mark.parametrize("topics", [("fees",), ("terms",), ("identity",), ("payout",)])
def test_a_change_of_rules_warns_of_no_rescuers(topics: tuple[str, ...]) -> None:
    text = shown(an_alert(replace(FACTS, kind=Kind.POLICY, topics=topics)))
    assert "Beware" not in text
    assert "is closing" not in text
    assert "New listings are already closed" not in text


def test_after_the_end_nobody_is_sent_to_a_site_that_is_gone() -> None:
    off = Deadline(date(2017, 9, 30), Precision.DAY, What.SITE_OFF, "")
    text = shown(an_alert(replace(FACTS, deadlines=(off,))), today=date(2017, 10, 2))
    assert "The last known day has passed" in text
    assert "Export your listings" not in text


def test_days_that_disagree_are_shown_with_the_one_to_plan_for() -> None:
    press = replace(LAST_SALE, on=date(2017, 8, 30))
    facts = replace(with_origin(Origin.PRESS), deadlines=(press, LAST_SALE))
    text = shown(an_alert(facts))
    assert "**The dates disagree** on “Last day of sales”." in text
    assert "Plan for the earliest: Wednesday 30 August 2017" in text


def test_days_for_different_sellers_do_not_disagree() -> None:
    uk, fr = replace(LAST_SALE, audience="UK shops"), replace(LAST_SALE, on=TODAY, audience="FR")
    text = shown(an_alert(replace(FACTS, deadlines=(uk, fr))))
    assert "disagree" not in text
    assert "for: “UK shops”" in text


def test_the_latest_change_is_told_and_the_earlier_date_struck_out() -> None:
    text = shown(history=(FIRST, moved("2017-08-30", "2017-08-31")))
    assert "**Updated on <t:" in text
    assert "Last day of sales: moved from Wednesday 30 August 2017 to Thursday 31" in text
    assert "earlier date: ~~Wednesday 30 August 2017~~" in text


def test_what_changed_before_it_was_told_is_no_news() -> None:
    pending = Revision(1, Reason.DOUBTFUL, AT)
    told = Revision(3, Reason.PUBLISHED, AT + timedelta(days=4), (), 42)
    assert "Updated" not in shown(history=(pending, moved("2017-08-30", "2017-08-31"), told))


def test_a_correction_by_moderators_says_so() -> None:
    change = Change("date_moved", "2017-09-30", "2017-08-31", What.LAST_SALE)
    corrected = Revision(2, Reason.CORRECTED, AT, (change,), 42, "a typo")
    correction = Correction(
        dates=(DateCorrection(What.LAST_SALE, date(2017, 9, 30), LAST_SALE.on),)
    )
    text = shown(replace(an_alert(), correction=correction), (FIRST, corrected))
    assert "**Corrected by the moderators on" in text
    assert "earlier date: ~~Saturday 30 September 2017~~" in text


def test_a_retracted_alert_cannot_be_mistaken_for_a_true_one() -> None:
    state = AlertState.RETRACTED
    text = shown(an_alert(state=state), history_of(state))
    assert text.startswith("## Retracted\n~~A Little Market is closing~~")
    assert "Do not rely on it" in text
    assert "The \\*wrong\\* platform" in text
    dated = [line for line in text.splitlines() if "2017" in line]
    assert dated
    assert all(line.startswith("- ~~") and line.endswith("~~") for line in dated)
    assert ":R>" not in text
    assert "What to do today" not in text


def test_a_retracted_alert_offers_no_checklist() -> None:
    alert = an_alert(state=AlertState.RETRACTED)
    view = alert_card(TEXTS, "en", alert, history_of(alert.state), NONCE, TODAY, has_checklist=True)
    assert custom_ids_of(view) == [f"why:7:{NONCE}"]


@pytest.mark.parametrize(("locale", "label"), [("en", "My checklist"), ("fr", "Ma liste")])
def test_the_checklist_is_one_press_away(locale: str, label: str) -> None:
    view = alert_card(TEXTS, locale, an_alert(), (FIRST,), NONCE, TODAY, has_checklist=True)
    first, why, original = buttons(view)
    assert (first["label"], first["custom_id"]) == (label, f"checklist:7:{NONCE}")
    assert why["custom_id"] == f"why:7:{NONCE}"
    assert original["url"] == URL


def test_only_the_configured_role_is_mentioned_above_the_card() -> None:
    view = accepted(alert_card(TEXTS, "en", an_alert(), (FIRST,), NONCE, TODAY, role_id=99))
    assert next(components(view))["content"] == "<@&99>"
    assert "<@" not in shown()


def test_a_letter_without_an_address_says_so() -> None:
    link = Link(None, "A letter", Origin.COMMUNITY, TODAY)
    facts = replace(FACTS, origin=Origin.COMMUNITY, links=(link,))
    assert "there is no address to show" in shown(an_alert(facts))
    assert "there is no address to show" in shown(an_alert(replace(FACTS, links=())))


def test_a_report_that_names_no_platform_reads_as_a_sentence() -> None:
    facts = replace(with_origin(Origin.COMMUNITY), platform_name="?")
    assert "## Unconfirmed: a platform that is not named may be closing" in shown(an_alert(facts))


def test_three_further_sources_are_named_and_the_rest_counted() -> None:
    others = tuple(
        Link(f"https://press.example/{n}", "News", Origin.PRESS, TODAY, f"Paper {n}")
        for n in range(6)
    )
    text = shown(an_alert(replace(FACTS, links=(*FACTS.links, *others))))
    assert "- Paper 2: https://press.example/2" in text
    assert "Paper 3" not in text
    assert "… and 3 more." in text


DEADLINES = st.lists(
    st.builds(
        Deadline,
        st.dates(date(2015, 1, 1), date(2020, 12, 31)),
        st.sampled_from(Precision),
        st.sampled_from(What),
        HOSTILE,
        st.none() | HOSTILE | st.text(min_size=200, max_size=400),
    ),
    max_size=60,
).map(tuple)
LONG = HOSTILE | st.text(max_size=600) | st.just("*_" * 900)
URLS = st.sampled_from(
    [URL, None, "https://example.org/" + "a" * 1_100, "https://example.org/?" + "b" * 9_000]
)
LINKS = st.lists(
    st.builds(Link, URLS, LONG, st.sampled_from(Origin), st.just(TODAY), st.none() | LONG),
    max_size=6,
).map(tuple)
ANY_FACTS = st.builds(
    Facts,
    platform=st.just("x"),
    platform_name=LONG,
    kind=st.sampled_from(Kind),
    scope=st.sampled_from(Scope),
    severity=st.sampled_from(Severity),
    confidence=st.floats(0, 1),
    origin=st.sampled_from(Origin),
    headline=LONG,
    deadlines=DEADLINES,
    successor=st.none() | LONG,
    topics=st.just(()),
    quote=st.none() | LONG,
    links=LINKS,
    announced_on=st.just(TODAY),
    language=st.sampled_from(["fr", "en", "xx", ""]),
)
ANY_CHANGE = st.builds(
    Change,
    st.sampled_from(["date_moved", "date_added", "date_removed"]),
    st.sampled_from(["2017-08-30", "2017-08"]),
    st.sampled_from(["2017-08-31", "2017-09"]),
    st.sampled_from(What),
) | st.builds(
    Change,
    st.sampled_from(["platform_changed", "successor_named", "reported_by", "reworded"]),
    LONG,
    LONG,
)
ANY_HISTORY = st.lists(
    st.builds(
        Revision,
        st.integers(1, 40),
        st.sampled_from(Reason),
        st.just(AT),
        st.lists(ANY_CHANGE, max_size=60).map(tuple),
        st.none() | st.just(42),
        st.none() | LONG,
    ),
    min_size=1,
    max_size=4,
).map(tuple)


@given(ANY_FACTS, ANY_HISTORY, st.sampled_from(AlertState), st.sampled_from(LOCALES))
def test_whatever_the_facts_the_card_fits_and_keeps_dates_and_link(
    facts: Facts, history: tuple[Revision, ...], state: AlertState, locale: str
) -> None:
    alert = an_alert(facts, state)
    view = accepted(
        alert_card(TEXTS, locale, alert, history, NONCE, TODAY, has_checklist=True, role_id=99)
    )
    text = text_of(view)
    assert view.content_length() <= TEXT_MAX
    assert sum(1 for _ in components(view)) <= COMPONENTS_MAX
    assert not re.search(r"@everyone|@here|<@\d|<#\d|(?<!\\)\]\(", text)
    if facts.links and facts.links[0].url == URL:
        assert URL in text
    days = [each.on for each in facts.deadlines if each.precision is Precision.DAY]
    ahead = [day for day in days if day >= TODAY]
    vague = any(each.precision is not Precision.DAY for each in facts.deadlines)
    if ahead and not vague and state is not AlertState.RETRACTED:
        assert TEXTS.day(locale, min(ahead)) in text


def test_of_sixty_dates_the_nearest_are_shown_and_the_rest_counted() -> None:
    deadlines = tuple(
        Deadline(TODAY + timedelta(days=n), Precision.DAY, What.TOOLS_OFF, "", f"tool {n}")
        for n in range(60)
    )
    text = shown(an_alert(replace(FACTS, deadlines=deadlines)))
    lines = [line for line in text.splitlines() if "Tool or service ends" in line]
    assert len(lines) >= 15
    assert all(f"“tool {n}”" in line for n, line in enumerate(lines))
    assert f"… and {60 - len(lines)} more dates." in text
    assert "What to do today" in text
    assert "Nobody needs your password" in text
    assert URL in text
