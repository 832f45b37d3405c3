"""``{% piece %}``: what stands in a row is rendered once for the same facts."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override

from registry.core.templatetags.kcr import Piece
from registry.projects.models import Project


class Counted:
    """A value that counts how often it is drawn."""

    drawn = 0

    def __str__(self) -> str:
        Counted.drawn += 1
        return f"drawn {Counted.drawn} times"


def test_the_same_facts_are_rendered_once_and_others_anew():
    row = Template("{% piece number state %}{{ number }} {{ state }} {{ seen }};{% endpiece %}")
    seen = Counted()
    first = row.render(Context({"number": 1, "state": "open", "seen": seen}))
    assert row.render(Context({"number": 1, "state": "open", "seen": seen})) == first
    other = row.render(Context({"number": 1, "state": "closed", "seen": seen}))
    assert other != first
    assert "closed" in other


def test_each_language_has_its_own():
    row = Template("{% load i18n %}{% piece n %}{% translate 'Retirements' %} {{ n }}{% endpiece %}")
    with override("en"):
        english = row.render(Context({"n": 3}))
    with override("zh-hans"):
        chinese = row.render(Context({"n": 3}))
    assert english == "Retirements 3"
    assert chinese != english


def test_a_record_is_refused_as_a_name():
    """Two states of one record are equal to Python: the older one would be shown."""
    row = Template("{% piece project %}{{ project.code }}{% endpiece %}")
    with pytest.raises(TypeError):
        row.render(Context({"project": Project(pk=1, code="KC-520621-000001", area_km2=Decimal(1))}))


def test_no_more_is_kept_than_fits(monkeypatch):
    monkeypatch.setattr(Piece, "MOST", 7)
    row = Template("{% for n in numbers %}{% piece n %}{{ n }},{% endpiece %}{% endfor %}")
    assert row.render(Context({"numbers": range(10)})) == "0,1,2,3,4,5,6,7,8,9,"
    (piece,) = row.nodelist.get_nodes_by_type(Piece)
    assert 0 < sum(map(len, piece.kept.values())) <= 7
