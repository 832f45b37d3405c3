"""One methodology version, checked: what the engine may ask of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as with_default
from decimal import Decimal
from typing import Any

from calculations.canonical import CanonicalError, canonical_digest
from calculations.messages import CalculationError
from calculations.procedures.requirements import OUTCOMES, REQUIREMENTS

FORMAT = "karst-methodology"
FORMAT_VERSION = 1
_RATING_FORMS = ("power_law", "segments", "weir", "in_time")
_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
_VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")
_BILINGUAL_LISTS = ("equations", "deductions", "changelog")


class MethodologyError(CalculationError):
    """A methodology is unknown, not valid, or not the one that was published under its name."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a version; `distribution` has `kind` fixed, normal or triangular (low, mode, high)."""

    symbol: str
    names: Mapping[str, str]
    unit: str
    value: float
    minimum: float
    maximum: float
    distribution: Mapping[str, Any]
    sources: Mapping[str, str]

    def moved_to(self, value: float) -> Parameter:
        """The parameter at another value, its triangle moved along and cut at its range."""
        distribution = dict(self.distribution)
        if distribution["kind"] == "triangular":
            low = max(self.minimum, value - (float(distribution["mode"]) - float(distribution["low"])))
            high = min(self.maximum, value + (float(distribution["high"]) - float(distribution["mode"])))
            distribution |= {"low": low, "mode": value, "high": high}
        return replace(self, value=value, distribution=distribution)


