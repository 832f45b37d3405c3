"""python -m calculations speciate: every golden row to the last digit, and files as people really keep them."""

import csv
import io

import numpy as np
import pytest

from calculations.__main__ import main
from calculations.commands.speciate import RESULTS
from tests.calculations.chemistry import golden

HEADER = "id,temp_C,pH,K_mgL,Na_mgL,Ca_mgL,Mg_mgL,Cl_mgL,SO4_mgL,Alk_HCO3_mgL"
WATER = "a,18,7.4,0.4,0.6,60,2,1.4,14,170"


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def run(tmp_path, capsys):
    def run_on(content, *more):
        (tmp_path / "in.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        status = main(["speciate", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--lang", "en", *more])
        rows = table(tmp_path / "out.csv") if (tmp_path / "out.csv").exists() else None
        return status, rows, capsys.readouterr().err

    return run_on


@pytest.mark.parametrize(("name", "count"), [("speciation_visible.csv", 434), ("speciation_visible_no3.csv", 60)])
def test_every_golden_row_agrees_with_phreeqc(tmp_path, name, count):
    assert main(["speciate", str(golden.FOLDER / name), str(tmp_path / "out.csv")]) == 0
    right, ours = table(golden.FOLDER / name), table(tmp_path / "out.csv")
    assert len(ours) == count
    for expected, found in zip(right, ours, strict=True):
        assert [found["id"], found["kind"], found["Ca_mgL"]] == [expected["id"], expected["kind"], expected["Ca_mgL"]]
        for column in RESULTS.keys() & expected.keys():
            assert (found[column] == "") == (expected[column] == ""), (found["id"], column)
            if found[column]:
                relative = column.startswith(("ionic", "DIC", "sc25", "pCO2"))
                scale = abs(float(expected[column])) if relative else 1.0
                limit = 2e-5 if column in {"sc25_uS_cm", "cbe_phreeqc_pct", "cbe_analytical_pct"} else 1e-6
                assert abs(float(found[column]) - float(expected[column])) <= limit * scale, (found["id"], column)


def test_the_other_database_by_its_short_name(tmp_path, capsys):
    name = "speciation_visible_wateq4f.csv"
    assert (
        main(
            ["speciate", str(golden.FOLDER / name), str(tmp_path / "out.csv"), "--lang", "en", "--database", "wateq4f"]
        )
        == 0
    )
    assert "no diffusion coefficients" in capsys.readouterr().err
    right, ours = table(golden.FOLDER / name), table(tmp_path / "out.csv")
    assert {row["sc25_uS_cm"] for row in ours} == {""}
    for expected, found in zip(right, ours, strict=True):
        for column in ("SI_calcite", "SI_aragonite", "SI_dolomite", "SI_gypsum", "log10_pCO2_atm"):
            assert (found[column] == "") == (expected[column] == "")
            assert not found[column] or abs(float(found[column]) - float(expected[column])) < 1e-6


def test_results_stand_at_the_end_with_full_precision_and_other_columns_pass_through(run):
    status, rows, _ = run(f"{HEADER},note,NO3_mgL\n{WATER},冷泉,\n{WATER},暖泉,4.5\n")
    assert status == 0
    assert list(rows[0]) == [*HEADER.split(","), "note", "NO3_mgL", *RESULTS]
    assert [row["note"] for row in rows] == ["冷泉", "暖泉"]
    assert all(repr(float(row[name])) == row[name] for row in rows for name in RESULTS)
    assert rows[0]["cbe_analytical_pct"] != rows[1]["cbe_analytical_pct"], "nitrate counts"
    assert rows[0]["SI_calcite"] == run(f"{HEADER}\n{WATER}\n")[1][0]["SI_calcite"], "an empty one counts as none"


def test_an_index_is_empty_where_an_element_is_absent(run):
    status, rows, _ = run(f"{HEADER}\n{WATER.replace(',60,', ',0,')}\n")
    assert status == 0
    assert {name for name in RESULTS if rows[0][name] == ""} == {
        "SI_calcite",
        "SI_aragonite",
        "SI_dolomite",
        "SI_gypsum",
    }


def test_a_bad_cell_is_named_by_row_and_column_and_the_rest_is_computed(run):
    bad = ["b,18,7.4,0.4,<0.6,60,-2,1.4,,nan", "", "c,18,7.4,0.4,0.6,60,2,1.4,14,inf", f"{WATER},9"]
    status, rows, said = run("\n".join([HEADER, WATER, *bad, WATER]) + "\n")
    assert status == 1
    assert [row["SI_calcite"] != "" for row in rows] == [True, False, False, False, True]
    assert rows[0] == rows[-1]
    for words in (
        "Row 3 (id b), column Na_mgL: “<0.6” is not a number",
        "Row 3 (id b), column Mg_mgL: -2 is not between 0 and",
        "Row 3 (id b), column SO4_mgL is empty",
        "Row 3 (id b), column Alk_HCO3_mgL: “nan” is not a number",
        "Row 5 (id c), column Alk_HCO3_mgL: “inf” is not a number",
        "Row 6 (id a) has 11 cells where the header has 10",
        "2 of 5 waters computed",
    ):
        assert words in said
    assert rows[1]["Na_mgL"] == "<0.6", "the cell is left as it was"


