"""What a button's id says can be read again, fits, and carries the delivery's nonce."""

import re
from collections.abc import Callable

import pytest

from bot.chat import custom_ids
from bot.domain.deliveries import Subject, nonce

SNOWFLAKE = 2**63 - 1
A_NONCE = nonce(Subject.ALERT, 999_999, 40, SNOWFLAKE, 3)

WITH_NONCE: list[tuple[str, re.Pattern[str], dict[str, str]]] = [
    (custom_ids.checklist(7, A_NONCE), custom_ids.CHECKLIST, {"alert_id": "7"}),
    (custom_ids.publish(7, 2, A_NONCE), custom_ids.PUBLISH, {"alert_id": "7", "revision": "2"}),
    (custom_ids.dismiss(7, 2, A_NONCE), custom_ids.DISMISS, {"alert_id": "7", "revision": "2"}),
    (custom_ids.why(7, A_NONCE), custom_ids.WHY, {"alert_id": "7"}),
    (custom_ids.look(7, A_NONCE), custom_ids.LOOK, {"alert_id": "7"}),
    (custom_ids.source(5, A_NONCE), custom_ids.SOURCE, {"watcher_id": "5"}),
    (custom_ids.moved(5, 7, A_NONCE), custom_ids.MOVED, {"watcher_id": "5", "number": "7"}),
    (custom_ids.stays(5, 7, A_NONCE), custom_ids.STAYS, {"watcher_id": "5", "number": "7"}),
    (
        custom_ids.place(SNOWFLAKE, A_NONCE),
        custom_ids.PLACE,
        {"channel_id": str(SNOWFLAKE)},
    ),
]
OTHERS: list[tuple[str, re.Pattern[str], dict[str, str]]] = [
    (
        custom_ids.tick(3, "save-announcement", 1),
        custom_ids.TICK,
        {"checklist_id": "3", "step_id": "save-announcement", "page": "1"},
    ),
    (custom_ids.page(3, 0), custom_ids.PAGE, {"checklist_id": "3", "page": "0"}),
]


@pytest.mark.parametrize(("custom_id", "template", "said"), [*WITH_NONCE, *OTHERS])
def test_an_id_is_read_as_it_was_made(
    custom_id: str, template: re.Pattern[str], said: dict[str, str]
) -> None:
    found = template.fullmatch(custom_id)
    assert found is not None
    assert {key: value for key, value in found.groupdict().items() if key != "nonce"} == said
    assert len(custom_id) <= custom_ids.LENGTH_MAX


@pytest.mark.parametrize(("custom_id", "template", "said"), WITH_NONCE)
def test_a_message_of_the_outbox_is_found_again_by_its_nonce(
    custom_id: str, template: re.Pattern[str], said: dict[str, str]
) -> None:
    assert custom_ids.find_nonce(custom_id) == A_NONCE


@pytest.mark.parametrize("custom_id", [case[0] for case in OTHERS] + ["", "why:7", "x:7:abc"])
def test_other_ids_carry_no_nonce(custom_id: str) -> None:
    assert custom_ids.find_nonce(custom_id) is None


def test_no_id_answers_to_two_templates() -> None:
    templates = [case[1] for case in (*WITH_NONCE, *OTHERS)]
    for custom_id, *_ in (*WITH_NONCE, *OTHERS):
        assert sum(bool(each.fullmatch(custom_id)) for each in templates) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: custom_ids.why(7, ""),
        lambda: custom_ids.why(7, "n" * 26),
        lambda: custom_ids.why(7, "a:b"),
        lambda: custom_ids.why(-7, "a"),
        lambda: custom_ids.tick(1, "Not A Step", 0),
        lambda: custom_ids.tick(1, "s" * 61, 0),
        lambda: custom_ids.page(1, -1),
    ],
)
def test_an_id_that_could_not_be_read_is_not_made(make: Callable[[], str]) -> None:
    with pytest.raises(ValueError, match="no custom_id"):
        make()
