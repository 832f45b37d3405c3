"""The page docs/records.md, made from the description of the kinds."""

from __future__ import annotations

from collections.abc import Iterator

from calculations.methodologies import list_methodologies, load_methodology
from mrv.records.kinds import Kind, all_kinds
from mrv.records.needs import needs_of
from mrv.records.template_files import described

BELONGS = {
    "instant": "Rows whose time lies in the period belong to it.",
    "inside": "Rows whose days lie in the period belong to it; one that lies only partly in it must be split.",
    "overlap": "Rows that touch the period belong to it.",
    "always": "It belongs to every period until another table takes its place.",
}
HEAD = """# Further records

Made by `manage.py records_reference` from `mrv/records/kinds`; a test holds this page against them.

What a methodology asks for beside readings, samples and gaugings is brought in as a table, at the station's page
“Records”. Each kind has a template (CSV and XLSX, headings in Chinese or English, one line of example). A table is
handed in, shown as it was read, and then imported or discarded; an imported one is superseded by a better one or
withdrawn, never deleted. Headings are understood in both languages and by the names below, with any of the units
named. A period's bundle holds the rows as `records/<name>.json`, each with `file` and `row` (its number in that file,
as messages name it), and the file itself in `raw/`.
"""


def page() -> str:
    """The whole page as Markdown."""
    asked: dict[str, list[str]] = {}
    for identifier, version in list_methodologies():
        for need in needs_of(load_methodology(identifier, version)):
            word = "needs it" if need.needed else "takes it"
            asked.setdefault(need.kind.name, []).append(f"{identifier} {version} {word}")
    return HEAD + "".join("\n" + "\n".join(_of(kind, asked.get(kind.name, []))) for kind in all_kinds().values())


def _of(kind: Kind, asked: list[str]) -> Iterator[str]:
    yield f"## `{kind.name}`: {kind.title[1]} · {kind.title[0]}"
    yield ""
    yield kind.purpose[1]
    yield f"{BELONGS[kind.timing]} {('; '.join(asked) + '.') if asked else ''}".rstrip()
    yield ""
    yield "| column | name | unit | range | required | meaning | example |"
    yield "|---|---|---|---|---|---|---|"
    for column in kind.columns:
        cells = described(column, "en")
        yield (
            "| "
            + " | ".join(
                [f"{cells[0]} · {column.title[0]}", f"`{cells[1]}`", *map(str, cells[2:]), column.example_in("en")]
            )
            + " |"
        )
    for column in kind.derived:
        yield f"| {column.heading('en')} · {column.title[0]} | `{column.name}` | {column.unit} | | derived | | |"
    yield ""
