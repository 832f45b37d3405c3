"""Every message exists in both languages, with the same parameters, and is one that some reader says."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import mrv.uploads.readers
from mrv.records.reading import GRID_TEXTS, RECORD_TEXTS
from mrv.uploads.readers.messages import TEXTS as ALL_TEXTS
from mrv.uploads.readers.messages import Message, printable

READERS = Path(mrv.uploads.readers.__file__).parent
TEXTS = {code: texts for code, texts in ALL_TEXTS.items() if code not in RECORD_TEXTS | GRID_TEXTS}
"""The readers' own; those about tables of records are tested in their room."""


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_say_the_same(code):
    zh, en = TEXTS[code]
    assert fields_of(zh) == fields_of(en)
    assert any("一" <= letter <= "龥" for letter in zh)
    assert not any("一" <= letter <= "龥" for letter in en)
    assert zh.endswith("。")
    assert en.endswith(".")
    params = {name: f"value-of-{name}" for name in fields_of(zh)}
    message = Message("warning", code, {"file": "f.csv", **params})
    for language in ("zh-hans", "en"):
        text = message.text(language)
        assert text.startswith("f.csv")
        assert all(value in text for value in params.values())
        assert "{" not in text


def said_in_the_code() -> set[str]:
    said = set()
    for path in READERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in TEXTS:
                said.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("error", "warning", "info", "refuse"):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    assert first.value in TEXTS, f"{path.name} says {first.value}, which has no text"
    return said | {"ENCODING_GB18030", "ENCODING_CP1252"}


def test_every_text_is_said_somewhere_and_everything_said_has_a_text():
    tables = ("file_texts.py", "value_texts.py", "logger_texts.py")
    tables_only = {
        node.value
        for name in tables
        for node in ast.walk(ast.parse((READERS / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in TEXTS
    }
    assert tables_only == set(TEXTS)
    others = set()
    for path in READERS.rglob("*.py"):
        if path.name not in tables:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            others |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    assert said_in_the_code() == set(TEXTS)
    assert set(TEXTS) - others == {"ENCODING_GB18030", "ENCODING_CP1252"}, "these two are composed from the name"


def test_a_missing_parameter_never_raises():
    assert "<row>" in Message("error", "QUOTES_BROKEN", {}).text("en")


def test_quantities_are_called_by_their_names():
    message = Message("warning", "MISSING_PARAMETERS", {"parameters": ["rainfall", "ph"]})
    assert "降雨、pH" in message.text("zh-hans")
    assert "rain, pH" in message.text("en")


def test_pieces_of_files_are_made_printable():
    assert printable("a\x00b\x1b[31m\n") == "a�b�[31m�"
    assert printable("x" * 100) == "x" * 40 + "…"
    assert printable("\ud800") == "�"


def test_braces_in_a_file_are_only_text():
    message = Message("error", "NOT_A_NUMBER", {"row": 2, "column": "ph", "text": "{row.__class__}"})
    assert "{row.__class__}" in message.text("en")
