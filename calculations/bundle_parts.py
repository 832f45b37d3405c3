"""Reading a bundle's parts: every size and digest is checked, and nothing is there that the manifest does not list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import numpy as np

from calculations.canonical import canonical_bytes
from calculations.container import BundleError, Container
from calculations.evidence import COMPANIONS, MISSING, RECORDS, Evidence, EvidenceError, RawFile, Record, Series

BUNDLE_FORMAT = "karst-evidence"
VERSION = 1
MANIFEST = "manifest.json"
COMPANIONS_FOLDER = "companions/"
EPOCHS = "readings/epoch_s.i64"
EQUIPMENT = "facts/equipment.json"
FACTS = ("period", "station", "flags", "samples", "gaugings", "curve", "regressions", "baseline")
_MAX_MANIFEST_BYTES = 8 * 1024**2
_MAX_FACTS_BYTES = 64 * 1024**2
_MAX_ARRAY_BYTES = 512 * 1024**2


def read_manifest(container: Container, path: str, known: str, more_keys: set[str]) -> tuple[Record, bytes]:
    """The manifest at a path and its bytes; BundleError where it is not one of the known kind."""
    if container.sizes.get(path, 0) > _MAX_MANIFEST_BYTES:
        raise BundleError("BUNDLE_TOO_LARGE", part=path, limit=_MAX_MANIFEST_BYTES)
    data = container.read(path)
    manifest = _canonical_json(data, path)
    if not isinstance(manifest, dict):
        raise _invalid(path, "it is not an object")
    stated = (manifest.get("format"), manifest.get("version"))
    if stated != (known, VERSION):
        found = f"{stated[0]} {stated[1]}"
        raise BundleError("BUNDLE_VERSION_UNKNOWN", part=path, found=found, known=f"{known} {VERSION}")
    if set(manifest) != {"format", "version", "parts"} | more_keys:
        raise _invalid(path, "its fields are not the known ones")
    parts = manifest["parts"]
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise _invalid(path, "parts is not a list of objects")
    for part in parts:
        typed = (
            isinstance(part.get("path"), str)
            and isinstance(part.get("role"), str)
            and isinstance(part.get("sha256"), str)
            and type(part.get("size")) is int
        )
        if not typed:
            raise _invalid(path, "a part lacks its path, role, size or sha256")
    paths = [part["path"] for part in parts]
    if paths != sorted(set(paths)):
        raise _invalid(path, "the parts are not sorted by path, each once")
    return manifest, data


def read_part(container: Container, prefix: str, part: Record) -> bytes:
    """Content of a part after its size and digest were checked."""
    return b"".join(_checked_chunks(container, prefix, part))


def _checked_chunks(container: Container, prefix: str, part: Record) -> Iterable[bytes]:
    path = prefix + part["path"]
    if container.sizes.get(path, part["size"]) != part["size"]:
        raise BundleError("BUNDLE_PART_SIZE", part=path, expected=part["size"])
    digest = hashlib.sha256()
    for block in container.chunks(path):
        digest.update(block)
        yield block
    if digest.hexdigest() != part["sha256"]:
        raise BundleError("BUNDLE_PART_CHANGED", part=path, expected=part["sha256"], found=digest.hexdigest())


def read_evidence(container: Container, prefix: str) -> tuple[Evidence, Record, bytes]:
    """(evidence, manifest, the manifest's bytes) of the bundle at a prefix; every part's digest is checked."""
    manifest_path = prefix + MANIFEST
    manifest, manifest_bytes = read_manifest(container, manifest_path, BUNDLE_FORMAT, set())
    stations: dict[str, _Station] = {"": _Station()}
    raw: list[RawFile] = []
    for part in manifest["parts"]:
        path, role = part["path"], part["role"]
        where, inner = _station_of(path)
        if role == "raw":
            expect_keys(part, {"name", "kind"}, manifest_path)
            for _ in _checked_chunks(container, prefix, part):
                pass
            opener = _opener(container, prefix + path)
            raw.append(RawFile(part["name"], part["kind"], part["sha256"], opener))
        elif not stations.setdefault(where, _Station()).take(container, prefix, part, inner, manifest_path):
            raise _invalid(manifest_path, f"the part {path} has an unknown role")
    companions = {
        where.removeprefix(COMPANIONS_FOLDER).removesuffix("/"): _companion(station.facts_of(prefix + where), where)
        for where, station in stations.items()
        if where
    }
    facts = stations[""].facts_of(prefix)
    evidence = Evidence(**facts, raw=tuple(raw), companions=companions)
    return evidence, manifest, manifest_bytes


def _companion(facts: dict[str, Any], where: str) -> Evidence:
    try:
        return Evidence(**facts)
    except EvidenceError as error:
        told = error.params | {"part": where + str(error.params.get("part", ""))}
        raise EvidenceError(error.code, **told) from error


def _station_of(path: str) -> tuple[str, str]:
    """(folder of the station whose part this is, "" for the period's own; path within it)."""
    for role in COMPANIONS:
        folder = f"{COMPANIONS_FOLDER}{role}/"
        if path.startswith(folder):
            return folder, path.removeprefix(folder)
    return "", path


class _Station:
    """Parts of one station's evidence as they are read."""

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}
        self._records: dict[str, Any] = {}
        self._equipment: Any = None
        self._series: list[Series] = []
        self._epoch_s: np.ndarray[Any, np.dtype[np.int64]] | None = None

    def take(self, container: Container, prefix: str, part: Record, inner: str, manifest_path: str) -> bool:
        """Read a part that belongs here; False where its role is not known."""
        role = part["role"]
        if role == "times" and inner == EPOCHS:
            expect_keys(part, {"schema"}, manifest_path)
            self._epoch_s = np.frombuffer(_array_bytes(container, prefix, part, 8), "<i8").astype(np.int64)
        elif role == "series":
            expect_keys(part, {"schema"}, manifest_path)
            self._series.append(_series(part, inner, _array_bytes(container, prefix, part, 4), manifest_path))
        elif role == "facts" and inner in {f"facts/{name}.json" for name in FACTS}:
            name = inner.removeprefix("facts/").removesuffix(".json")
            self._facts[name] = _facts(container, prefix, part, manifest_path)
        elif role == "facts" and inner == EQUIPMENT:
            self._equipment = _facts(container, prefix, part, manifest_path)
            if not isinstance(self._equipment, dict):
                raise _invalid(prefix + part["path"], "it does not hold the expected kind of record")
        elif role == "record" and inner in {f"records/{name}.json" for name in RECORDS}:
            name = inner.removeprefix("records/").removesuffix(".json")
            self._records[name] = _facts(container, prefix, part, manifest_path)
        else:
            return False
        return True

    def facts_of(self, prefix: str) -> dict[str, Any]:
        """Arguments of Evidence; BundleError where a part is missing or of another kind."""
        for name in FACTS:
            if name not in self._facts:
                raise BundleError("BUNDLE_PART_MISSING", part=f"{prefix}facts/{name}.json")
        if self._epoch_s is None:
            raise BundleError("BUNDLE_PART_MISSING", part=prefix + EPOCHS)
        _expect_types(self._facts, prefix)
        return {
            **self._facts,
            "epoch_s": self._epoch_s,
            "series": tuple(self._series),
            "records": self._records,
            "equipment": self._equipment,
        }


def _facts(container: Container, prefix: str, part: Record, manifest_path: str) -> Any:
    expect_keys(part, set(), manifest_path)
    if part["size"] > _MAX_FACTS_BYTES:
        raise BundleError("BUNDLE_TOO_LARGE", part=prefix + part["path"], limit=_MAX_FACTS_BYTES)
    return _canonical_json(read_part(container, prefix, part), prefix + part["path"])


def _opener(container: Container, path: str) -> Callable[[], BinaryIO]:
    return lambda: container.open_part(path)


def _array_bytes(container: Container, prefix: str, part: Record, width: int) -> bytes:
    count = part["schema"].get("count") if isinstance(part["schema"], dict) else None
    if type(count) is not int or count * width != part["size"]:
        raise _invalid(prefix + MANIFEST, f"the schema of {part['path']} does not fit its size")
    if part["size"] > _MAX_ARRAY_BYTES:
        raise BundleError("BUNDLE_TOO_LARGE", part=prefix + part["path"], limit=_MAX_ARRAY_BYTES)
    return read_part(container, prefix, part)


def _series(part: Record, inner: str, data: bytes, manifest_path: str) -> Series:
    schema = part["schema"]
    fits = (
        set(schema) == {"type", "parameter", "unit", "decimals", "count", "missing"}
        and schema["type"] == "int32-le"
        and schema["missing"] == MISSING
        and isinstance(schema["unit"], str)
        and type(schema["decimals"]) is int
        and inner == f"readings/{schema['parameter']}.i32"
    )
    if not fits:
        raise _invalid(manifest_path, f"the schema of {part['path']} is not known")
    values = np.frombuffer(data, "<i4").astype(np.int32)
    return Series(schema["parameter"], schema["unit"], schema["decimals"], values)


def _expect_types(facts: dict[str, Any], prefix: str) -> None:
    for name in FACTS:
        kind: type | tuple[type, ...] = dict
        if name in {"flags", "samples", "gaugings"}:
            kind = list
        elif name == "baseline":
            kind = (dict, type(None))
        if not isinstance(facts[name], kind):
            raise _invalid(f"{prefix}facts/{name}.json", "it does not hold the expected kind of record")


def expect_keys(part: Record, more: set[str], manifest_path: str) -> None:
    """BundleError where an entry has other fields than a part of its role."""
    if set(part) != {"path", "role", "size", "sha256"} | more:
        raise _invalid(manifest_path, f"the entry of {part['path']} has unknown or missing fields")


def _canonical_json(data: bytes, path: str) -> Any:
    try:
        value = json.loads(data)
        if canonical_bytes(value) == data:
            return value
    except (ValueError, RecursionError) as error:
        raise _invalid(path, f"it is not readable JSON ({error})") from error
    raise _invalid(path, "it is not canonical JSON")


def _invalid(path: str, reason: str) -> BundleError:
    return BundleError("BUNDLE_MANIFEST_INVALID", part=path, reason=reason)


def refuse_extra(container: Container, listed: Iterable[str]) -> None:
    """BundleError where the container holds what is not listed."""
    extra = sorted(set(container.sizes) - set(listed))
    if extra:
        raise BundleError("BUNDLE_PART_EXTRA", part=extra[0])
