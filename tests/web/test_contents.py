"""The watch over the tables sees what was written, and only what stayed."""

import pytest
from django.db import transaction

from registry.organisations.models import Organisation
from tests.people import developer
from tests.web.contents import Tables

pytestmark = pytest.mark.django_db


def test_a_change_is_seen_once_and_what_was_undone_is_none():
    made = developer()
    tables = Tables()
    assert tables.changed() == []
    with transaction.atomic():
        Organisation.objects.filter(pk=made.pk).update(name_en="Another")
        transaction.set_rollback(True)
    assert tables.changed() == []
    Organisation.objects.filter(pk=made.pk).update(name_en="Another")
    assert "organisations_organisation" in tables.changed()
    assert tables.changed() == []
    Organisation.objects.filter(pk=made.pk).update(name_en="Another")  # written, and the same
    assert "organisations_organisation" not in tables.changed()


def test_rows_that_come_and_go_are_seen():
    tables = Tables()
    made = developer()
    assert "organisations_organisation" in tables.changed()
    Organisation.objects.filter(pk=made.pk)._raw_delete("default")
    assert "organisations_organisation" in tables.changed()
