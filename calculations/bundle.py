"""Evidence bundles and recompute kits: what is sealed, what its digest covers, and how it is checked.

A bundle holds `manifest.json` (canonical JSON: path, role, size and SHA-256 of every part) and the parts:

    readings/epoch_s.i64          times, little-endian int64, seconds since 1970 UTC
    readings/<parameter>.i32      values * 10**decimals, little-endian int32, -2**31 = missing
    facts/<name>.json             period, station, flags, samples, gaugings, curve, regressions, baseline
    facts/equipment.json          sensors, calibrations, field visits, where the station has any
    records/<name>.json           further records that a methodology asks for, where there are any
    companions/<role>/...         readings, facts and corrections of a further station, where there are any
    raw/<nn>-<sha256[:16]>        every file as uploaded; its name and kind stand in the manifest

**The bundle's digest is the SHA-256 of the bytes of its manifest**, hence the same on any machine and for
any packing. The recompute kit is `evidence/` (a bundle), `methodology.toml`, `expected/result.json` and a
`manifest.json` of the whole. Both may be a zip (see `calculations.container`) or a directory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from calculations.bundle_parts import (
    BUNDLE_FORMAT,
    COMPANIONS_FOLDER,
    EPOCHS,
    EQUIPMENT,
    FACTS,
    MANIFEST,
    VERSION,
    expect_keys,
    read_evidence,
    read_manifest,
    read_part,
    refuse_extra,
)
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
from calculations.evidence import MISSING, Evidence, EvidenceError, RawFile, Record, Series

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

KIT_FORMAT = "karst-recompute-kit"
METHODOLOGY = "methodology.toml"
EXPECTED = "expected/result.json"
_EVIDENCE = "evidence/"


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
    with container.kept_open():
        bundle = _bundle_at(container, prefix)
    if not prefix:
        refuse_extra(container, [MANIFEST, *(part["path"] for part in bundle.manifest["parts"])])
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
    manifest, data = read_manifest(container, MANIFEST, KIT_FORMAT, {"bundle_digest"})
    content: dict[str, bytes] = {}
    for part in manifest["parts"]:
        if part["role"] == "evidence":
            continue  # read and checked with the bundle, against the bundle's own manifest
        expect_keys(part, set(), MANIFEST)
        content[part["path"]] = read_part(container, "", part)
    for path in (METHODOLOGY, EXPECTED, _EVIDENCE + MANIFEST):
        if path not in content:
            raise BundleError("BUNDLE_PART_MISSING", part=path)
    bundle = _bundle_at(container, _EVIDENCE)
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
    refuse_extra(container, [MANIFEST, *(part["path"] for part in manifest["parts"])])
    container.check_seal()
    return Kit(bundle, content[METHODOLOGY], content[EXPECTED], sha256_hex(data), manifest)


def _bundle_at(container: Container, prefix: str) -> Bundle:
    evidence, manifest, manifest_bytes = read_evidence(container, prefix)
    return Bundle(evidence, sha256_hex(manifest_bytes), manifest)


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
        add(prefix + EPOCHS, "times", station.epoch_s.astype("<i8").tobytes(), schema=schema)
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
        for name in FACTS:
            add(f"{prefix}facts/{name}.json", "facts", _facts_bytes(station, name))

        if station.equipment is not None:
            add(prefix + EQUIPMENT, "facts", _canonical_facts(station.equipment, prefix + EQUIPMENT))
        for name in sorted(station.records):
            path = f"{prefix}records/{name}.json"
            add(path, "record", _canonical_facts(station.records[name], path))

    add_station(evidence, "")
    for role in sorted(evidence.companions):
        add_station(evidence.companions[role], f"{COMPANIONS_FOLDER}{role}/")
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
