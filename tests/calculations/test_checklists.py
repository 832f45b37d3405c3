"""Checklists: one for every methodology version that is shipped, in both languages, with keys that stay."""

import pytest

from calculations.checklists import TASKS, ChecklistError, checklist_of, read_checklist
from calculations.methodologies.loader import list_methodologies

HEAD = b'format = "karst-checklist"\nformat_version = 1\n'
ITEM = b'[[items]]\nkey = "v-one"\ntask = "verification"\nsection = "files"\nzh = "\xe4\xb8\x80"\nen = "One"\n'


@pytest.mark.parametrize(("identifier", "version"), list_methodologies())
def test_every_version_has_its_list(identifier, version):
    found = checklist_of(identifier, version)
    common = checklist_of("KCS-UNKNOWN", "1.0.0")
    assert len(found.items) > len(common.items), "what this methodology asks besides"
    assert found.items[: len(common.items)] == common.items
    assert found.digest != common.digest
    for task in TASKS:
        assert found.of_task(task)


def test_lists_differ_between_versions_of_a_methodology():
    old, new = checklist_of("KCS-ENH-BACI", "1.0.0"), checklist_of("KCS-ENH-BACI", "1.1.0")
    assert {item.key for item in new.items} - {item.key for item in old.items} == {"baci-v-control", "baci-a-control"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"\xff", "file"),
        (b"nonsense = [", "file"),
        (ITEM, "format"),
        (HEAD, "items"),
        (HEAD + ITEM.replace(b"en = ", b"other = "), "items"),
        (HEAD + ITEM.replace(b'"One"', b'" "'), "items"),
        (HEAD + ITEM.replace(b"v-one", b"V one"), "key"),
        (HEAD + ITEM.replace(b'"verification"', b'"dance"'), "v-one"),
    ],
)
def test_a_list_that_cannot_be_used_says_where(data, field):
    with pytest.raises(ChecklistError) as refused:
        read_checklist(data)
    assert (refused.value.code, refused.value.params["field"]) == ("CHECKLIST_INVALID", field)


def test_a_whole_list_is_read():
    [item] = read_checklist(HEAD + ITEM)
    assert (item.key, item.zh, item.section) == ("v-one", "一", "files")
