"""python -m tests.calculations.reproducibility.digests [--whole]: digests of everything the science calculates.

Needs numpy and the standard library only, so that it runs in an environment of its own. Prints one JSON object, name ->
SHA-256 of the little-endian doubles (or of canonical JSON); the first entries say where it ran and are not compared.
Without --whole the year has a reading every three hours and few draws. Every published version of every methodology is
calculated from its example, KCS-INV and KCS-ENH-BACI also from the year.
"""

import hashlib
import json
import platform
import sys
from dataclasses import fields
from unittest import mock

import numpy as np

from calculations import calculation, portable
from calculations.bundle import Bundle
from calculations.canonical import canonical_digest
from calculations.chemistry import Waters, load_constants, speciate
from calculations.engine import compute
from calculations.methodologies import list_methodologies, load_methodology, methodology_bytes, read_methodology
from calculations.sums import exact_row_sums
from calculations.uncertainty.draws import triangular, uniforms
from calculations.uncertainty.model import STREAMS, Draws
from tests.calculations import examples, jiangkou

VERSIONS = (("KCS-ENH-BACI", "1.0.0"), ("KCS-INV", "1.0.0"))
PLACE = "ran on"


def of_array(values) -> str:
    return hashlib.sha256(np.ascontiguousarray(values, dtype="<f8").tobytes()).hexdigest()


