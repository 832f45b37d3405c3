"""The table of who is told: complete, and every line of it can be written."""

import pytest
from django.urls import resolve

from registry.core import acts, permissions, told

TABLE = told.table()


def test_every_act_tells_somebody_or_says_that_it_tells_nobody():
    named, listed = set(acts.NAMES), set(TABLE) | told.silent()
    assert sorted(named - listed) == [], "write these acts into the notices.py of their room: told.when or told.nobody"
    assert sorted(listed - named) == [], "these have no words in permissions.py"
    assert sorted(set(TABLE) & told.silent()) == [], "these tell somebody and nobody"


@pytest.mark.parametrize("action", sorted(TABLE))
def test_a_line_names_people_by_the_permission_table_or_by_themselves(action):
    for line in TABLE[action]:
        assert line.kind in told.Kind.values
        assert (line.persons is None) == (line.to is not None)
        if line.persons is None:
            assert line.may in permissions.table(), f"{line.may} is nobody's: no one would be told"


def test_what_can_be_told_of_has_a_name_and_a_page():
    from django.apps import apps

    for label in told.described_models():
        assert apps.get_model(label)._meta.label == label
    assert resolve("/notices/").view_name == "notices:list"
