"""One glossary for pages and documents: complete, in both languages, in the words of the pages."""

import pytest
from django.utils.translation import override

from mrv.learning import glossary
from registry.core.roles import OrganisationKind, Role

LANGUAGES = ("en", "zh-hans")


@pytest.mark.parametrize("name", [*Role, *OrganisationKind])
def test_roles_and_kinds_of_organisations_stand_in_it_as_the_pages_call_them(name):
    term = next(term for term in glossary.terms() if term.key == name.value)
    with override("en"):
        assert term.en == str(name.label)
    with override("zh-hans"):
        assert term.zh == str(name.label)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_every_machine_is_on_the_page(client, language):
    page = client.get("/glossary/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    machines = list(glossary.machines())
    assert len(machines) > 15
    for _owner, machine in machines:
        for state in machine.states:
            with override(language):
                assert str(state.label).replace("'", "&#x27;") in page


def test_terms_are_complete_and_unique():
    terms = glossary.terms()
    assert len({term.key for term in terms}) == len(terms)
    assert {term.group for term in terms} == set(glossary.GROUPS)
    for term in terms:
        assert all(getattr(term, name).strip() for name in ("en", "zh", "en_meaning", "zh_meaning"))
        assert term.en_meaning.isascii() is False or term.en_meaning.endswith(".")
        assert term.zh_meaning.endswith("。")
