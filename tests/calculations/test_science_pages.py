"""The worked examples in docs/science are calculated again: a page whose numbers are wrong fails here."""

import doctest
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "science").rglob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_number_of_the_page_is_what_the_program_gives(page):
    outcome = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert outcome.failed == 0


def test_the_page_on_hydrology_and_flux_has_its_examples():
    (page,) = (page for page in PAGES if page.stem == "hydrology-and-flux")
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").attempted > 40


def test_the_page_on_chemistry_has_its_examples():
    (page,) = (page for page in PAGES if page.stem == "chemistry")
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").attempted >= 10
