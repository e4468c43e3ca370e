"""Reads what a platform once changed for sellers: `[[changes]]` in its own file.

Refuses a change before its announcement, and words in one language only.
"""

from enum import StrEnum

from bot.catalogue.checklists import REQUIRED_LANGUAGES
from bot.catalogue.endings import LONGEST_NOTE
from bot.catalogue.tables import Table
from bot.domain.platforms import Certainty, PastChange


class ChangeTopic(StrEnum):
    """What a past change was about."""

    FEES = "fees"
    TERMS = "terms"
    PROHIBITED = "prohibited"
    PAYMENTS = "payments"
    SHIPPING = "shipping"
    FEATURE = "feature"
    API = "api"


def read_change(table: Table) -> PastChange:
    """One `[[changes]]`; what is wrong is remembered in `table`."""
    announced, effective = table.day("announced_on"), table.day("effective_on")
    if effective is None:
        table.fault("missing", "effective_on")
    if announced and effective and effective < announced:
        table.fault("date_order", "effective_on", other="announced_on")
    change = PastChange(
        topic=table.choice("topic", ChangeTopic).value,
        announced_on=announced,
        effective_on=effective,
        note=table.wording("note", REQUIRED_LANGUAGES, LONGEST_NOTE),
        certainty=table.choice("certainty", Certainty),
        evidence=table.address("evidence") if "evidence" in table.values else None,
    )
    table.done()
    return change
