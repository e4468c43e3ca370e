"""Which checklist fits what an alert tells: one situation for each kind of news makers act on.

Dates decide before topics, since a date says what begins; topics come with the most telling first.
Refuses to choose by words of its own: it reads only what detection or a moderator has said.
"""

from collections.abc import Set
from enum import StrEnum

from bot.domain.incidents import Facts
from bot.domain.notices import Kind, Scope, What


class Situation(StrEnum):
    """What a maker prepares for. Each has a file of that name in `data/checklists/`."""

    CLOSURE = "closure"  # the platform, or the seller's place on it, ends
    PART = "part"  # a plan, country, category, tool or API ends or is replaced
    MIGRATION = "migration"  # shops are moved elsewhere, or sites are merged
    PROVIDER = "provider"  # money comes through another payment provider
    OWNER = "owner"  # the platform is sold, and nothing is moved yet
    FEES = "fees"
    PAYOUTS = "payouts"  # money is held back or paid out otherwise
    ACCOUNT = "account"  # something must be proved or done, or the account is limited or deleted
    TERMS = "terms"  # terms, rules, and whatever else is decided for sellers


_DATED = {
    What.VERIFY_BY: Situation.ACCOUNT,
    What.FEES_EFFECTIVE: Situation.FEES,
    What.ACCEPT_BY: Situation.TERMS,
    What.TERMS_EFFECTIVE: Situation.TERMS,
    What.PAYOUT: Situation.PAYOUTS,
}
"""What a date alone says of a policy. Rules begin for many reasons, so their date says nothing."""

_TOPICS = {
    "fees": Situation.FEES,
    "identity": Situation.ACCOUNT,
    "data-export": Situation.ACCOUNT,
    "payout": Situation.PAYOUTS,
    "payments": Situation.PAYOUTS,
    "terms": Situation.TERMS,
    "prohibited-items": Situation.TERMS,
}

_OF_ACCOUNTS = {"account", "identity", "tax"}
"""Without one of these, what must be confirmed by a day is a rule about listings."""

_LOSSES = {What.ACCOUNT_SUSPENDED, What.DATA_DELETED}


def situation_of(facts: Facts) -> Situation | None:
    """The situation that `facts` tell; None where nothing is announced."""
    match facts.kind:
        case Kind.CLOSURE:
            return Situation.PART if facts.scope is Scope.PART else Situation.CLOSURE
        case Kind.MIGRATION:
            return _of_migration(facts)
        case Kind.POLICY:
            return _of_policy(facts)
        case Kind.NONE:
            return None


def _of_migration(facts: Facts) -> Situation:
    topics, whats = set(facts.topics), _whats(facts)
    if "acquisition" in topics:
        sold_only = not facts.deadlines and "account" not in topics
        return Situation.OWNER if sold_only else Situation.MIGRATION
    if "api" in topics or What.API_OFF in whats:
        return Situation.PART
    if "payments" in topics:
        return Situation.PROVIDER
    if facts.scope is Scope.PART or "feature-shutdown" in topics or What.TOOLS_OFF in whats:
        return Situation.PART
    return Situation.MIGRATION


def _of_policy(facts: Facts) -> Situation:
    whats = _whats(facts)
    dated = [situation for what, situation in _DATED.items() if what in whats]
    if Situation.ACCOUNT in dated and not _OF_ACCOUNTS & set(facts.topics):
        dated.remove(Situation.ACCOUNT)
    told = [_TOPICS[topic] for topic in facts.topics if topic in _TOPICS]
    agreed = [situation for situation in told if situation in dated]
    if not dated and whats & _LOSSES and What.RULES_EFFECTIVE not in whats:
        return Situation.ACCOUNT
    return next(iter((*agreed, *dated, *told)), Situation.TERMS)


def _whats(facts: Facts) -> Set[What]:
    return {deadline.what for deadline in facts.deadlines}
