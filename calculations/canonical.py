"""Canonical JSON (RFC 8785, JCS) and SHA-256: the bytes over which every digest of this project is taken.

Written here because `calculations/` needs nothing but numpy; a test holds it against the `rfc8785` library.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

MAX_EXACT_INTEGER = 2**53 - 1
"""Largest integer that every JSON reader (ECMAScript numbers) keeps exactly."""


class CanonicalError(ValueError):
    """The object has no canonical JSON form (not a number, a huge integer, a key that is not text, ...)."""


def canonical_bytes(obj: Any) -> bytes:
    """RFC 8785 bytes of `obj`, built from dict, list, tuple, str, bool, None, int and float.

    Raises CanonicalError for NaN, infinities, integers beyond 2**53 - 1, non-string keys, lone surrogates
    and any other type (numpy scalars other than float64 included: convert them where their unit is known).
    """
    pieces: list[str] = []
    _write(obj, pieces.append)
    try:
        return "".join(pieces).encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError("text holds a lone surrogate") from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def canonical_digest(obj: Any) -> str:
    """SHA-256 (hex) of the canonical bytes of `obj`."""
    return sha256_hex(canonical_bytes(obj))


def number_text(value: float) -> str:
    """A double as ECMAScript prints it (shortest digits that read back to the same double)."""
    if not math.isfinite(value):
        raise CanonicalError("JSON has no NaN or infinity")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent_text = float.__repr__(abs(float(value))).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    leading_zeros = len(whole + fraction) - len(digits)
    # value = 0.digits x 10^point
    point = len(whole) - leading_zeros + int(exponent_text or 0)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"


_CONSTANTS = {None: "null", True: "true", False: "false"}
_quoted = json.encoder.encode_basestring
"""Text in quotes, as `json.dumps` without ASCII writes it."""


def _write(obj: Any, emit: Callable[[str], object]) -> None:
    if type(obj) is str:  # most of what is written
        emit(_quoted(obj))
    elif type(obj) is dict:
        _write_object(obj, emit)
    elif obj is None or isinstance(obj, bool):
        emit(_CONSTANTS[obj])
    elif isinstance(obj, str):
        emit(_quoted(obj))
    elif isinstance(obj, int):
        if abs(obj) > MAX_EXACT_INTEGER:
            raise CanonicalError(f"integer {obj} is beyond 2**53 - 1")
        emit(str(int(obj)))
    elif isinstance(obj, float):
        emit(number_text(obj))
    elif isinstance(obj, Mapping):
        _write_object(obj, emit)
    elif isinstance(obj, list | tuple):
        emit("[")
        for position, item in enumerate(obj):
            if position:
                emit(",")
            _write(item, emit)
        emit("]")
    else:
        raise CanonicalError(f"{type(obj).__name__} has no JSON form")


def _write_object(obj: Mapping[Any, Any], emit: Callable[[str], object]) -> None:
    emit("{")
    separator = ""
    for key in _in_order(obj):
        emit(f"{separator}{_quoted(key)}:")
        separator = ","
        _write(obj[key], emit)
    emit("}")


def _in_order(obj: Mapping[Any, Any]) -> list[str]:
    """Keys by their UTF-16 units, which is the order of ASCII texts as they are."""
    for key in obj:
        if not isinstance(key, str):
            raise CanonicalError(f"object key {key!r} is not text")
    if all(map(str.isascii, obj)):
        return sorted(obj)
    try:
        return sorted(obj, key=lambda key: key.encode("utf-16-be"))
    except UnicodeEncodeError as error:
        raise CanonicalError("an object key holds a lone surrogate") from error
