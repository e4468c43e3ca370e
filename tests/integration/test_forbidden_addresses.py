"""No spelling of a forbidden address is ever visited, written or redirected to, and each is refused
for good: the table is `python -m tests.forbidden`."""

from bot.ingest.faults import is_forbidden, is_permanent
from tests.forbidden import CASES, fates
from tests.loaded import loaded


async def test_no_forbidden_address_is_visited_however_it_is_spelled() -> None:
    tried = [each async for each in fates()]
    assert [each.case for each in tried] == list(CASES)
    texts, _ = loaded()
    for each in tried:
        assert each.written is not None, each.case
        assert is_forbidden(each.written), each.case
        assert is_permanent(each.written), each.case
        assert texts.fault("en", each.written) != texts.fault("fr", each.written)


async def test_no_redirect_leads_to_a_forbidden_address() -> None:
    harmless_once_sent = {"line break"}  # a header cannot hold one
    async for each in fates():
        if each.case.kind not in harmless_once_sent:
            assert each.hopped is not None, each.case
            assert each.hopped.key.startswith("source.redirect."), each.case
