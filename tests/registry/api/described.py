"""Whether an answer is what the committed description says of it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
from django.conf import settings


@cache
def description() -> dict[str, Any]:
    return json.loads((settings.ROOT / "docs" / "openapi.json").read_text())


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """What the schema (of the description) says against the value."""
    checker = jsonschema.Draft202012Validator(
        {**schema, "components": description()["components"]}, format_checker=jsonschema.FormatChecker()
    )
    return [f"{fault.json_path} {fault.message[:200]}" for fault in checker.iter_errors(value)]


def is_described(name: str, value: dict[str, Any]) -> bool:
    """Whether the value is a ``name`` and has nothing that the description does not know."""
    known = description()["components"]["schemas"][name]["properties"]
    wrong = faults({"$ref": f"#/components/schemas/{name}"}, value) + sorted(set(value) - set(known))
    assert wrong == [], name
    return True