@dataclass(frozen=True)
class Methodology:
    """A checked version. `digest` is the SHA-256 of its canonical content, so layout and comments are free."""

    id: str
    version: str
    digest: str
    content: Mapping[str, Any]
    parameters: Mapping[str, Parameter]
    what_if: Mapping[str, tuple[float, float]] = with_default(default_factory=dict)
    """Parameters changed for a what-if: symbol -> (published value, value taken). Such a thing is never official."""

    @property
    def outcome(self) -> str:
        """One of `calculations.procedures.requirements.OUTCOMES`; only "credits" can ever be issued."""
        return str(self.content["outcome"])

    @property
    def procedure(self) -> str:
        """Name of the computation (`calculations.procedures`)."""
        return str(self.content["procedure"])

    @property
    def earns_credits(self) -> bool:
        """Whether this version's outcome is credits."""
        return self.outcome == "credits"

    def title(self, lang: str) -> str:
        """Title in "zh" or "en"."""
        return str(self.content["title_zh" if lang.startswith("zh") else "title_en"])

    def value(self, symbol: str) -> float:
        """A parameter's value in its unit."""
        return self.parameters[symbol].value

    def decimal(self, symbol: str) -> Decimal:
        """The same, exact as written."""
        return Decimal(repr(self.parameters[symbol].value))

    def whole(self, symbol: str) -> int:
        """The same for a count."""
        return int(self.parameters[symbol].value)

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Gross ranges of the quality control: parameter -> (lowest, highest)."""
        return {name: (float(low), float(high)) for name, (low, high) in self.content["quality"]["ranges"].items()}

    @property
    def rating_forms(self) -> tuple[str, ...]:
        """Forms of rating that it computes with (`calculations.hydrology.dated_curves`); one power law if silent."""
        discharge = self.content.get("discharge", {"forms": ["power_law"]})
        return tuple(discharge["forms"])

    def changed(self, values: Mapping[str, float]) -> Methodology:
        """This version with other values, for a what-if; it stays marked as one.

        A triangular distribution moves with its mode, cut at the parameter's range. Raises MethodologyError
        WHAT_IF_UNKNOWN_PARAMETER or METHODOLOGY_PARAMETER_OUT_OF_RANGE.
        """
        parameters, changes = dict(self.parameters), dict(self.what_if)
        for symbol, value in values.items():
            if symbol not in parameters:
                known = ", ".join(sorted(parameters))
                raise MethodologyError("WHAT_IF_UNKNOWN_PARAMETER", symbol=symbol, known=known)
            parameter = parameters[symbol]
            if not _is_number(value) or not parameter.minimum <= value <= parameter.maximum:
                raise MethodologyError(
                    "METHODOLOGY_PARAMETER_OUT_OF_RANGE",
                    symbol=symbol,
                    value=value,
                    minimum=parameter.minimum,
                    maximum=parameter.maximum,
                )
            parameters[symbol] = parameter.moved_to(float(value))
            changes[symbol] = (parameter.value, float(value))
        return replace(self, parameters=parameters, what_if=changes)

    def record(self) -> dict[str, str]:
        """Identity for results: id, version, digest."""
        return {"id": self.id, "version": self.version, "digest": self.digest}


def check_methodology(content: Mapping[str, Any]) -> Methodology:
    """Methodology from its parsed content; MethodologyError naming the field that is wrong."""
    _check_identity(content)
    for field in ("title", "time_horizon"):
        _both_languages(content, field, f"{field}_zh", f"{field}_en")
    _check_applicability(content.get("applicability"))
    for section in _BILINGUAL_LISTS:
        for number, item in enumerate(_table_list(content, section), start=1):
            _both_languages(item, f"{section} {number}", "zh", "en")
    for number, item in enumerate(_table_list(content, "variables"), start=1):
        _both_languages(item, f"variables {number}", "name_zh", "name_en")
        if item.get("role") not in {"flux", "speciation", "supporting", "record"}:
            raise _invalid(f"variables {number}", "role must be flux, speciation, supporting or record")
    constants = content.get("constants")
    if not isinstance(constants, dict) or not all(isinstance(constants.get(k), str) for k in ("name", "sha256")):
        raise _invalid("constants", "must name a table and its SHA-256")
    _check_ranges(content.get("quality"))
    _check_discharge(content.get("discharge"))
    parameters = _parameters(content)
    needed = REQUIREMENTS[content["procedure"]][content["outcome"]]
    missing = [symbol for symbol in needed if symbol not in parameters]
    if missing:
        raise _invalid("parameters", f"missing: {', '.join(missing)}")
    if "kappa_ref" in needed and parameters["kappa_ref"].distribution["kind"] != "triangular":
        raise _invalid("kappa_ref", "its distribution must be triangular")
    try:
        digest = canonical_digest(content)
    except CanonicalError as error:
        raise _invalid("content", str(error)) from error
    return Methodology(content["id"], content["version"], digest, content, parameters)


def _check_identity(content: Mapping[str, Any]) -> None:
    if (content.get("format"), content.get("format_version")) != (FORMAT, FORMAT_VERSION):
        raise _invalid("format", f"must be {FORMAT} {FORMAT_VERSION}")
    for field, pattern in (("id", _ID), ("version", _VERSION)):
        if not isinstance(content.get(field), str) or not pattern.fullmatch(content[field]):
            raise _invalid(field, "missing or malformed")
    if content.get("outcome") not in OUTCOMES:
        raise _invalid("outcome", f"must be one of {', '.join(OUTCOMES)}")
    outcomes = REQUIREMENTS.get(str(content.get("procedure")))
    if outcomes is None:
        known = ", ".join(REQUIREMENTS)
        raise MethodologyError("METHODOLOGY_PROCEDURE_UNKNOWN", procedure=str(content.get("procedure")), known=known)
    if content["outcome"] not in outcomes:
        raise _invalid("outcome", f"the procedure {content['procedure']} gives {' or '.join(outcomes)} only")


def _parameters(content: Mapping[str, Any]) -> dict[str, Parameter]:
    parameters: dict[str, Parameter] = {}
    for item in _table_list(content, "parameters"):
        symbol = item.get("symbol")
        if not isinstance(symbol, str) or symbol in parameters:
            raise _invalid("parameters", f"symbol {symbol!r} is missing or appears twice")
        _both_languages(item, symbol, "name_zh", "name_en")
        _both_languages(item, symbol, "source_zh", "source_en")
        numbers = [item.get(key) for key in ("default", "minimum", "maximum")]
        if not isinstance(item.get("unit"), str) or not all(_is_number(value) for value in numbers):
            raise _invalid(symbol, "needs unit, default, minimum and maximum")
        value, low, high = (float(number) for number in numbers if number is not None)
        distribution = item.get("distribution")
        if not isinstance(distribution, dict) or distribution.get("kind") not in {"fixed", "normal", "triangular"}:
            raise _invalid(symbol, "distribution must be fixed, normal or triangular")
        inside = [value]
        if distribution["kind"] == "triangular":
            bounds: list[Any] = [distribution.get(key) for key in ("low", "mode", "high")]
            if not all(map(_is_number, bounds)) or not bounds[0] <= bounds[1] <= bounds[2] > bounds[0]:
                raise _invalid(symbol, "a triangular distribution needs low <= mode <= high")
            inside += bounds
        for number in inside:
            if not low <= number <= high:
                raise MethodologyError(
                    "METHODOLOGY_PARAMETER_OUT_OF_RANGE", symbol=symbol, value=number, minimum=low, maximum=high
                )
        parameters[symbol] = Parameter(
            symbol=symbol,
            names={"zh": item["name_zh"], "en": item["name_en"]},
            unit=item["unit"],
            value=value,
            minimum=low,
            maximum=high,
            distribution=distribution,
            sources={"zh": item["source_zh"], "en": item["source_en"]},
        )
    return parameters


def _check_applicability(value: Any) -> None:
    if not isinstance(value, dict):
        raise _invalid("applicability", "missing")
    texts = [value.get("zh"), value.get("en")]
    if not all(isinstance(text, list) and text and all(isinstance(line, str) for line in text) for text in texts):
        raise _invalid("applicability", "needs a list of conditions in both languages")
    if len(value["zh"]) != len(value["en"]):
        raise _invalid("applicability", "the two languages list different numbers of conditions")


def _check_ranges(value: Any) -> None:
    ranges = value.get("ranges") if isinstance(value, dict) else None
    if not isinstance(ranges, dict):
        raise _invalid("quality", "ranges are missing")
    for name, limits in ranges.items():
        pair = isinstance(limits, list) and len(limits) == 2 and all(_is_number(limit) for limit in limits)
        if not pair or limits[0] >= limits[1]:
            raise _invalid("quality", f"the range of {name} must be [lowest, highest]")


def _check_discharge(value: Any) -> None:
    """Optional: the forms of the rating that the version allows."""
    if value is None:
        return
    forms = value.get("forms") if isinstance(value, dict) else None
    if not isinstance(forms, list) or "power_law" not in forms or not set(forms) <= set(_RATING_FORMS):
        raise _invalid("discharge", f"forms must name power_law and others of {', '.join(_RATING_FORMS)}")


def _table_list(content: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    items = content.get(section)
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise _invalid(section, "missing")
    return items


def _both_languages(item: Mapping[str, Any], field: str, zh: str, en: str) -> None:
    for key in (zh, en):
        if not isinstance(item.get(key), str) or not item[key].strip():
            raise _invalid(field, f"{key} is missing")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def _invalid(field: str, reason: str) -> MethodologyError:
    return MethodologyError("METHODOLOGY_INVALID", field=field, reason=reason)
