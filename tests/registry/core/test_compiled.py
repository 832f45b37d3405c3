"""``Compiled``: the same rows as the ORM gives, for whatever values, with SQL that was built once."""

import threading

import pytest
from django.db import connection
from django.db.models import Count

from registry.core.compiled import Compiled
from registry.organisations.models import Organisation
from registry.projects.models import Project
from tests.registry.credits.market import account_holder
from tests.registry.credits.world import registered_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisations() -> list[Organisation]:
    return [account_holder(f"COMPILED-{n}") for n in range(3)]


def test_rows_of_whatever_value(organisations):
    of_code = Compiled(lambda code: Organisation.objects.filter(registration_code=code))
    for each in organisations:
        assert of_code(each.registration_code) == [each]
    assert of_code("nobody's") == []


def test_a_number_that_no_key_can_be_finds_nothing(organisations):
    of_key = Compiled(lambda pk: Organisation.objects.filter(pk=pk))
    assert of_key(organisations[0].pk) == [organisations[0]]
    assert of_key(10**30) == []


def test_several_values_keep_their_places(organisations):
    built = Compiled(
        lambda first, code, last: Organisation.objects.filter(pk__lte=last, registration_code=code, pk__gte=first)
    )
    low, middle, high = organisations
    assert built(low.pk, middle.registration_code, high.pk) == [middle]
    assert built(high.pk, middle.registration_code, high.pk) == []
    assert built(low.pk, high.registration_code, high.pk) == [high]


def test_related_records_and_named_columns_come_as_from_the_orm():
    project = registered_project()
    proponent = Organisation.objects.get(pk=project.proponent_id)
    whole = Compiled(lambda code: Project.objects.select_related("proponent").filter(code=code))
    for _again in range(2):
        (found,) = whole(project.code)
        assert found.boundary == project.boundary
        assert found.area_km2 == project.area_km2
        with connection.execute_wrapper(_nothing_more):
            assert found.proponent == proponent
    named = Compiled(lambda: Project.objects.order_by("id").values_list("code", "state", named=True)[:1])
    assert [(row.code, row.state) for row in named()] == [(project.code, "registered")]
    counted = Compiled(lambda: Organisation.objects.annotate(n=Count("projects")).filter(n__gt=0))
    assert [(one.pk, one.n) for one in counted()] == [(project.proponent_id, 1)]


def _nothing_more(*_arguments: object) -> None:
    raise AssertionError("another question was asked")


def test_each_call_asks_the_database_again(organisations):
    everybody = Compiled(lambda: Organisation.objects.filter(registration_code__startswith="COMPILED-"))
    assert len(everybody()) == 3
    account_holder("COMPILED-3")
    assert len(everybody()) == 4


def test_a_value_that_is_no_parameter_is_refused():
    with pytest.raises(TypeError):
        Compiled(lambda code, most: Organisation.objects.filter(registration_code=code)[:most])("A", 5)


@pytest.mark.django_db(transaction=True)
def test_threads_use_their_own_connections():
    holder = account_holder("COMPILED-T")
    of_code = Compiled(lambda code: Organisation.objects.filter(registration_code=code))
    assert of_code("COMPILED-T") == [holder]
    found: list[list[Organisation]] = []

    def ask() -> None:
        found.append(of_code("COMPILED-T"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[holder]] * 4
