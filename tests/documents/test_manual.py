"""The manual: every page in its contents, every picture there and used, glossary and machines from the code."""

import importlib.util
import re

import pytest
import yaml
from django.conf import settings

from mrv.learning import glossary
from registry.core.machines import machines

DOCS = settings.ROOT / "docs"
GENERATED = {"glossary.md"}
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


def pages() -> list[str]:
    contents = yaml.safe_load((settings.ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]

    def leaves(entry):
        if isinstance(entry, str):
            return [entry]
        return [leaf for part in (entry.values() if isinstance(entry, dict) else entry) for leaf in leaves(part)]

    return leaves(contents)


@pytest.fixture(scope="module")
def made():
    spec = importlib.util.spec_from_file_location("site_pages", DOCS / "site_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_in_the_contents():
    written = {str(file.relative_to(DOCS)) for file in DOCS.rglob("*.md")}
    assert set(pages()) == written | GENERATED


def test_every_picture_is_there_and_used():
    used = {
        (file.parent / name).resolve()
        for file in [*DOCS.rglob("*.md"), settings.ROOT / "README.md"]
        for name in IMAGE.findall(file.read_text("utf-8"))
    }
    assert used == {file.resolve() for file in (DOCS / "images").iterdir()}
    assert sum(file.stat().st_size for file in used) < 1024**2


def test_the_glossary_of_the_manual_is_the_glossary_of_the_pages(made):
    page = made.glossary_page()
    assert all(f"| {term.en} | {term.zh} |" in page for term in glossary.terms())


def test_every_line_of_every_machine_is_drawn(made):
    page = made.with_pictures((DOCS / "state-machines.md").read_text("utf-8"))
    assert "mermaid" not in page
    for _room, machine in machines():
        picture = made.picture(machine)
        assert picture.count("<rect") == len(machine.states)
        assert picture.count('fill="none"') == len(machine.transitions)
        heading = page.index(f"\n## {machine.name.replace('_', ' ').capitalize()}\n")
        assert page.index(picture) > heading
        assert "\n## " not in page[heading + 3 : page.index(picture)]
