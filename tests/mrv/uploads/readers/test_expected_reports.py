"""Every sample reads as its ``.expected.json`` says, in every key that can be observed in the file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from mrv.uploads.readers.layouts import all_layouts

from .making import SAMPLES

FILES = sorted(path.name.removesuffix(".expected.json") for path in SAMPLES.glob("*.expected.json"))
BAROMETER = {"08_solinst_ltc_yuqing.csv": "09_solinst_baro_yuqing.csv"}
PROSE = {"note", "why", "rule"}
"""Remarks of the samples' author; ``truth`` is what only the simulation knows."""
RESOLUTION = {  # half a digit of the instrument, where the expected value was not rounded
    "05_insitu_aquatroll_zhenfeng_de.csv": dict.fromkeys(
        ("conductivity_raw", "specific_conductance_25c", "water_temperature"), 5e-4
    ),
    "12_template_full_year_jiangkou.csv": {
        "rainfall": 0.05,
        "stage": 5e-4,
        "water_temperature": 5e-3,
        "ph": 5e-3,
        "specific_conductance_25c": 0.05,
    },
}
OF_ANOTHER_LIBRARY = 1e-4  # means are given to four places


def printed(*args: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("read_logger", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def mismatches(expected: Any, seen: Any, where: str, tolerance: float) -> list[str]:
    if isinstance(expected, dict):
        if not isinstance(seen, dict):
            return [f"{where}: {seen!r} is no object"]
        found = []
        for key, value in expected.items():
            if key.startswith("truth") or key in PROSE or key.endswith("_note"):
                continue
            if key not in seen:
                found.append(f"{where}.{key}: absent")
            elif key == "warnings":
                if sorted(value) != sorted(seen[key]):
                    found.append(f"{where}.{key}: {sorted(set(value) ^ set(seen[key]))}")
            else:
                found += mismatches(value, seen[key], f"{where}.{key}", tolerance)
        return found
    if isinstance(expected, list):
        if not isinstance(seen, list) or len(expected) != len(seen):
            return [f"{where}: {len(expected)} items expected"]
        return [
            line
            for at, (one, other) in enumerate(zip(expected, seen, strict=True))
            for line in mismatches(one, other, f"{where}[{at}]", tolerance)
        ]
    if isinstance(expected, float) and isinstance(seen, int | float):
        return [] if abs(expected - seen) <= tolerance else [f"{where}: {seen} is not {expected}"]
    return [] if expected == seen else [f"{where}: {seen!r} is not {expected!r}"]


def of_columns(name: str, expected: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    found = []
    tolerances = RESOLUTION.get(name, {})
    wanted = expected.get("columns") or []
    if len(wanted) != len(seen.get("columns") or []):
        return [f"columns: {[c['source'] for c in seen.get('columns') or []]}"]
    for at, (one, other) in enumerate(zip(wanted, seen.get("columns") or [], strict=True)):
        tolerance = tolerances.get(one["parameter"], OF_ANOTHER_LIBRARY)
        found += mismatches(one, other, f"columns[{at}]", tolerance)
    return found


@pytest.mark.parametrize("name", FILES)
def test_the_command_agrees_in_every_observable_key(name):
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    options = ["--baro", str(SAMPLES / BAROMETER[name])] if name in BAROMETER else []
    seen = printed(str(SAMPLES / name), *options)
    columns = of_columns(name, expected, seen)
    expected.pop("columns", None)
    assert mismatches(expected, seen, "", OF_ANOTHER_LIBRARY) + columns == []


def test_all_fifteen_samples_are_here():
    assert len(FILES) == 15


def test_every_layout_has_a_fixture_that_it_recognises():
    """A new layout is one new file among the readers and one fixture: a sample here or a small one in ``layouts/``."""
    small = Path(SAMPLES).parent / "layouts"
    profiles = set()
    for path in [*(SAMPLES / name for name in FILES), SAMPLES / "16_baseline_jiangkou.json", *sorted(small.glob("*"))]:
        if path.suffix == ".json" and "expected" in path.name:
            continue
        out = io.StringIO()
        call_command("read_logger", str(path), "--json", stdout=out)
        profiles.add(json.loads(out.getvalue())["profile"])
    assert {layout.name for layout in all_layouts()} <= profiles