@pytest.mark.parametrize(
    ("old", "new", "computed", "words"),
    [
        (",7.4,", ",12.5,", False, "Row 2 (id a) has no solution: at pH 12.5 an alkalinity of 170 mg/L"),
        (",7.4,", ",2,", False, "Row 2 (id a) has no solution"),
        (",7.4,", ",15,", False, "column pH: 15 is not between 0 and 14"),
        (",18,", ",-5,", True, "Row 2 (id a) was computed, but lies outside"),
        (",18,", ",60,", True, "Row 2 (id a) was computed, but lies outside"),
        (",18,", ",61,", False, "column temp_C: 61 is not between -5 and 60"),
    ],
)
def test_waters_that_are_none_are_refused_or_flagged(run, old, new, computed, words):
    status, rows, said = run(f"{HEADER}\n{WATER.replace(old, new)}\n")
    assert status == (0 if computed else 1)
    assert (rows[0]["log10_pCO2_atm"] != "") == computed
    assert words in said


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_and_separators_of_spreadsheets(run, encoding, separator):
    text = f"{HEADER},地点\r\n{WATER},贵阳\r\n".replace(",", separator)
    status, rows, said = run(text.encode(encoding))
    assert status == 0
    assert rows[0]["地点"] == "贵阳"
    assert float(rows[0]["SI_calcite"]) == pytest.approx(-0.11, abs=0.01)
    assert ("GB 18030" in said) == (encoding == "gb18030")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{HEADER.replace('Ca_mgL,', '')}\n{WATER}\n", "lacks the columns Ca_mgL (it has: id, temp_C"),
        (f"{HEADER},pH\n{WATER},7\n", "more than one column named pH"),
        ("", "has no header"),
        ("\n \n", "has no header"),
        (b"PK\3\4\0\0", "is not a text file (Excel"),
        (b"id,\0", "is not a text file"),
        (b"\xff\xff\x80", "is not a text file"),
    ],
)
def test_a_file_that_is_no_table_of_waters_is_refused_and_nothing_written(run, content, words):
    status, rows, said = run(content)
    assert (status, rows) == (2, None)
    assert words in said
    assert "Traceback" not in said


def test_it_speaks_chinese(tmp_path, capsys):
    (tmp_path / "in.csv").write_text(f"{HEADER.replace('Ca_mgL,', '')}\n", encoding="utf-8")
    assert main(["speciate", str(tmp_path / "in.csv"), "-", "--lang", "zh"]) == 2
    assert "缺少列 Ca_mgL" in capsys.readouterr().err
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{WATER.replace('60', '六十')}\n", encoding="utf-8")
    assert main(["speciate", str(tmp_path / "in.csv"), "-", "--lang", "zh"]) == 1
    said = capsys.readouterr()
    assert "第 2 行（id a），Ca_mgL 列：“六十”不是数字" in said.err
    assert next(csv.DictReader(io.StringIO(said.out)))["SI_calcite"] == ""


def test_no_waters_give_a_header_alone(run):
    status, rows, said = run(f"{HEADER}\n")
    assert (status, rows) == (0, [])
    assert "0 of 0 waters" in said


def test_the_table_of_constants_is_named_and_pinned(run):
    assert run(f"{HEADER}\n{WATER}\n", "--database", "none")[0] == 2
    status, rows, said = run(f"{HEADER}\n{WATER}\n", "--sha256", "0" * 64)
    assert (status, rows) == (2, None)
    assert "is expected" in said


def test_a_place_that_cannot_be_written_is_said(tmp_path, capsys):
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{WATER}\n", encoding="utf-8")
    assert main(["speciate", str(tmp_path / "in.csv"), str(tmp_path / "no" / "out.csv")]) == 2
    assert "out.csv" in capsys.readouterr().err
    assert main(["speciate", str(tmp_path), str(tmp_path / "out.csv")]) == 2


def test_one_row_alone_is_the_row_in_the_crowd(run):
    rows = [f"{n},{10 + n % 20},{6.5 + n % 25 / 10},1,2,{20 + n},3,4,{n % 30},{60 + 3 * n}" for n in range(60)]
    _, together, _ = run("\n".join([HEADER, *rows]) + "\n")
    for n in (0, 17, 59):
        assert run(f"{HEADER}\n{rows[n]}\n")[1][0] == together[n]
    assert len({row["SI_calcite"] for row in together}) == 60
    assert np.isfinite([float(row["sc25_uS_cm"]) for row in together]).all()
