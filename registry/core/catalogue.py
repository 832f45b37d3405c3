"""Every string that reaches a person, collected from code and templates, and kept in the Chinese catalogue.

The English text is the key. ``manage.py messages`` brings ``locale/zh_Hans`` in line with the code; a test fails when
a key has no Chinese text, when a key is no longer used, or when the compiled catalogue is older than its source.
(A bare machine has no gettext tools, so that this uses Python's own parser and polib.)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

SOURCES = ("registry", "mrv")
CALLS = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "gettext_noop"}
TEMPLATIZED = re.compile(r"""gettext\((?:u)?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)""", re.DOTALL)


def catalogue_path() -> Path:
    return Path(settings.ROOT) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def keys_in_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        if name in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def keys_in_template(source: str) -> Iterator[str]:
    for match in TEMPLATIZED.finditer(templatize(source)):
        yield ast.literal_eval(match.group(1))


def collect() -> dict[str, list[str]]:
    """Every key with the files that use it."""
    root = Path(settings.ROOT)
    found: dict[str, list[str]] = {}
    for floor in SOURCES:
        for file in sorted((root / floor).rglob("*.py")):
            source = file.read_text("utf-8")
            for key in keys_in_python(source) if "gettext" in source else ():  # else it imports none of CALLS
                found.setdefault(key, []).append(str(file.relative_to(root)))
    for file in sorted((root / "templates").rglob("*.html")):
        for key in keys_in_template(file.read_text("utf-8")):
            found.setdefault(key, []).append(str(file.relative_to(root)))
    found.pop("", None)
    return found


def untranslated() -> list[str]:
    translated = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue_path()))}
    return sorted(key for key in collect() if not translated.get(key))


def changed_by(translations: dict[str, str]) -> list[tuple[str, str, str]]:
    """Which of these would change the Chinese that stands: (English, what stands, what would)."""
    known = {e.msgid: e.msgstr for e in polib.pofile(str(catalogue_path()))}
    return [
        (key, known[key], text) for key, text in translations.items() if text and known.get(key) not in (None, "", text)
    ]


def update(translations: dict[str, str] | None = None) -> list[str]:
    """Bring the catalogue in line with the code, keep and add translations, compile it; return what lacks Chinese."""
    path = catalogue_path()
    known = {e.msgid: e.msgstr for e in polib.pofile(str(path))} if path.exists() else {}
    known.update({key: text for key, text in (translations or {}).items() if text})
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "karst-carbon-registry",
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for key, files in sorted(collect().items()):
        flags = ["python-format"] if re.search(r"%\(\w+\)s", key) else []
        occurrences = [(file, "") for file in dict.fromkeys(files)]
        catalogue.append(polib.POEntry(msgid=key, msgstr=known.get(key, ""), flags=flags, occurrences=occurrences))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    return [entry.msgid for entry in catalogue if not entry.msgstr]
