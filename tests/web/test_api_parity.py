"""Everything a person can do by page can be done by a program, or the table says why not."""

from django.urls import get_resolver

from registry.api.views import ApiView
from registry.core import parity
from tests.web.table import PAGES
from tests.web.table_acts import ACTS

AT_A_BROWSER = {
    "organisations:join", "organisations:sign_in", "organisations:sign_out", "organisations:demo_sign_in",
    "organisations:tokens", "core:set_language", "learning:self_test", "demo:advance",
}  # fmt: skip
"""What by its nature a person does at a browser: signing in, tokens, the language, a quiz, the demonstration."""
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


def test_only_what_is_a_persons_at_a_browser_has_no_endpoint():
    without = {page for page, answer in parity.BY_API.items() if isinstance(answer, str)}
    assert without == AT_A_BROWSER


def test_an_endpoint_of_the_table_takes_what_the_table_says():
    views = dict(endpoints(get_resolver().url_patterns))
    wrong = []
    for answer in parity.BY_API.values():
        for name in answer if isinstance(answer, tuple) else ():
            view = views[parity.full_name(name)].cls
            method = parity.method_of(name).lower()
            acts = view.act is not ApiView.act or view.post is not ApiView.post
            if method not in view.http_method_names or (method == "post" and not acts):
                wrong.append(name)
    assert wrong == []


def endpoints(patterns, names=""):
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from endpoints(each.url_patterns, f"{names}{each.namespace}:" if each.namespace else names)
        elif hasattr(each.callback, "cls"):
            yield f"{names}{each.name}", each.callback
