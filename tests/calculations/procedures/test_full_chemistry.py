"""karst-flux-2: the figures of karst-flux-1, with the chemistry of every draw, plainly or by Sobol points."""

import pytest

from calculations.bundle import Bundle
from calculations.commands.mc import report
from calculations.engine import compute
from calculations.methodologies import MethodologyError, methodology_bytes, read_methodology
from tests.calculations import jiangkou

FURTHER = (("u_ph", 0.05, 0.5), ("u_temperature_c", 0.1, 2.0), ("u_lab_cations", 0.03, 0.2), ("scrambled_sobol", 0, 1))


def toml(methodology_id="KCS-INV", *, sobol=0, leave_out=""):
    """The shipped 1.0.0 with the further parameters, as version 0.0.2 of the second procedure."""
    text = methodology_bytes(methodology_id, "1.0.0").decode()
    text = text.replace(
        'version = "1.0.0"\nprocedure = "karst-flux-1"', 'version = "0.0.2"\nprocedure = "karst-flux-2"'
    )
    text = text.replace("131072", "4096")
    for symbol, value, most in FURTHER:
        if symbol == leave_out:
            continue
        text += (
            f'\n[[parameters]]\nsymbol = "{symbol}"\nname_zh = "试验"\nname_en = "a trial"\nunit = "1"\n'
            f"default = {sobol if symbol == 'scrambled_sobol' else value}\nminimum = 0\nmaximum = {most}\n"
            'distribution = { kind = "normal" }\nsource_zh = "试验"\nsource_en = "a trial"\n'
        )
    return text.encode()


def run(methodology_id="KCS-INV", given=None, **choice):
    evidence = jiangkou.every(12) if given is None else given
    return compute(Bundle.of(evidence), read_methodology(toml(methodology_id, **choice)))


def test_the_figures_are_those_of_the_first_procedure():
    first = jiangkou.run(jiangkou.every(12), "KCS-INV").content["figures"]
    second = run().content["figures"]
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"half_width_90_pct"}  # by other draws: the seed holds the version


def test_the_result_holds_the_chemistry_with_its_check():
    chemistry = run().content["chemistry"]
    for name in ("mean_pco2_pa", "mean_si_calcite", "dic_flux_t_c"):
        assert chemistry[name]["check"]["largest_difference"] < 1e-3
        assert chemistry[name]["distribution"]["p5"] < chemistry[name]["distribution"]["p95"]
        assert sum(chemistry[name]["tornado_shares"].values()) == pytest.approx(1.0, abs=1e-5)
    figures = run().content["figures"]
    assert chemistry["mean_pco2_pa"]["distribution"]["p50"] == pytest.approx(
        float(figures["mean_pco2_pa"]["value"]), rel=0.01
    )


def test_sobol_points_change_the_draws_and_nothing_else():
    plain, even = run("KCS-ENH-BACI"), run("KCS-ENH-BACI", sobol=1)
    assert plain.figure("net_t_co2") == even.figure("net_t_co2")
    p10 = [float(result.figure("net_p10_t_co2")) for result in (plain, even)]
    assert p10[0] != p10[1]
    assert p10[0] == pytest.approx(p10[1], rel=0.01)
    assert run("KCS-ENH-BACI", sobol=1).json_bytes == even.json_bytes


def test_without_ph_there_is_no_chemistry_but_a_result():
    given = jiangkou.every(12)
    lost = [{"parameter": "ph", "from": "2021-01-01T00:00:00Z", "to": "2023-01-01T00:00:00Z", "flag": 4, "code": "X"}]
    assert "chemistry" not in run(given=jiangkou.every(12, flags=lost)).content
    assert given.flags == []


def test_the_command_shows_it_in_both_languages():
    result = run()
    assert "mean CO2 pressure [Pa]" in report(result, "en")
    assert "溶解无机碳通量 [t C]" in report(result, "zh")


def test_a_version_must_state_its_parameters():
    with pytest.raises(MethodologyError) as refused:
        read_methodology(toml(leave_out="u_ph"))
    assert "u_ph" in refused.value.text("en")
