"""python -m calculations mc: the uncertainty of a kit, a bundle or a result, in a terminal and in both languages."""

import io

import pytest

from calculations.__main__ import main
from calculations.bundle import write_bundle, write_kit
from calculations.uncertainty.deductions import RULES
from tests.calculations import jiangkou


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mc")
    evidence = jiangkou.every(12)
    kit = io.BytesIO()
    toml = jiangkou.methodology_bytes("KCS-ENH-BACI", "1.0.0")
    write_kit(kit, evidence=evidence, methodology_toml=toml, result_json=b"{}")
    (folder / "kit.zip").write_bytes(kit.getvalue())
    write_bundle(evidence, folder / "bundle.zip")
    (folder / "result.json").write_bytes(jiangkou.official().json_bytes)
    return folder


def test_a_kit_says_how_uncertain_it_is_and_why(files, capsys):
    assert main(["mc", str(files / "kit.zip"), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("KCS-ENH-BACI 1.0.0")
    assert "draws 131,072" in out
    for word in ("gross", "retained", "net", "Histogram", "laboratory", "rating"):
        assert word in out
    assert out.count("<-") == 2  # the heading, and the one bin where P10 lies
    for rule in RULES.values():
        assert rule.en in out
    assert max(len(line) for line in out.split("\n")) < 130


def test_a_result_is_shown_without_computing_it_again(files, capsys):
    assert main(["mc", str(files / "result.json"), "--lang", "zh", "--rule", "trees-2", "--rule", "karst-p10"]) == 0
    out = capsys.readouterr().out
    assert "净增汇" in out
    assert "方差来源" in out
    assert "ART TREES 2.0" in out
    assert "FCPF" not in out
    p10 = jiangkou.official().figure("net_p10_t_co2")
    assert f"{p10:,.3f}" in out.split("karst-p10")[1]


def test_a_bundle_takes_the_methodology_it_is_told_or_that_its_baseline_suggests(files, capsys):
    assert main(["mc", str(files / "bundle.zip"), "--methodology", "KCS-INV", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("KCS-INV 1.0.0")
    assert "retained" in out
    assert main(["mc", str(files / "bundle.zip"), "--lang", "en", "--rule", "none"]) == 0
    assert capsys.readouterr().out.startswith("KCS-ENH-BACI 1.0.0")


def test_what_is_not_there_or_not_known_is_refused(files, capsys):
    assert main(["mc", str(files / "no.zip")]) == 2
    assert main(["mc", str(files / "bundle.zip"), "--methodology", "KCS-NONE", "--lang", "en"]) == 1
    assert "KCS-NONE" in capsys.readouterr().err
