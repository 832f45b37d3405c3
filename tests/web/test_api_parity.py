"""Everything a person can do by page can be done by a program, or the table says why not."""

from registry.core import parity
from tests.web.table import ACTS, PAGES

OWN_ACCOUNT = ("account_", "mfa_", "usersessions_")


def test_every_posting_page_has_its_endpoint_or_a_reason():
    posting = {act.name for act in ACTS} | {row.name for row in PAGES if row.status == 405}
    posting = {name for name in posting if ":api_" not in name and not name.startswith(OWN_ACCOUNT)}
    assert sorted(posting - set(parity.BY_API)) == [], "say in registry/core/parity.py which endpoint does the same"


def test_every_endpoint_of_the_table_is_there():
    known = parity.addresses()
    assert sorted(set(parity.BY_API) - set(known)) == []
    named = {parity.full_name(name) for each in parity.BY_API.values() if isinstance(each, tuple) for name in each}
    assert sorted(named - set(known)) == []
    assert all(each.removeprefix(parity.PAGE_ONLY) for each in parity.BY_API.values() if isinstance(each, str))


def test_the_document_is_as_the_table_is():
    assert parity.document_path().read_text(encoding="utf-8") == parity.document(), "run manage.py api_table"
