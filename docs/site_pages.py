"""What the code writes into the manual: the glossary, and the pictures of the state machines (MkDocs hook)."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import django
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

BOX = {"width": 210, "height": 34, "gap": 30}
MERMAID = re.compile(r"```mermaid\n.*?\n```", re.DOTALL)
SIDE = 250
"""Room for the arcs on either side of the column of states."""


def on_files(files: Files, config: Any) -> Files:
    django.setup()
    files.append(File.generated(config, "glossary.md", content=glossary_page()))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Files) -> str:
    return with_pictures(markdown) if page.file.src_uri == "state-machines.md" else markdown


def with_pictures(markdown: str) -> str:
    """The diagrams' source, which code hosts draw themselves, in the manual as pictures that need no script."""
    from registry.core.machines import machines  # noqa: PLC0415  after django.setup

    pictures = (picture(machine) for _room, machine in machines())
    return MERMAID.sub(lambda _source: next(pictures), markdown)


def glossary_page() -> str:
    from mrv.learning import glossary  # noqa: PLC0415  after django.setup

    lines = ["# Glossary · 术语表", "", "The same file feeds the page `/glossary/` of every server.", ""]
    for label, terms in glossary.grouped():
        lines += [f"## {both(label)}", "", "| English | 中文 | meaning | 含义 |", "|---|---|---|---|"]
        lines += [f"| {t.en} | {t.zh} | {t.en_meaning} | {t.zh_meaning} |" for t in terms]
        lines.append("")
    return "\n".join(lines)


def both(label: Any) -> str:
    from django.utils.translation import override  # noqa: PLC0415  after django.setup

    with override("en"):
        english = str(label)
    with override("zh-hans"):
        return f"{english[:1].upper()}{english[1:]} {label}"


def picture(machine: Any) -> str:
    """An SVG: the states in one column in the order of their table, each line of the machine an arc with its number."""
    step = BOX["height"] + BOX["gap"]
    rows = {state.name: index for index, state in enumerate(machine.states)}
    width, height = 2 * SIDE + BOX["width"], len(rows) * step
    body = [*_arcs(machine, rows, step), *_boxes(machine, rows, step)]
    title = escape(f"States of {machine.name}: " + ", ".join(rows))
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}" '
        f'style="max-width: {width}px; width: 100%">' + "".join(body) + "</svg>"
    )


def _boxes(machine: Any, rows: dict[str, int], step: int) -> Iterator[str]:
    for state in machine.states:
        y = rows[state.name] * step + BOX["gap"] // 2
        strong = 2 if state.name == machine.initial else 1
        yield (
            f'<rect x="{SIDE}" y="{y}" width="{BOX["width"]}" height="{BOX["height"]}" rx="6" fill="#eef5f3" '
            f'stroke="#0f766e" stroke-width="{strong}"/>'
            f'<text x="{SIDE + BOX["width"] // 2}" y="{y + 21}" text-anchor="middle" font-size="12" fill="#12211e">'
            f"{escape(both(state.label))}</text>"
        )


def _arcs(machine: Any, rows: dict[str, int], step: int) -> Iterator[str]:
    for number, line in enumerate(machine.transitions, start=1):
        start, end = rows[line.source], rows[line.target]
        down = end >= start
        edge = SIDE + BOX["width"] if down else SIDE
        shift = (number % 5 - 2) * 4  # arcs that share an end do not lie upon each other
        y1, y2 = (row * step + BOX["gap"] // 2 + BOX["height"] // 2 + shift for row in (start, end))
        bow = (30 + 26 * abs(end - start)) * (1 if down else -1)
        bow = max(-SIDE + 20, min(SIDE - 20, bow))
        middle = edge + bow * 0.75
        tip = 6 if down else -6
        yield (
            f'<path d="M{edge},{y1} C{edge + bow},{y1} {edge + bow},{y2} {edge},{y2}" fill="none" stroke="#5f726d"/>'
            f'<path d="M{edge},{y2} l{tip},-4 v8 z" fill="#5f726d"/>'
            f'<text x="{middle:.0f}" y="{(y1 + y2) / 2 + 4:.0f}" text-anchor="middle" font-size="11" '
            f'fill="#0b5f59">{number}</text>'
        )
