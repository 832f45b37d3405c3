"""Whether an answer is what the committed description says of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from django.conf import settings
from drf_spectacular import validation
from jsonschema_specifications import REGISTRY
from referencing import Resource


@cache
def description() -> dict[str, Any]:
    return json.loads((settings.ROOT / "docs" / "openapi.json").read_text())


def faults_of_description(document: dict[str, Any]) -> list[str]:
    """What OpenAPI 3.1's own schema says against a description.

    As drf-spectacular's ``validate=True``, but with that schema read through once beforehand: its dynamic references
    are else sought in all of it, again for each of the description's parts, which takes ten times as long.
    """
    schema = json.loads((Path(validation.__file__).parent / "openapi_3_1_schema.json").read_text("utf-8"))
    known = REGISTRY.with_resource(schema["$id"], Resource.from_contents(schema)).crawl()
    found = jsonschema.Draft202012Validator(schema, registry=known).iter_errors(document)
    return [f"{fault.json_path} {fault.message[:200]}" for fault in found]


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
