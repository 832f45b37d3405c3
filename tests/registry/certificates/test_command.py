"""``python -m registry verify-certificate`` for strangers: offline, without Django, in both languages."""

import json
import subprocess
import sys

import pytest

from registry.__main__ import main
from tests.registry.certificates import sample


@pytest.fixture
def files(tmp_path):
    (tmp_path / "certificate.pdf").write_bytes(sample.signed().data)
    (tmp_path / "changed.pdf").write_bytes(sample.signed().data + b"\n")
    (tmp_path / "root.pem").write_bytes(sample.key().root_pem)
    return tmp_path


def verify(files, name, *more):
    return main(["verify-certificate", str(files / name), "--trust", str(files / "root.pem"), *more])


def test_a_genuine_certificate(files, capsys):
    assert verify(files, "certificate.pdf") == 0
    out = capsys.readouterr().out
    assert "真实 GENUINE" in out
    for expected in ("KCR-C-2022-000017", "205 t CO₂", "江口县岩溶泉域植被恢复增汇项目", sample.signed().signed_sha256):
        assert expected in out


def test_a_changed_one(files, capsys):
    assert verify(files, "changed.pdf") == 1
    out = capsys.readouterr().out
    assert "不能认定为真实 NOT GENUINE" in out
    assert "签名没有覆盖整个文件" in out
    assert "does not cover the entire file" in out


def test_as_json(files, capsys):
    assert verify(files, "certificate.pdf", "--json") == 0
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["genuine"] is True
    assert outcome["record"] == sample.issuance().to_dict()
    assert verify(files, "changed.pdf", "--json") == 1
    outcome = json.loads(capsys.readouterr().out)
    assert [reason["code"] for reason in outcome["reasons"]] == ["NOT_ENTIRE_FILE"]
    assert outcome["record"] is None


def test_a_file_that_is_not_there(files, capsys):
    assert verify(files, "absent.pdf") == 1
    assert "无法读取文件" in capsys.readouterr().err
    assert verify(files, "absent.pdf", "--json") == 1
    assert json.loads(capsys.readouterr().out)["reasons"][0]["code"] == "NO_FILE"


def test_a_root_that_is_none(files, capsys):
    (files / "root.pem").write_bytes(b"nonsense")
    assert verify(files, "certificate.pdf") == 1
    assert "root certificate file cannot be read" in capsys.readouterr().err


def test_without_a_root_it_asks_for_one_and_finds_the_installations_own(files, capsys, monkeypatch):
    monkeypatch.setenv("KEYS_DIR", str(files / "nowhere"))
    assert main(["verify-certificate", str(files / "certificate.pdf")]) == 1
    assert "--trust root.pem" in capsys.readouterr().err
    monkeypatch.setenv("KEYS_DIR", str(files))
    assert main(["verify-certificate", str(files / "certificate.pdf")]) == 0


def test_a_certificate_of_a_later_schema_is_still_judged(files, capsys, monkeypatch):
    monkeypatch.setattr("registry.certificates.stated.KINDS", {})
    assert verify(files, "certificate.pdf") == 0
    assert "KCR-C-2022-000017" in capsys.readouterr().out


def test_it_starts_no_django_and_survives_a_terminal_without_chinese(files):
    program = (
        "import sys; from registry.__main__ import main; "
        "code = main(['verify-certificate', sys.argv[1], '--trust', sys.argv[2]]); "
        "print('loaded:', sorted({name.split('.')[0] for name in sys.modules} & {'django', 'celery', 'reportlab'})); "
        "sys.exit(code)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(files / "certificate.pdf"), str(files / "root.pem")],
        cwd=sample.ROOT,
        env={"PATH": "/usr/bin", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.returncode == 0
    assert "GENUINE" in run.stdout
    assert run.stdout.endswith("loaded: []\n")
