"""``manage.py read_logger``."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from .making import SAMPLES, template, template_with

LOGGER = SAMPLES / "12_template_full_year_jiangkou.csv"


def printed(*args: str) -> str:
    out = io.StringIO()
    call_command("read_logger", *args, stdout=out)
    return out.getvalue()


def test_the_report_as_json():
    report = json.loads(printed(str(LOGGER), "--json"))
    expected = json.loads((SAMPLES / f"{LOGGER.name}.expected.json").read_text())
    assert report["series"] == expected["series"]
    assert report["warnings"] == []


def test_a_question_about_the_zone_is_no_failure(tmp_path):
    path = tmp_path / "logger.csv"
    path.write_bytes(template().replace(b"+08:00", b""))
    assert json.loads(printed(str(path), "--json"))["timezone"]["must_ask"]
    assert json.loads(printed(str(path), "--json", "--tz", "Asia/Shanghai"))["ok"]


def test_a_fault_is_printed_and_ends_with_status_1(tmp_path):
    path = tmp_path / "logger.csv"
    path.write_bytes(template_with({4: "x"}))
    out = io.StringIO()
    with pytest.raises(CommandError, match="WRONG_CELL_COUNT") as failure:
        call_command("read_logger", str(path), "--language", "en", stdout=out)
    assert failure.value.returncode == 1
    assert "Row 4 has 1 cells" in out.getvalue()
