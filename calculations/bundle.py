"""Evidence bundles and recompute kits: what is sealed, what its digest covers, and how it is checked.

A bundle holds `manifest.json` (canonical JSON: path, role, size and SHA-256 of every part) and the parts:

    readings/epoch_s.i64          times, little-endian int64, seconds since 1970 UTC
    readings/<parameter>.i32      values * 10**decimals, little-endian int32, -2**31 = missing
    facts/<name>.json             period, station, flags, samples, gaugings, curve, regressions, baseline
    records/<name>.json           further records that a methodology asks for, where there are any
    companions/<role>/...         readings and facts of a further station, where there are any
    raw/<nn>-<sha256[:16]>        every file as uploaded; its name and kind stand in the manifest

**The bundle's digest is the SHA-256 of the bytes of its manifest**, hence the same on any machine and for
any packing. The recompute kit is `evidence/` (a bundle), `methodology.toml`, `expected/result.json` and a
`manifest.json` of the whole. Both may be a zip (see `calculations.container`) or a directory.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from calculations.canonical import CanonicalError, canonical_bytes, sha256_hex
from calculations.container import (
    MAX_TOTAL_BYTES,
    BundleError,
    Container,
    Member,
    Source,
    write_directory,
    write_zip,
)
from calculations.evidence import COMPANIONS, MISSING, RECORDS, Evidence, EvidenceError, RawFile, Record, Series

__all__ = [
    "MISSING",
    "Bundle",
    "BundleError",
    "Evidence",
    "EvidenceError",
    "Kit",
    "RawFile",
    "Series",
    "evidence_digest",
    "read_bundle",
    "read_kit",
    "write_bundle",
    "write_kit",
]

BUNDLE_FORMAT = "karst-evidence"
KIT_FORMAT = "karst-recompute-kit"
VERSION = 1
MANIFEST = "manifest.json"
METHODOLOGY = "methodology.toml"
EXPECTED = "expected/result.json"
_EVIDENCE = "evidence/"
_COMPANIONS = "companions/"
_EPOCHS = "readings/epoch_s.i64"
_FACTS = ("period", "station", "flags", "samples", "gaugings", "curve", "regressions", "baseline")
_MAX_MANIFEST_BYTES = 8 * 1024**2
_MAX_FACTS_BYTES = 64 * 1024**2
_MAX_ARRAY_BYTES = 512 * 1024**2


@dataclass(frozen=True)
class Bundle:
    """Evidence with the digest of its manifest."""

    evidence: Evidence
    digest: str
    manifest: Record

    @classmethod
    def of(cls, evidence: Evidence) -> Bundle:
        """The bundle that sealing this evidence would make (for previews; writes nothing)."""
        manifest, _ = _build(evidence)
        return cls(evidence, sha256_hex(canonical_bytes(manifest)), manifest)


@dataclass(frozen=True)
class Kit:
    """A recompute kit: a checked bundle, the methodology it was computed by, and the result to be met."""

    bundle: Bundle
    methodology_toml: bytes
    result_json: bytes
    digest: str
    manifest: Record


def evidence_digest(evidence: Evidence) -> str:
    """Digest that the bundle of this evidence has, without writing it."""
    return Bundle.of(evidence).digest


def write_bundle(evidence: Evidence, target: Source) -> str:
    """Write the bundle and return its digest.

    `target`: a path ending in .zip or a binary stream (one sealed zip), or any other path (a directory, new
    or empty). A raw file whose bytes are not those of its `sha256` raises BundleError and leaves nothing.
    """
    manifest, members = _build(evidence)
    data = canonical_bytes(manifest)
    _write(target, [*members, Member.of_bytes(MANIFEST, data)])
    return sha256_hex(data)


def read_bundle(source: Source, *, max_total_bytes: int = MAX_TOTAL_BYTES) -> Bundle:
    """Read a bundle (or the bundle inside a kit), checking the digest of every part.

    Raises BundleError naming the first broken part, EvidenceError where the content contradicts itself.
    """
    container = Container(source, max_total_bytes=max_total_bytes)
    prefix = _EVIDENCE if _EVIDENCE + MANIFEST in container.sizes else ""
    bundle = _read_evidence(container, prefix)
    if not prefix:
        _refuse_extra(container, [MANIFEST, *(part["path"] for part in bundle.manifest["parts"])])
    container.check_seal()
    return bundle


def write_kit(target: Source, *, evidence: Evidence | Bundle, methodology_toml: bytes, result_json: bytes) -> str:
    """Write the recompute kit to a path ending in .zip, a stream, or a directory; return its digest."""
    manifest, members = _build(evidence.evidence if isinstance(evidence, Bundle) else evidence)
    evidence_manifest = canonical_bytes(manifest)
    small = {
        EXPECTED: ("expected", result_json),
        METHODOLOGY: ("methodology", methodology_toml),
        _EVIDENCE + MANIFEST: ("manifest", evidence_manifest),
    }
    parts = [
        {"path": path, "role": role, "size": len(data), "sha256": sha256_hex(data)}
        for path, (role, data) in small.items()
    ]
    parts += [
        {"path": _EVIDENCE + part["path"], "role": "evidence", "size": part["size"], "sha256": part["sha256"]}
        for part in manifest["parts"]
    ]
    kit_manifest = canonical_bytes(
        {
            "format": KIT_FORMAT,
            "version": VERSION,
            "bundle_digest": sha256_hex(evidence_manifest),
            "parts": sorted(parts, key=lambda part: str(part["path"])),
        }
    )
    _write(
        target,
        [
            *(replace(member, path=_EVIDENCE + member.path) for member in members),
            *(Member.of_bytes(path, data) for path, (_, data) in small.items()),
            Member.of_bytes(MANIFEST, kit_manifest),
        ],
    )
    return sha256_hex(kit_manifest)


def read_kit(source: Source, *, max_total_bytes: int = MAX_TOTAL_BYTES) -> Kit:
    """Read a recompute kit, checking every byte of it; BundleError names the first broken part."""
    container = Container(source, max_total_bytes=max_total_bytes)
    manifest, data = _read_manifest(container, MANIFEST, KIT_FORMAT, {"bundle_digest"})
    content: dict[str, bytes] = {}
    for part in manifest["parts"]:
        if part["role"] == "evidence":
            continue  # read and checked with the bundle, against the bundle's own manifest
        _expect_keys(part, set(), MANIFEST)
        content[part["path"]] = _read_part(container, "", part)
    for path in (METHODOLOGY, EXPECTED, _EVIDENCE + MANIFEST):
        if path not in content:
            raise BundleError("BUNDLE_PART_MISSING", part=path)
    bundle = _read_evidence(container, _EVIDENCE)
    if bundle.digest != manifest["bundle_digest"]:
        raise BundleError(
            "BUNDLE_PART_CHANGED",
            part=_EVIDENCE + MANIFEST,
            expected=manifest["bundle_digest"],
            found=bundle.digest,
        )
    stated = {p["path"]: (p["size"], p["sha256"]) for p in manifest["parts"] if p["role"] == "evidence"}
    found = {_EVIDENCE + p["path"]: (p["size"], p["sha256"]) for p in bundle.manifest["parts"]}
    for path in sorted(set(stated) ^ set(found)):
        raise BundleError("BUNDLE_PART_MISSING" if path in stated else "BUNDLE_PART_EXTRA", part=path)
    for path, (_, sha256) in stated.items():
        if stated[path] != found[path]:
            raise BundleError("BUNDLE_PART_CHANGED", part=path, expected=sha256, found=found[path][1])
    _refuse_extra(container, [MANIFEST, *(part["path"] for part in manifest["parts"])])
    container.check_seal()
    return Kit(bundle, content[METHODOLOGY], content[EXPECTED], sha256_hex(data), manifest)


# ---- writing


def _write(target: Source, members: Sequence[Member]) -> None:
    if isinstance(target, str | os.PathLike) and Path(target).suffix.lower() != ".zip":
        write_directory(Path(target), members)
    else:
        write_zip(target, members)


def _build(evidence: Evidence) -> tuple[Record, list[Member]]:
    """Manifest and members of a bundle, in the one order that the same evidence always has."""
    parts: list[Record] = []
    members: list[Member] = []

    def add(path: str, role: str, data: bytes, **more: Any) -> None:
        parts.append({"path": path, "role": role, "size": len(data), "sha256": sha256_hex(data), **more})
        members.append(Member.of_bytes(path, data))

    def add_station(station: Evidence, prefix: str) -> None:
        count = int(station.epoch_s.size)
        schema: Record = {"type": "int64-le", "unit": "s since 1970-01-01T00:00:00Z", "count": count}
        add(prefix + _EPOCHS, "times", station.epoch_s.astype("<i8").tobytes(), schema=schema)
        for series in sorted(station.series, key=lambda item: item.parameter):
            schema = {
                "type": "int32-le",
                "parameter": series.parameter,
                "unit": series.unit,
                "decimals": series.decimals,
                "count": count,
                "missing": MISSING,
            }
            data = series.values.astype("<i4").tobytes()
            add(f"{prefix}readings/{series.parameter}.i32", "series", data, schema=schema)
        for name in _FACTS:
            add(f"{prefix}facts/{name}.json", "facts", _facts_bytes(station, name))

    add_station(evidence, "")
    for role in sorted(evidence.companions):
        add_station(evidence.companions[role], f"{_COMPANIONS}{role}/")
    for name in sorted(evidence.records):
        add(f"records/{name}.json", "record", _canonical_facts(evidence.records[name], f"records/{name}.json"))
    ordered = sorted(evidence.raw, key=lambda item: (item.kind, item.name, item.sha256))
    for number, raw in enumerate(ordered, start=1):
        path = f"raw/{number:02d}-{raw.sha256[:16]}"
        size = _checked_size(raw, path)
        parts.append(
            {"path": path, "role": "raw", "size": size, "sha256": raw.sha256} | {"name": raw.name, "kind": raw.kind}
        )
        members.append(Member(path, raw.open))
    parts.sort(key=lambda part: str(part["path"]))
    return {"format": BUNDLE_FORMAT, "version": VERSION, "parts": parts}, members


def _facts_bytes(evidence: Evidence, name: str) -> bytes:
    value: Any = getattr(evidence, name)
    if name == "flags":
        value = sorted(value, key=canonical_bytes)
    elif name in {"samples", "gaugings"}:
        # rows keep their place in their file, files their time: the database's order never matters
        value = sorted(value, key=lambda item: (str(item.get("file", "")), int(item.get("row", 0))))
    return _canonical_facts(value, f"facts/{name}.json")


def _canonical_facts(value: Any, path: str) -> bytes:
    try:
        return canonical_bytes(value)
    except CanonicalError as error:
        raise EvidenceError("EVIDENCE_INVALID", part=path, reason=str(error)) from error


def _checked_size(raw: RawFile, path: str) -> int:
    digest = hashlib.sha256()
    size = 0
    with raw.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            size += len(block)
    if digest.hexdigest() != raw.sha256:
        raise BundleError("BUNDLE_PART_CHANGED", part=path, expected=raw.sha256, found=digest.hexdigest())
    return size


# ---- reading


def _read_manifest(container: Container, path: str, known: str, more_keys: set[str]) -> tuple[Record, bytes]:
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


def _read_part(container: Container, prefix: str, part: Record) -> bytes:
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


def _read_evidence(container: Container, prefix: str) -> Bundle:
    manifest_path = prefix + MANIFEST
    manifest, manifest_bytes = _read_manifest(container, manifest_path, BUNDLE_FORMAT, set())
    stations: dict[str, _Station] = {"": _Station()}
    records: dict[str, Any] = {}
    raw: list[RawFile] = []
    for part in manifest["parts"]:
        path, role = part["path"], part["role"]
        where, inner = _station_of(path)
        if role == "raw":
            _expect_keys(part, {"name", "kind"}, manifest_path)
            for _ in _checked_chunks(container, prefix, part):
                pass
            opener = _opener(container, prefix + path)
            raw.append(RawFile(part["name"], part["kind"], part["sha256"], opener))
        elif role == "record" and path in {f"records/{name}.json" for name in RECORDS}:
            name = path.removeprefix("records/").removesuffix(".json")
            records[name] = _facts(container, prefix, part, manifest_path)
        elif not stations.setdefault(where, _Station()).take(container, prefix, part, inner, manifest_path):
            raise _invalid(manifest_path, f"the part {path} has an unknown role")
    companions = {
        where.removeprefix(_COMPANIONS).removesuffix("/"): Evidence(**station.facts_of(prefix + where))
        for where, station in stations.items()
        if where
    }
    facts = stations[""].facts_of(prefix)
    evidence = Evidence(**facts, raw=tuple(raw), companions=companions, records=records)
    return Bundle(evidence, sha256_hex(manifest_bytes), manifest)


def _station_of(path: str) -> tuple[str, str]:
    """(folder of the station whose part this is, "" for the period's own; path within it)."""
    for role in COMPANIONS:
        folder = f"{_COMPANIONS}{role}/"
        if path.startswith(folder):
            return folder, path.removeprefix(folder)
    return "", path


class _Station:
    """Parts of one station's evidence as they are read."""

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}
        self._series: list[Series] = []
        self._epoch_s: np.ndarray[Any, np.dtype[np.int64]] | None = None

    def take(self, container: Container, prefix: str, part: Record, inner: str, manifest_path: str) -> bool:
        """Read a part that belongs here; False where its role is not known."""
        role = part["role"]
        if role == "times" and inner == _EPOCHS:
            _expect_keys(part, {"schema"}, manifest_path)
            self._epoch_s = np.frombuffer(_array_bytes(container, prefix, part, 8), "<i8").astype(np.int64)
        elif role == "series":
            _expect_keys(part, {"schema"}, manifest_path)
            self._series.append(_series(part, inner, _array_bytes(container, prefix, part, 4), manifest_path))
        elif role == "facts" and inner in {f"facts/{name}.json" for name in _FACTS}:
            name = inner.removeprefix("facts/").removesuffix(".json")
            self._facts[name] = _facts(container, prefix, part, manifest_path)
        else:
            return False
        return True

    def facts_of(self, prefix: str) -> dict[str, Any]:
        """Arguments of Evidence; BundleError where a part is missing or of another kind."""
        for name in _FACTS:
            if name not in self._facts:
                raise BundleError("BUNDLE_PART_MISSING", part=f"{prefix}facts/{name}.json")
        if self._epoch_s is None:
            raise BundleError("BUNDLE_PART_MISSING", part=prefix + _EPOCHS)
        _expect_types(self._facts, prefix)
        return {**self._facts, "epoch_s": self._epoch_s, "series": tuple(self._series)}


