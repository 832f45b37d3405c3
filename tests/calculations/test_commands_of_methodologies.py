"""flux, explain, diff, methodologies and design-check at a terminal, in both languages."""

import json

import pytest

from calculations import further_figures
from calculations.__main__ import main
from calculations.bundle import write_bundle
from calculations.explain import waterfall_lines
from calculations.figures import FIGURES
from calculations.result import Result
from calculations.terminal import padded, width
from tests.calculations import examples


@pytest.fixture
def bundle(tmp_path):
    def written(methodology_id):
        path = tmp_path / f"{methodology_id}.zip"
        write_bundle(examples.evidence_of(methodology_id), path)
        return str(path)

    return written


@pytest.mark.parametrize("methodology_id", ["KCS-AQUA", "KCS-POWDER", "KCS-MPD", "KCS-TAB", "KCS-NET"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_flux_prints_and_writes_the_result(bundle, tmp_path, capsys, methodology_id, lang):
    out = tmp_path / "result.json"
    status = main(["flux", bundle(methodology_id), methodology_id.lower(), "--out", str(out), "--lang", lang])
    assert status == 0
    assert out.read_bytes() == examples.result_of(methodology_id).json_bytes
    printed = capsys.readouterr().out
    assert f"{methodology_id} 1.0.0" in printed
    for name, figure in examples.result_of(methodology_id).content["figures"].items():
        if figure["value"] is not None:
            assert getattr(further_figures.ALL[name], lang) in printed
    assert main(["explain", str(out), "--lang", lang]) == 0
    assert capsys.readouterr().out == printed


def test_flux_writes_the_map_of_a_grid(bundle, tmp_path, capsys):
    path = tmp_path / "cells.csv"
    assert main(["flux", bundle("KCS-MPD"), "KCS-MPD", "--map", str(path), "--lang", "en"]) == 0
    rows = path.read_text().splitlines()
    assert rows[0] == "cell,longitude_deg,latitude_deg,potential_t_co2_km2_a"
    assert len(rows) == 21
    assert rows[18].startswith("R3C2,108.7,27.6,0")  # the dry cell
    assert "520621" in capsys.readouterr().out


def test_a_what_if_says_so_first(bundle, capsys):
    assert main(["flux", bundle("KCS-POWDER"), "KCS-POWDER", "--set", "kappa_ref=0.8", "--lang", "en"]) == 1
    printed = capsys.readouterr().out
    assert "WHAT-IF, not an official result: kappa_ref 0.86 -> 0.8" in printed.splitlines()[2]
    assert main(["flux", bundle("KCS-POWDER"), "KCS-POWDER", "--set", "kappa_ref", "--lang", "en"]) == 2
    assert main(["flux", bundle("KCS-POWDER"), "KCS-POWDER", "--set", "kappa=1", "--lang", "zh"]) == 1
    assert "kappa_ref" in capsys.readouterr().err


def test_flux_needs_a_methodology_that_it_knows(bundle, capsys):
    assert main(["flux", bundle("KCS-TAB")]) == 2
    assert main(["flux", bundle("KCS-TAB"), "KCS-NONE", "--lang", "en"]) == 1
    assert "KCS-TAB" in capsys.readouterr().err
    assert main(["flux", bundle("KCS-TAB"), "KCS-MPD", "--lang", "en"]) == 1
    assert "dissolution_grid" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "word"), [("zh", "参数"), ("en", "Parameters")])
def test_diff_of_two_results(tmp_path, capsys, lang, word):
    first, second = examples.result_of("KCS-POWDER"), tmp_path / "b.json"
    (tmp_path / "a.json").write_bytes(first.json_bytes)
    content = json.loads(first.json_bytes)
    content["figures"]["net_t_co2"]["value"] = "160.000000"
    content["parameters"]["kappa_ref"]["value"] = 0.85
    content["reasons"] = []
    second.write_bytes(Result(content).json_bytes)
    assert main(["diff", str(tmp_path / "a.json"), str(second), "--lang", lang]) == 1
    printed = capsys.readouterr().out
    assert "161.748233" in printed
    assert "-1.748233" in printed
    assert word in printed
    assert "PILOT_NOT_OPEN" in printed
    assert main(["diff", str(second), str(second), "--lang", lang]) == 0
    assert main(["diff", str(second), "KCS-INV", "--lang", lang]) == 2
    assert main(["diff", str(second), str(tmp_path / "none.json"), "--lang", lang]) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_diff_of_two_versions(capsys, lang):
    assert main(["diff", "KCS-ENH-BACI@1.0.0", "kcs-enh-baci", "--lang", lang]) == 1
    printed = capsys.readouterr().out
    assert "karst-flux-1" in printed
    assert "karst-enhancement-3" in printed
    assert "u_life_cycle" in printed
    assert "u_area" not in printed  # unchanged
    assert main(["diff", "KCS-INV", "KCS-INV@1.1.0", "--lang", lang]) == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_methodologies_lists_all_and_shows_one(capsys, lang):
    assert main(["methodologies", "--lang", lang]) == 0
    printed = capsys.readouterr().out
    assert all(identity in printed for identity in examples.EXAMPLES)
    assert main(["methodologies", "kcs-powder", "--lang", lang]) == 0
    printed = capsys.readouterr().out
    assert "0.4397" in printed
    assert "GB/T" not in printed or "not checked" in printed


def test_design_check(capsys):
    plan = ["design-check", "--before", "3", "--after", "5", "--samples", "24", "--gaugings", "20", "--lang", "en"]
    assert main([*plan, "--claim", "15"]) == 0
    assert main([*plan, "--claim", "9"]) == 1
    assert "11.27 %" in capsys.readouterr().out
    assert main(["design-check", "--before", "0", "--after", "5", "--samples", "24", "--gaugings", "20"]) == 1


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    printed = capsys.readouterr().out
    for command in ("speciate", "flux", "mc", "recompute", "explain", "methodologies", "diff", "design-check"):
        assert command in printed


def test_a_waterfall_hangs_its_changes_between_the_levels():
    steps = [("simple", "100", "100"), ("sulfuric", "-40", "60"), ("gross", "0", "60"), ("net", "-80", "-20")]
    rows = [{"step": step, "amount_t_co2": amount, "after_t_co2": after} for step, amount, after in steps]
    lines = waterfall_lines(rows, "en")
    bars = [line.split("  ")[-1] if index == 0 else line for index, line in enumerate(lines)]
    assert bars[0].count("█") == 33  # 100 of an axis from -20 to 100 over 40 columns
    assert lines[1].count("░") == 13
    assert lines[3].count("█") == 7
    assert lines[1].index("░") == lines[2].rindex("█") + 1


def test_columns_count_chinese_twice():
    assert width("κ 碳汇") == 6
    assert padded("碳汇", 6) == "碳汇  "


def test_no_figure_has_two_meanings():
    tables = [value for name, value in vars(further_figures).items() if isinstance(value, dict) and name.isupper()]
    for table in (*tables, FIGURES):
        for name, figure in table.items():
            if isinstance(figure, further_figures.Figure):
                assert further_figures.ALL[name] == figure, name
