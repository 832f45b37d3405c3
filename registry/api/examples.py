"""The examples of the API's description, composed from words: what a field of a name holds, said once.

Each room says its words in its own ``examples.py``: ``WORDS`` is a table from the name of a field, or from
``Serializer.field`` where one serializer means something of its own, to a value. What is left unsaid follows from the
kind of the field: a time, a day, a digest, the first of the choices, the acts of the state that is shown. A request
shows what must be sent, and of the rest only what is said for it. A serializer may say its request whole, as
``example``.

One example for each serializer, under ``components/examples``; the operations refer to it.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from django.http import Http404
from django.utils.translation import override
from drf_spectacular.drainage import warn
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.exceptions import AuthenticationFailed, ErrorDetail, Throttled, ValidationError
from rest_framework.serializers import Serializer

from registry.api import problems
from registry.api.fields import Actions
from registry.core.actors import PUBLIC
from registry.core.errors import Refusal
from registry.core.machines import machines
from registry.core.permissions import require_fresh_factor

DIGEST = "6f0c3f7ad41c2b2c5f4f0b7e55d2a1c98f3b6de04c7719a5e2d8b1f06a9c4e37"
AT, DAY = "2026-06-30T09:30:00+08:00", "2026-06-30"
COMMON: dict[str, Any] = {
    "id": 7,
    "number": 1,
    "version": 1,
    "project": "KC-520621-0001",
    "station": 3,
    "upload": 12,
    "period": 5,
    "run": 21,
    "account": 4,
    "organisation": 2,
    "body": 6,
    "file_name": "江口泉_2026-05.csv",
    "size_bytes": 1843200,
    "name_zh": "江口泉域植被恢复示范",
    "name_en": "Jiangkou spring catchment, vegetation restoration",
    "zone": "Asia/Shanghai",
    "reason": "The rating of May 2026 is missing; add the gaugings and hand it in again.",
    "note": "Looked at on site on 30 June.",
    "text": "The logger was out of the water from 3 to 5 June; the gap is filled from the rating.",
    "url": "/projects/KC-520621-0001/",
    "next": None,
    "previous": None,
}
"""Words that mean the same in every room."""
BY_FORMAT = {"date-time": AT, "date": DAY}
LEFT_OUT = object()


def add_examples(result: dict[str, Any], generator: Any, **_more: Any) -> dict[str, Any]:
    """The hook of drf-spectacular: give every body and every answer the example of its serializer."""
    schemas = result["components"]["schemas"]
    composer = Composer(schemas, {one.name: one for one in generator.registry._components.values()})
    kept: dict[str, Any] = {f"Problem{code}": {"value": body} for code, body in _problems().items()}
    for operation in (one for ways in result["paths"].values() for one in ways.values()):
        takes = operation.get("requestBody", {}).get("content", {})
        for content in takes.values():
            _refer(content, composer, kept)
        for answer in operation["responses"].values():
            for kind, content in answer.get("content", {}).items():
                if kind == problems.MEDIA_TYPE:
                    content["examples"] = {code: _ref(f"Problem{code}") for code in _codes_of(operation)}
                else:
                    _refer(content, composer, kept)
    result["components"]["examples"] = dict(sorted(kept.items()))
    return result


def _refer(content: dict[str, Any], composer: Composer, kept: dict[str, Any]) -> None:
    schema = content.get("schema", {})
    if name := _name_of(schema):
        kept[name] = {"value": composer.example(name)}
    elif item := _name_of(schema.get("items", {})):
        name = f"{item}List"
        kept[name] = {"value": [composer.example(item)]}
    if name:
        content["examples"] = {"Example": _ref(name)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/examples/{name}"}


def _name_of(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


class Composer:
    """Examples of the description's components, by their names."""

    def __init__(self, schemas: dict[str, Any], components: dict[str, ResolvedComponent]) -> None:
        self.schemas = schemas
        self.components = components

    def example(self, name: str) -> Any:
        """The example of a component; of a request, what its serializer says whole."""
        is_request = name.endswith("Request")
        serializer = self._serializer(name)
        if is_request and (said := getattr(serializer, "example", None)):
            return said
        schema = self.schemas[name]
        words = words_of(type(serializer).__module__) if serializer is not None else COMMON
        shown: dict[str, Any] = {}
        for field, kind in schema.get("properties", {}).items():
            said_for = f"{name.removesuffix('Request')}.{field}"
            if is_request and said_for not in words and field not in schema.get("required", ()):
                continue
            value = words.get(said_for, words.get(field, LEFT_OUT))
            if value is LEFT_OUT or not _offered(kind, value):
                value = self._by_kind(field, kind, said_for)
            if value is not LEFT_OUT:
                shown[field] = value
        if "actions" in shown and serializer is not None:
            shown["actions"] = words.get(f"{name}.actions", _acts_in(serializer, shown.get("state", "")))
        return shown

    def _serializer(self, name: str) -> Serializer[Any] | None:
        made = self.components.get(name)
        return made.object if made is not None and isinstance(made.object, Serializer) else None

    def _by_kind(self, field: str, schema: Mapping[str, Any], place: str) -> Any:
        """What follows from the schema of a field that no word is said for."""
        kinds = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type")]
        value: Any = LEFT_OUT
        one_of = next((one for one in schema.get("oneOf", ()) if _name_of(one)), {})
        if "null" in kinds:
            value = None
        elif (name := _name_of(one_of)) or (name := _name_of(schema)):
            value = self.example(name)
        elif "enum" in schema:
            value = schema["enum"][0]
        elif kinds == ["array"]:
            one = self._by_kind(field, schema["items"], place) if field != "actions" else LEFT_OUT
            files = schema["items"].get("format") == "binary"
            value = LEFT_OUT if files else [] if one is LEFT_OUT else [one]
        elif kinds == ["boolean"]:
            value = False
        elif field.endswith(("sha256", "digest")):
            value = DIGEST
        elif schema.get("format") != "binary":
            value = BY_FORMAT.get(schema.get("format", ""), LEFT_OUT)
            if value is LEFT_OUT:
                warn(f"No example for {place}: say one in the examples.py of its room.")
        return value


