"""Every code that the science raises has a text in both languages, with the same parameters in each."""

import re
from pathlib import Path

import pytest

import calculations.chemistry  # adds its own texts
import calculations.commands.texts  # the same
from calculations.messages import CalculationError, Message, text
from calculations.texts import TEXTS

CODE = re.compile(r'(?:Error|Message|_refuse)\(\s*"([A-Z][A-Z0-9_]+)"|^[A-Z_]+ = "([A-Z]+_[A-Z_]+)"$', re.MULTILINE)
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def raised():
    root = Path(calculations.__path__[0])
    found = set()
    for path in root.rglob("*.py"):
        for groups in CODE.findall(path.read_text(encoding="utf-8")):
            found.update(code for code in groups if code)
    return found


def test_every_code_in_the_source_has_a_text():
    assert len(raised()) > 60
    assert raised() - set(TEXTS) - {"GROSS_RANGE"} == set()


def test_every_text_is_used_somewhere():
    root = Path(calculations.__path__[0])
    source = "".join(p.read_text(encoding="utf-8") for p in root.rglob("*.py") if p.name != "texts.py")
    assert [code for code in TEXTS if f'"{code}"' not in source] == []


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_both_languages_say_the_same_with_the_same_parameters(code):
    zh, en = TEXTS[code]
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en)
    assert set(PLACEHOLDER.findall(zh)) == set(PLACEHOLDER.findall(en))


def test_a_message_about_a_failure_never_fails_itself():
    assert text("NO_SUCH_CODE", "zh", a=1) == "NO_SUCH_CODE (a=1)"
    assert "<count>" in text("RATING_TOO_FEW_GAUGINGS", "en")
    error = CalculationError("RATING_TOO_FEW_GAUGINGS", count=2, minimum=5)
    assert error.text("zh-hans").startswith("只有 2 次")
    assert error.message == Message("RATING_TOO_FEW_GAUGINGS", {"count": 2, "minimum": 5}, "error")
