"""The examples of the API's description: every body and every answer has one, and it is what the schema says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.serializers import FileField

from registry.api.views import Acts, ApiView
from tests.registry.api import described

FILES = "multipart/form-data"
NOT_MADE = {"does_not_exist"}
"""What a serializer says of a record that no test made."""


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return described.description()


def operations(description) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for address, ways in description["paths"].items():
        for method, operation in ways.items():
            yield (method, address), operation


def contents(description) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Where, media type and content of every body and every answer that has one."""
    for where, operation in operations(description):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{where} takes", kind, content
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if "json" in kind:
                    yield f"{where} answers {status}", kind, content


def named(description, schema) -> dict[str, Any]:
    return description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]


def said(description, content) -> list[Any]:
    """The values of the examples, found by their references."""
    kept = description["components"]["examples"]
    return [kept[each["$ref"].rpartition("/")[2]]["value"] for each in content.get("examples", {}).values()]


def test_every_body_and_every_answer_has_an_example_that_its_schema_takes(description):
    wrong = []
    for where, kind, content in contents(description):
        examples = said(description, content)
        wrong += [] if examples else [f"{where}: no example"]
        schema = _without_files(description, content["schema"]) if kind == FILES else content["schema"]
        for example in examples:
            wrong += [f"{where}: {fault}" for fault in described.faults(schema, example)]
    assert sorted(set(wrong)) == []


def _without_files(description, schema) -> dict[str, Any]:
    whole = named(description, schema)
    files = {name for name, field in whole.get("properties", {}).items() if field.get("format") == "binary"}
    return {**whole, "required": [name for name in whole.get("required", []) if name not in files]}


def test_a_field_that_is_no_file_is_shown(description):
    """An answer shows all that it has; a request at least what it needs."""
    wrong = []
    for where, _kind, content in contents(description):
        if content["schema"].get("type") == "array":
            continue
        schema = named(description, content["schema"])
        shown = schema.get("required", []) if " takes" in where else schema["properties"]
        names = {name for name in shown if schema["properties"][name].get("format") != "binary"}
        names -= {name for name in names - {*schema.get("required", ())} if "$ref" in schema["properties"][name]}
        for example in said(description, content):
            if schema["properties"].keys() >= {"messages", "errors"}:
                names.discard("errors")  # only where fields are at fault
            wrong += [f"{where}: {name} is not in the example" for name in names - set(example)]
    assert sorted(set(wrong)) == []


def test_a_refusal_is_shown_as_it_is_sent(description):
    kept = description["components"]["examples"]
    changed, missing = kept["ProblemCHANGED_MEANWHILE"]["value"], kept["ProblemFIELDS_INVALID"]["value"]
    assert (changed["status"], changed["type"]) == (412, "urn:kcr:problem:CHANGED_MEANWHILE")
    assert changed["messages"]["en"] == changed["detail"] != changed["messages"]["zh"]
    assert missing["errors"] == [{"field": "reason", "code": "required", "detail": "This field is required."}]
    deciding = description["paths"]["/api/v1/organisations/{id}/approve/"]["post"]["responses"]["4XX"]["content"]
    assert {"SECOND_FACTOR_NEEDED", "ILLEGAL_TRANSITION", "NOT_FOUND"} <= set(
        deciding["application/problem+json"]["examples"]
    )


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, type[Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif issubclass(view := getattr(pattern.callback, "view_class", object), ApiView):
            if issubclass(view, Acts):
                yield from ((f"{view.__qualname__} {act}", takes) for act, (takes, _service) in view.acts.items())
            else:
                yield view.__qualname__, view.takes


@pytest.mark.django_db
def test_what_is_shown_to_be_sent_is_taken(description):
    """Not the schema alone: the serializer itself, with its own rules, takes its example."""
    kept = description["components"]["examples"]
    wrong, seen = [], 0
    for where, takes in views(get_resolver().url_patterns):
        example = kept.get(f"{takes.__name__.removesuffix('Serializer')}Request") if takes else None
        if example is None:
            continue
        seen += 1
        files = [name for name, field in takes().fields.items() if isinstance(field, FileField)]
        read = takes(data={**example["value"], **{name: SimpleUploadedFile("a.csv", b"a,b") for name in files}})
        read.is_valid()
        faults = {name: lines for name, lines in read.errors.items() if {line.code for line in lines} - NOT_MADE}
        wrong += [f"{where}: {faults}"] if faults else []
    assert wrong == []
    assert seen > 150