def _offered(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a choice is among the choices."""
    if isinstance(value, list):
        return all(_offered(schema.get("items", {}), one) for one in value)
    return "enum" not in schema or value in schema["enum"]


def _acts_in(serializer: Serializer[Any], state: str) -> list[str]:
    field = serializer.fields.get("actions")
    lines = field.machine.transitions if isinstance(field, Actions) else ()
    return list(dict.fromkeys(line.action for line in lines if line.source == state))


@cache
def words_of(module: str) -> dict[str, Any]:
    """The words of the room that a module belongs to, over those of every room."""
    room = f"{module.rpartition('.')[0]}.examples"
    found = importlib.util.find_spec(room) is not None and room != __name__
    return {**COMMON, **(importlib.import_module(room).WORDS if found else {})}


# --- refusals ---


@cache
def _problems() -> dict[str, dict[str, Any]]:
    """By code: refusals as a program meets them, made by what raises them."""
    organisation = "/api/v1/organisations/7/"
    organisations = next(machine for _room, machine in machines() if machine.name == "organisation")
    missing = ErrorDetail("This field is required.", code="required")
    with override("en"):
        raised = (
            (AuthenticationFailed(), "/api/v1/me/"),
            (_raised_by(require_fresh_factor, PUBLIC), f"{organisation}approve/"),
            (Http404(), organisation),
            (_raised_by(organisations.line, "approved", "approve"), f"{organisation}approve/"),
            (problems.changed_meanwhile(), f"{organisation}approve/"),
            (ValidationError({"reason": [missing]}), f"{organisation}suspend/"),
            (Throttled(wait=30), "/api/v1/me/"),
        )
        bodies = (problems.body_of(error, path) for error, path in raised)
        return {body["code"]: body for body in bodies if body is not None}


def _raised_by(function: Callable[..., Any], *arguments: Any) -> Exception:
    try:
        function(*arguments)
    except Refusal as refusal:
        return refusal
    raise AssertionError(f"{function} refuses nothing")


def _codes_of(operation: Mapping[str, Any]) -> Iterator[str]:
    """The refusals that an operation's parts bring with them."""
    headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
    yield "TOKEN_INVALID"
    if "X-Second-Factor" in headers:
        yield "SECOND_FACTOR_NEEDED"
    if any(one["in"] == "path" for one in operation.get("parameters", ())):
        yield "NOT_FOUND"
    if "If-Match" in headers:
        yield "ILLEGAL_TRANSITION"
        yield "CHANGED_MEANWHILE"
    if "requestBody" in operation:
        yield "FIELDS_INVALID"
    yield "TOO_MANY_REQUESTS"
