"""Methodology versions: shipped ones are pinned and complete, others are checked and refused by field."""

import pytest

from calculations.chemistry import load_constants
from calculations.methodologies import (
    MethodologyError,
    list_methodologies,
    load_methodology,
    methodology_bytes,
    newest_version,
    read_methodology,
)
from calculations.methodologies.loader import PUBLISHED

TEXT = methodology_bytes("KCS-ENH-BACI", "1.0.0").decode()
DRAFT = TEXT.replace('version = "1.0.0"\nprocedure', 'version = "1.0.1"\nprocedure')


def refused(old, new, text=DRAFT):
    assert old in text
    with pytest.raises(MethodologyError) as caught:
        read_methodology(text.replace(old, new, -1 if old == "[[equations]]" else 1).encode())
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value


def test_what_is_shipped_is_what_was_published():
    eight = ["KCS-ALLO", "KCS-AQUA", "KCS-ENH-BACI", "KCS-INV", "KCS-MPD", "KCS-NET", "KCS-POWDER", "KCS-TAB"]
    assert sorted({identity for identity, _ in list_methodologies()}) == eight
    assert newest_version("kcs-enh-baci") == "1.2.0"
    assert {(i, v): load_methodology(i, v).digest for i, v in list_methodologies()} == PUBLISHED


def test_outcomes_and_buffer():
    inventory, enhancement = load_methodology("kcs-inv", "1.0.0"), load_methodology("KCS-ENH-BACI", "1.0.0")
    assert (inventory.outcome, enhancement.outcome) == ("statement", "credits")
    assert not inventory.earns_credits
    assert str(enhancement.decimal("buffer_share")) == "0.1"
    assert enhancement.value("completeness_time_min_pct") == 90
    assert inventory.value("completeness_time_min_pct") == 75
    assert enhancement.whole("draws") == 2**17
    assert enhancement.ranges["ph"] == (5.0, 10.0)


@pytest.mark.parametrize("identity", list_methodologies())
def test_the_constants_are_those_shipped(identity):
    constants = load_methodology(*identity).content["constants"]
    assert load_constants(constants["name"], constants["sha256"]).sha256 == constants["sha256"]


@pytest.mark.parametrize("identity", list_methodologies())
def test_every_parameter_has_names_and_sources_in_both_languages(identity):
    for parameter in load_methodology(*identity).parameters.values():
        assert parameter.names["zh"] != parameter.names["en"] or parameter.symbol == "ph"
        assert all(parameter.sources.values())
        assert parameter.minimum <= parameter.value <= parameter.maximum


def test_a_digest_covers_content_not_layout():
    assert read_methodology(f"# remark\n\n{DRAFT}".encode()).digest == read_methodology(DRAFT.encode()).digest
    other = DRAFT.replace("default = 0.02", "default = 0.03", 1)
    assert read_methodology(other.encode()).digest != read_methodology(DRAFT.encode()).digest


@pytest.mark.parametrize(
    ("identity", "version"), [("KCS-INV", "9.9.9"), ("KCS-X", "1.0.0"), ("../x", "1.0.0"), ("", "")]
)
def test_an_unknown_version_is_refused(identity, version):
    with pytest.raises(MethodologyError) as caught:
        load_methodology(identity, version)
    assert caught.value.code == "METHODOLOGY_UNKNOWN"
    assert "KCS-INV 1.0.0" in caught.value.text("en")


def test_a_published_version_with_another_content_is_refused():
    assert refused("default = 0.02", "default = 0.03", TEXT).code == "METHODOLOGY_ALTERED"


def test_a_parameter_out_of_its_range_is_named():
    error = refused("default = 0.86", "default = 1.2")
    assert error.code == "METHODOLOGY_PARAMETER_OUT_OF_RANGE"
    assert error.params["symbol"] == "kappa_ref"
    assert refused("high = 0.9 ", "high = 1.1 ").code == "METHODOLOGY_PARAMETER_OUT_OF_RANGE"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('outcome = "credits"', 'outcome = "money"', "outcome"),
        ('id = "KCS-ENH-BACI"', 'id = "../etc"', "id"),
        ("format_version = 1", "format_version = 2", "format"),
        ('symbol = "buffer_share"', 'symbol = "buffer"', "parameters"),
        ('symbol = "u_area"', 'symbol = "kappa_ref"', "parameters"),
        ('kind = "triangular", low = 0.82', 'kind = "triangular", low = 0.88', "kappa_ref"),
        ('kind = "triangular", low = 0.82, mode = 0.86, high = 0.9', 'kind = "fixed"', "kappa_ref"),
        ("ph = [5.0, 10.0]", "ph = [10.0, 5.0]", "quality"),
        ('title_en = "', 'title_fr = "', "title"),
        ('role = "flux"', 'role = "decoration"', "variables 1"),
        ("[constants]", "[consonants]", "constants"),
        ("[[equations]]", "[[equation]]", "equations"),
    ],
)
def test_what_is_missing_or_malformed_is_named(old, new, field):
    error = refused(old, new)
    assert (error.code, error.params["field"]) == ("METHODOLOGY_INVALID", field)


def test_formulas_that_the_engine_does_not_know_are_refused():
    assert refused('procedure = "karst-flux-1"', 'procedure = "karst-flux-9"').code == "METHODOLOGY_PROCEDURE_UNKNOWN"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = ", b"", b"x" * 2_000_000])
def test_bytes_that_are_no_methodology_are_refused(data):
    with pytest.raises(MethodologyError):
        read_methodology(data)