def elementary(count: int) -> dict[str, str]:
    """The elementary functions over their whole range, and the draws."""
    u = uniforms("reproducibility", "elementary", count)
    wide, positive = (u - 0.5) * 1400.0, portable.exp((u - 0.5) * 1300.0)
    found = {
        "exp": portable.exp(wide),
        "exp10": portable.exp10(0.43 * wide),
        "log": portable.log(positive),
        "log10": portable.log10(positive),
        "power": portable.power(1e-3 + u, wide / 20.0),
        "normal_quantile": portable.normal_quantile(u),
        "triangular": triangular(u, 0.82, 0.86, 0.9),
        "exact_row_sums": exact_row_sums((positive * (u - 0.5))[: count // 10 * 10].reshape(10, -1)),
    }
    return {f"elementary {name}": of_array(values) for name, values in found.items()}


def chemistry(count: int) -> dict[str, str]:
    """Every output of the speciation, over dilute and salty, cold and warm, acid and alkaline waters."""

    def spread(name, low, high):
        return low + (high - low) * uniforms("reproducibility", name, count)

    ions = ("potassium", "sodium", "calcium", "magnesium", "chloride", "sulfate", "nitrate")
    waters = Waters(
        temperature_c=spread("temperature", 0.0, 40.0),
        ph=spread("ph", 5.0, 10.0),
        alkalinity_hco3_mg_l=spread("alkalinity", 20.0, 500.0),
        **{f"{ion}_mg_l": spread(ion, 0.0, 200.0) for ion in ions},
    )
    found = speciate(waters, load_constants("phreeqc-3.7.3"))
    return {f"speciation {field.name}": of_array(getattr(found, field.name)) for field in fields(found)}


def station_year(evidence, methodology) -> dict[str, str]:
    """The result, and every array behind it: readings on the grid, curve, ions, loads, trials of the Monte Carlo."""
    caught = {}

    def catching(model, readings, **how):
        caught["model"], caught["seed"] = model, how["seed"]
        return simulate(model, readings, **how)

    simulate = calculation.simulate
    with mock.patch.object(calculation, "simulate", catching):
        made = calculation.calculate(Bundle.of(evidence), methodology, lambda *_: None)
    count = methodology.whole("draws")
    trials = caught["model"].trials(Draws({name: uniforms(caught["seed"], name, count) for name in STREAMS}))
    arrays = {
        **{f"measured {name}": values for name, values in made.inputs.measured.items()},
        **{f"filled {name}": values for name, values in made.inputs.filled.items()},
        **{f"concentration {name}": values for name, values in made.accounting.concentrations_mg_l.items()},
        "discharge": made.accounting.discharge_m3_s,
        "gross": made.accounting.gross_t_co2,
        "retained": made.accounting.retained_t_co2,
        "si_calcite": made.speciated.si_calcite,
        "pco2": made.speciated.pco2_pa,
        "curve covariance": np.array(made.curve.covariance),
        "posterior probability": caught["model"].posterior.probability,
        "posterior distance": caught["model"].posterior.log_distance,
        "trials gross": trials.gross,
        "trials retained": trials.retained,
        "simulated gross": made.simulation.gross.ordered,
        "simulated retained": made.simulation.retained.ordered,
    }
    if trials.net is not None and made.simulation.net is not None:
        arrays |= {"trials net": trials.net, "simulated net": made.simulation.net.ordered}
    found = {name: of_array(values) for name, values in arrays.items()}
    result = compute(Bundle.of(evidence), methodology)
    found |= {f"result {part}": canonical_digest(result.content[part]) for part in sorted(result.content)}
    return found | {"result": result.digest}


def quick(methodology_id, version):
    """A shipped version with few draws, as version 0.0.1."""
    text = methodology_bytes(methodology_id, version).decode()
    text = text.replace(f'version = "{version}"\nprocedure', 'version = "0.0.1"\nprocedure').replace("131072", "4096")
    return read_methodology(text.encode())


def of_version(methodology_id, version, *, whole: bool) -> dict[str, str]:
    """The example of a methodology by one of its versions: every part of the result, the sums behind it, the plots."""
    methodology = load_methodology(methodology_id, version) if whole else quick(methodology_id, version)
    result = compute(Bundle.of(examples.evidence_of(methodology_id)), methodology)
    found = {f"result {part}": canonical_digest(result.content[part]) for part in sorted(result.content)}
    return found | {"result": result.digest, "plots": hashlib.sha256(result.plots_bytes()).hexdigest()}


def dated_rating(*, whole: bool) -> dict[str, str]:
    """The example year by segments with a shift and then by a weir: the table of drawn histories."""
    evidence = examples.with_dated_rating()
    methodology = load_methodology("KCS-INV", "1.1.0") if whole else quick("KCS-INV", "1.1.0")
    result = compute(Bundle.of(evidence), methodology)
    return {part: canonical_digest(result.content[part]) for part in ("curve", "figures", "uncertainty", "chemistry")}


def everything(*, whole: bool) -> dict[str, str]:
    """Name -> digest, in a fixed order."""
    found = elementary(200_000 if whole else 20_000) | chemistry(20_000 if whole else 2_000)
    for methodology_id, version in VERSIONS:
        if whole:
            evidence, methodology = jiangkou.evidence(), load_methodology(methodology_id, version)
        else:
            evidence, methodology = jiangkou.every(3), jiangkou.quick_methodology(methodology_id)
        digests = station_year(evidence, methodology)
        found |= {f"{methodology_id} {version} {name}": digest for name, digest in digests.items()}
    for identity in list_methodologies():
        digests = of_version(*identity, whole=whole)
        found |= {f"example {' '.join(identity)} {name}": digest for name, digest in digests.items()}
    return found | {f"dated rating {part}": digest for part, digest in dated_rating(whole=whole).items()}


def place() -> str:
    """Interpreter, numpy, and the instruction sets that numpy's loops may use."""
    core = np._core if hasattr(np, "_core") else np.core  # renamed in numpy 2
    enabled = core._multiarray_umath.__cpu_features__
    extra = [name for name in ("AVX2", "FMA3", "X86_V3", "AVX512F", "X86_V4", "ASIMD") if enabled.get(name)]
    return f"Python {platform.python_version()}, numpy {np.__version__}, {' '.join(extra) or 'no further features'}"


if __name__ == "__main__":
    json.dump({PLACE: place()} | everything(whole="--whole" in sys.argv), sys.stdout, indent=1)
    print()
