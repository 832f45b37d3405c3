"""``python -m registry verify-log FILE``: the log's check for strangers, offline, in both languages.

``FILE`` is an exported log, or a proof that the registry gave out (of one record, or between two checkpoints).
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from registry.audit import logfile, proofs, verifying
from registry.audit.notes import MAX_BYTES, Checkpoint, NoteInvalid, VerifierKey, open_checkpoint, read_keys
from registry.audit.tree import ProofInvalid

KEYS_FILE = "log-keys.txt"
PROOF_BYTES = 16 * 1024 * 1024

TEXTS = {
    "NO_FILE": ("无法读取文件。", "The file cannot be read."),
    "NOT_A_LOG": ("不是导出的日志，也不是证明文件。", "This is neither an exported log nor a proof."),
    "KEY_UNREADABLE": ("无法读取公钥。", "The public key cannot be read."),
    "NO_KEYS": (
        "没有公钥：请从登记系统的日志页面取得，并用 --key 指定。",
        "There is no public key: take it from the registry's page of the log and name it with --key.",
    ),
    "NOT_A_NOTE": ("检查点无法读取。", "The checkpoint cannot be read."),
    "NOT_A_CHECKPOINT": ("不是检查点。", "This is no checkpoint."),
    "SIGNATURE_WRONG": ("检查点的签名不符：内容被改动。", "The checkpoint's signature does not fit: it was changed."),
    "KEY_UNKNOWN": ("检查点不是由所信任的公钥签署的。", "No trusted key signed the checkpoint."),
    "OTHER_LOG": ("检查点属于另一个日志。", "The checkpoint is of another log."),
    "PROOF_WRONG": ("证明不成立。", "The proof does not hold."),
    "KEYS_OF_THE_FILE": (
        "公钥取自文件本身：请与登记系统日志页面所公布的公钥核对。",
        "The keys were taken from the file itself: compare them with those on the registry's page of the log.",
    ),
    "NO_OLD_CHECKPOINT": (
        "未提供旧检查点（--checkpoint）：持有签名密钥的人若整体重写日志，须凭自己保存的旧检查点才能发现。",
        "No older checkpoint was given (--checkpoint): that somebody with the signing key rewrote the whole log shows "
        "only against a checkpoint that you kept yourself.",
    ),
}  # fmt: skip


@dataclass
class Verdict:
    """What is said in the end: faults (none when all is well), notes, and the facts."""

    faults: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Code, Chinese, English, detail."""
    notes: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    title: tuple[str, str] = ("日志完好 INTACT", "日志不完好 NOT INTACT")

    def add(self, code: str, detail: object = "") -> None:
        self.faults.append((code, *TEXTS[code], str(detail)))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="导出的日志或证明文件 an exported log, or a proof")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="NOTE",
        help="自己保存的旧检查点，可多次 a signed checkpoint that you kept; may be given several times",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="KEY",
        help="日志公钥（文本或文件），可多次 the log's public key, as text or file (default: this installation's own)",
    )
    parser.add_argument("--json", action="store_true", help="机读输出 print the outcome as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 when all that was asked is proven, 1 with the reasons otherwise."""
    verdict = Verdict()
    try:
        keys = trusted_keys(arguments.key)
        with arguments.file.open("rb") as file:
            _judge(file, keys, arguments.checkpoint, verdict)
    except NoteInvalid as error:
        verdict.add(error.code, error)
    except ProofInvalid as error:
        verdict.add("PROOF_WRONG", error)
    except logfile.LogUnreadable as error:
        verdict.add("NOT_A_LOG", error)
    except OSError as error:
        verdict.add("NO_FILE", f"{error.filename}: {error.strerror}")
    _print(verdict, arguments)
    return 1 if verdict.faults else 0


def trusted_keys(given: list[str]) -> list[VerifierKey]:
    """The keys that were named, else those of the installation in whose directory the program lies."""
    if not given:
        own = own_keys_file()
        return read_keys(own.read_text("utf-8")) if own.is_file() else []
    keys: list[VerifierKey] = []
    for each in given:
        keys += read_keys(each if "+" in each else Path(each).read_text("utf-8", errors="replace"))
    return keys


def own_keys_file() -> Path:
    project = Path(__file__).resolve().parents[2]
    var = Path(os.environ.get("KCR_VAR") or project / "var")
    return Path(os.environ.get("KEYS_DIR") or var / "keys") / KEYS_FILE


def _judge(file: IO[bytes], keys: list[VerifierKey], checkpoints: list[Path], verdict: Verdict) -> None:
    head = file.readline(4096)
    file.seek(0)
    if b'"format"' in head:
        _judge_log(file, keys, checkpoints, verdict)
        return
    proof = proofs.read(file.read(PROOF_BYTES))
    verdict.title = ("证明成立 PROVEN", "证明不成立 NOT PROVEN")
    if not keys:
        verdict.add("NO_KEYS")
    elif isinstance(proof, proofs.Inclusion):
        checkpoint = proof.check(keys)
        verdict.facts.append(("记录 Record", f"No. {proof.index}, {proof.leaf.hex()}"))
        _state(verdict, "检查点 Checkpoint", checkpoint)
    else:
        old, new = proof.check(keys)
        _state(verdict, "旧检查点 Older checkpoint", old)
        _state(verdict, "新检查点 Newer checkpoint", new)


def _judge_log(file: IO[bytes], keys: list[VerifierKey], held: list[Path], verdict: Verdict) -> None:
    header = logfile.read_header(file)
    if not keys:
        keys = [VerifierKey.parse(text) for text in header.keys]
        verdict.notes.append("KEYS_OF_THE_FILE")
    if not held:
        verdict.notes.append("NO_OLD_CHECKPOINT")
    own = _opened(header.checkpoints, keys, header.origin, verdict)
    given = []
    for path in held:
        try:
            given.append(open_checkpoint(read_note(path), keys, header.origin))
        except NoteInvalid as error:
            verdict.add(error.code, f"{path}: {error}")
    promised = max([header.records, *(each.size for each in own)])
    outcome = verifying.verify(logfile.read_blocks(file), [*own, *given], promised=promised)
    verdict.faults += [(each.code, each.zh, each.en, "") for each in outcome.faults]
    verdict.facts += [
        ("日志 Log", header.origin),
        ("记录 Records", f"{outcome.records}"),
        ("根 Root", outcome.root.hex()),
        ("相符的检查点 Checkpoints that agree", str(outcome.checkpoints)),
    ]
    if outcome.confirmed is not None:
        _state(verdict, "最新相符的检查点 Newest that agrees", outcome.confirmed)


def _opened(notes: tuple[str, ...], keys: list[VerifierKey], origin: str, verdict: Verdict) -> list[Checkpoint]:
    opened = []
    for note in notes:
        try:
            opened.append(open_checkpoint(note, keys, origin))
        except NoteInvalid as error:
            verdict.add(error.code, f"in the file: {error}")
    return opened


def read_note(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1).decode("utf-8", errors="replace")


def _state(verdict: Verdict, name: str, checkpoint: Checkpoint) -> None:
    text = f"{checkpoint.size}, {checkpoint.root.hex()}, {verifying.day(checkpoint)}"
    verdict.facts.append((name, text))


def _print(verdict: Verdict, arguments: argparse.Namespace) -> None:
    good = not verdict.faults
    if arguments.json:
        reasons = [{"code": code, "zh": zh, "en": en, "detail": more} for code, zh, en, more in verdict.faults]
        print(
            json.dumps(
                {
                    "file": str(arguments.file),
                    "intact": good,
                    "reasons": reasons,
                    "notes": verdict.notes,
                    "facts": dict(verdict.facts),
                },
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    print(verdict.title[0] if good else verdict.title[1])
    for _code, zh, en, detail in verdict.faults:
        print(f"  - {zh}\n    {en}" + (f"\n    {detail}" if detail else ""))
    for code in verdict.notes:
        zh, en = TEXTS[code]
        print(f"  * {zh}\n    {en}")
    for name, value in [("文件 File", str(arguments.file)), *verdict.facts]:
        print(f"  {name}: {value}")