def _facts(container: Container, prefix: str, part: Record, manifest_path: str) -> Any:
    _expect_keys(part, set(), manifest_path)
    if part["size"] > _MAX_FACTS_BYTES:
        raise BundleError("BUNDLE_TOO_LARGE", part=prefix + part["path"], limit=_MAX_FACTS_BYTES)
    return _canonical_json(_read_part(container, prefix, part), prefix + part["path"])


def _opener(container: Container, path: str) -> Callable[[], BinaryIO]:
    return lambda: container.open_part(path)


def _array_bytes(container: Container, prefix: str, part: Record, width: int) -> bytes:
    count = part["schema"].get("count") if isinstance(part["schema"], dict) else None
    if type(count) is not int or count * width != part["size"]:
        raise _invalid(prefix + MANIFEST, f"the schema of {part['path']} does not fit its size")
    if part["size"] > _MAX_ARRAY_BYTES:
        raise BundleError("BUNDLE_TOO_LARGE", part=prefix + part["path"], limit=_MAX_ARRAY_BYTES)
    return _read_part(container, prefix, part)


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
    for name in _FACTS:
        kind: type | tuple[type, ...] = dict
        if name in {"flags", "samples", "gaugings"}:
            kind = list
        elif name == "baseline":
            kind = (dict, type(None))
        if not isinstance(facts[name], kind):
            raise _invalid(f"{prefix}facts/{name}.json", "it does not hold the expected kind of record")


def _expect_keys(part: Record, more: set[str], manifest_path: str) -> None:
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


def _refuse_extra(container: Container, listed: Iterable[str]) -> None:
    extra = sorted(set(container.sizes) - set(listed))
    if extra:
        raise BundleError("BUNDLE_PART_EXTRA", part=extra[0])
