"""Calcite saturation and CO2 pressure of readings from PHREEQC itself (phreeqpython, phreeqc.dat)."""

from collections.abc import Sequence
from dataclasses import dataclass

from phreeqpython import PhreeqPython

from tests.independent.own_year import Ions, Reading

BATCH = 500


@dataclass(frozen=True)
class Carbonate:
    """What PHREEQC says of one reading. `dic_mol` is the solution's total carbon (`total_element`, not `total`)."""

    si_calcite: float
    log10_pco2_atm: float
    dic_mol: float

    @property
    def pco2_pa(self) -> float:
        """Fugacity of CO2."""
        return float(101325.0 * 10.0**self.log10_pco2_atm)


def speciate_with_phreeqc(readings: Sequence[Reading], ions: Ions) -> list[Carbonate]:
    """One solution per reading; some 0.2 ms each."""
    phreeqc = PhreeqPython(database="phreeqc.dat").ip
    results: list[Carbonate] = []
    for start in range(0, len(readings), BATCH):
        batch = readings[start : start + BATCH]
        blocks = [_solution(number, reading, ions) for number, reading in enumerate(batch, start=1)]
        phreeqc.run_string("".join(blocks) + "END\n")
        results += [
            Carbonate(
                si_calcite=phreeqc.get_si(number, "Calcite"),
                log10_pco2_atm=phreeqc.get_si(number, "CO2(g)"),
                dic_mol=phreeqc.get_total_element(number, "C"),
            )
            for number in range(1, len(batch) + 1)
        ]
        phreeqc.run_string(f"DELETE\n-solution 1-{len(batch)}\nEND\n")
    return results


def _solution(number: int, reading: Reading, ions: Ions) -> str:
    mg_l = ions.at(reading.ec25_us_cm)
    return (
        f"SOLUTION {number}\n units mg/L\n temp {reading.temperature_c!r}\n pH {reading.ph!r}\n"
        f" K {mg_l['k']!r}\n Na {mg_l['na']!r}\n Ca {mg_l['ca']!r}\n Mg {mg_l['mg']!r}\n Cl {mg_l['cl']!r}\n"
        f" S(6) {mg_l['so4']!r} as SO4\n N(5) {mg_l['no3']!r} as NO3\n"
        f" Alkalinity {mg_l['alkalinity_as_hco3']!r} as HCO3\n"
    )
