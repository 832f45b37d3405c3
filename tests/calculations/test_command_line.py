"""The science from a terminal: a kit recomputed with nothing but numpy, and every kind of change found."""

import io
import json
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest
from numpy._core import _multiarray_umath as _umath

from calculations.__main__ import main
from calculations.bundle import Bundle, RawFile, write_bundle, write_kit
from calculations.canonical import canonical_bytes
from calculations.engine import compute
from calculations.methodologies import load_methodology, methodology_bytes
from tests.calculations import jiangkou

ROOT = Path(__file__).parents[2]
ONLY_NUMPY = """
import importlib.abc, runpy, socket, sys
class OnlyNumpy(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in {"numpy", "calculations", *sys.stdlib_module_names}:
            raise ImportError(f"{name} is not part of this machine")
sys.meta_path.insert(0, OnlyNumpy())
def closed(*args, **kwargs):
    raise OSError("no network")
socket.socket.connect = closed
sys.argv = ["calculations", *sys.argv[1:]]
runpy.run_module("calculations", run_name="__main__")
"""


@cache
def kit_bytes():
    raw = (RawFile(jiangkou.GAUGINGS.name, "gaugings", jiangkou.sha256(jiangkou.GAUGINGS), jiangkou.GAUGINGS),)
    bundle = Bundle.of(jiangkou.every(1, raw=raw))
    result = compute(bundle, load_methodology("KCS-ENH-BACI", "1.0.0"))
    out = io.BytesIO()
    toml = methodology_bytes("KCS-ENH-BACI", "1.0.0")
    write_kit(out, evidence=bundle, methodology_toml=toml, result_json=result.json_bytes)
    return out.getvalue(), result


@pytest.fixture
def kit(tmp_path):
    path = tmp_path / "kit.zip"
    path.write_bytes(kit_bytes()[0])
    return path


def rebuilt(tmp_path, *, toml=None, result=None):
    """A kit whose manifests agree with its changed content."""
    path = tmp_path / "changed.zip"
    write_kit(
        path,
        evidence=jiangkou.every(1),
        methodology_toml=toml or methodology_bytes("KCS-ENH-BACI", "1.0.0"),
        result_json=result or kit_bytes()[1].json_bytes,
    )
    return path


def last_line(capsys):
    return capsys.readouterr().out.rstrip("\n").split("\n")[-1]


def test_a_kit_is_identical_with_numpy_alone_in_another_process_on_a_lesser_processor(kit):
    # numpy without its vector instructions: another code path for everything that is not bit-defined
    switched_off = " ".join(name for name in _umath.__cpu_dispatch__ if _umath.__cpu_features__.get(name))
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{ONLY_NUMPY}", "recompute", kit],
        capture_output=True,
        text=True,
        cwd=kit.parent,
        env={"PYTHONHASHSEED": "7", "OPENBLAS_NUM_THREADS": "1", "NPY_DISABLE_CPU_FEATURES": switched_off},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip("\n").split("\n")[-1] == "identical"
    assert kit_bytes()[1].digest in done.stdout


def test_a_changed_byte_is_found_and_its_part_named(kit, capsys):
    with zipfile.ZipFile(kit) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    for name in contents:
        with zipfile.ZipFile(kit, "w", zipfile.ZIP_DEFLATED) as archive:
            for other, data in contents.items():
                middle = len(data) // 2
                changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
                archive.writestr(other, changed if other == name else data)
        assert main(["recompute", str(kit)]) == 1
        line = last_line(capsys)
        # a digest changed in the manifest of the whole shows as the part that no longer fits it
        named = name if name != "manifest.json" else "evidence/manifest.json"
        assert line.startswith((f"different: {name} (", f"different: {named} (")), line


def test_a_changed_byte_of_the_zip_itself_is_found(kit, capsys):
    whole = kit.read_bytes()
    for position in (10, 14, len(whole) // 3, len(whole) - 150, len(whole) - 5):
        changed = bytearray(whole)
        changed[position] ^= 4
        kit.write_bytes(bytes(changed))
        assert main(["recompute", str(kit)]) == 1
        assert last_line(capsys).startswith("different: ")


def test_the_first_figure_that_differs_is_named(tmp_path, capsys):
    content = json.loads(kit_bytes()[1].json_bytes)
    content["bundle_digest"] = Bundle.of(jiangkou.every(1)).digest
    content["figures"]["net_t_co2"]["value"] = "999.000000"
    assert main(["recompute", str(rebuilt(tmp_path, result=canonical_bytes(content)))]) == 1
    line = last_line(capsys)
    # other raw files, other digest, other draws: the forged figure comes first all the same
    assert line.startswith("different: figures/")
    assert main(["recompute", str(rebuilt(tmp_path, result=b"{}"))]) == 1
    assert last_line(capsys).startswith("different: engine_version: expected None")
    assert main(["recompute", str(rebuilt(tmp_path, result=b"not json"))]) == 1
    assert last_line(capsys) == "different: expected/result.json: not readable"


def test_a_methodology_that_is_not_the_published_one_is_found(tmp_path, capsys):
    text = methodology_bytes("KCS-ENH-BACI", "1.0.0").decode()
    altered = text.replace("default = 0.02\n", "default = 0.01\n", 1)
    assert altered != text
    assert main(["recompute", str(rebuilt(tmp_path, toml=altered.encode()))]) == 1
    assert last_line(capsys) == "different: methodology.toml (METHODOLOGY_ALTERED)"
    commented = f"# a comment changes no content\n{text}".encode()
    result = compute(Bundle.of(jiangkou.every(1)), load_methodology("KCS-ENH-BACI", "1.0.0"))
    assert main(["recompute", str(rebuilt(tmp_path, toml=commented, result=result.json_bytes))]) == 0
    assert last_line(capsys) == "identical"


def test_a_file_that_is_no_kit_or_is_not_there(tmp_path, capsys):
    assert main(["recompute", str(tmp_path / "none.zip")]) == 2
    (tmp_path / "text.zip").write_text("hello", encoding="utf-8")
    assert main(["recompute", str(tmp_path / "text.zip"), "--lang", "zh"]) == 1
    out = capsys.readouterr().out
    assert "不是可读取的 ZIP" in out
    assert out.rstrip().endswith("different: zip container (BUNDLE_NOT_ZIP)")


def test_bundle_check_lists_every_part(tmp_path, kit, capsys):
    digest = write_bundle(jiangkou.every(1), tmp_path / "bundle.zip")
    assert main(["bundle-check", str(tmp_path / "bundle.zip")]) == 0
    out = capsys.readouterr().out
    assert f"bundle {digest}" in out
    assert "readings/stage.i32" in out
    assert main(["bundle-check", str(kit)]) == 0
    assert jiangkou.GAUGINGS.name in capsys.readouterr().out


@pytest.mark.parametrize(("lang", "word"), [("zh", "净增汇"), ("en", "net enhancement")])
def test_explain_and_methodologies_speak_both_languages(tmp_path, capsys, lang, word):
    (tmp_path / "result.json").write_bytes(kit_bytes()[1].json_bytes)
    assert main(["explain", str(tmp_path / "result.json"), "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert word in out
    assert f"{kit_bytes()[1].figure('net_t_co2'):f}" in out
    assert main(["methodologies", "--lang", lang]) == 0
    assert load_methodology("KCS-INV", "1.0.0").title(lang) in capsys.readouterr().out
    assert main(["methodologies", "kcs-inv", "1.0.0", "--lang", lang]) == 0
    assert "kappa_ref" in capsys.readouterr().out
