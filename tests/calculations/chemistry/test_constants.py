"""The constants: named, pinned by digest, refused when altered."""

import hashlib
from pathlib import Path

import phreeqpython
import pytest

from calculations.chemistry import ChemistryError, constants, load_constants
from calculations.chemistry.constants import PINNED, parse_constants
from calculations.chemistry.phreeqc_database import read_database, table_bytes

FOLDER = Path(constants.__file__).parent / "constants"


def test_it_works() -> None:
    table = load_constants("phreeqc-3.7.3")
    assert table.name == "phreeqc-3.7.3"
    assert table.sha256 == PINNED["phreeqc-3.7.3"]
    assert load_constants(table.name, table.sha256.upper()) is table


def test_every_shipped_table_is_pinned_by_the_digest_of_its_bytes() -> None:
    shipped = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*")}
    assert shipped == dict(PINNED)


@pytest.mark.parametrize(("name", "database"), [("phreeqc-3.7.3", "phreeqc.dat"), ("wateq4f-2012", "wateq4f_PWN.dat")])
def test_the_generator_makes_the_shipped_bytes_again_from_the_published_database(name: str, database: str) -> None:
    published = Path(phreeqpython.__file__).parent / "database" / database
    made = table_bytes(name, read_database(published.read_text(encoding="latin-1")))
    assert made == (FOLDER / f"{name}.json").read_bytes()
    assert hashlib.sha256(made).hexdigest() == PINNED[name]


def test_the_generator_refuses_a_database_that_writes_a_reaction_otherwise() -> None:
    published = (Path(phreeqpython.__file__).parent / "database" / "phreeqc.dat").read_text(encoding="latin-1")
    other = published.replace("Ca+2 + CO3-2 = CaCO3", "Ca+2 + HCO3- = CaCO3 + H+")
    assert other != published
    with pytest.raises(ValueError, match="expected Ca"):
        table_bytes("phreeqc-3.7.3", read_database(other))


def test_phreeqcs_own_masses_are_used() -> None:
    masses = load_constants("phreeqc-3.7.3").formula_masses_g_mol
    assert masses["HCO3"] == 61.0191  # not the modern 61.0168
    assert masses["Ca"] == 40.08


def test_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(ChemistryError) as refusal:
        load_constants("../phreeqc-3.7.3")
    assert refusal.value.code == "CONSTANTS_UNKNOWN"
    assert "phreeqc-3.7.3" in refusal.value.text("en")


def test_another_digest_is_refused() -> None:
    with pytest.raises(ChemistryError) as refusal:
        load_constants("phreeqc-3.7.3", "0" * 64)
    assert refusal.value.code == "CONSTANTS_DIGEST"
    assert "0" * 64 in refusal.value.text("zh")


def test_altered_bytes_are_refused() -> None:
    content = (FOLDER / "phreeqc-3.7.3.json").read_bytes()
    altered = content.replace(b"-171.9065", b"-171.9066")
    assert altered != content
    with pytest.raises(ChemistryError) as refusal:
        parse_constants(altered, name="phreeqc-3.7.3", sha256=PINNED["phreeqc-3.7.3"])
    assert refusal.value.code == "CONSTANTS_DIGEST"


def test_a_table_cannot_be_changed_in_memory() -> None:
    table = load_constants("phreeqc-3.7.3")
    with pytest.raises(TypeError):
        table.formula_masses_g_mol["Ca"] = 40.078  # type: ignore[index]
