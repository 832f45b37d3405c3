"""``python -m registry verify-certificate FILE``: the check for strangers, offline, in both languages."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from pathlib import Path

from registry.audit.command import trusted_keys
from registry.audit.notes import NoteInvalid
from registry.certificates.checking import Reason, Verdict, check, read_roots
from registry.certificates.stated import lines_of

NO_TRUST = Reason(
    "NO_ROOT",
    "没有根证书：请从登记系统下载 root.pem，并用 --trust root.pem 指定。",
    "There is no root certificate: download root.pem from the registry and name it with --trust root.pem.",
)
BAD_TRUST = Reason("BAD_ROOT", "无法读取根证书文件。", "The root certificate file cannot be read.")
BAD_LOG_KEY = Reason("BAD_LOG_KEY", "无法读取审计日志公钥。", "The audit log's public key cannot be read.")
NO_FILE = Reason("NO_FILE", "无法读取文件。", "The file cannot be read.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="证书 PDF 文件 the certificate, a PDF file")
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="ROOT.PEM",
        help="登记机构的根证书 the registry's root certificate (default: this installation's own, if it has one)",
    )
    parser.add_argument(
        "--log-key",
        action="append",
        default=[],
        metavar="KEY",
        help="审计日志公钥（文本或文件） public key of the audit log, text or file (default: this installation's own)",
    )
    parser.add_argument(
        "--save-checkpoint",
        type=Path,
        metavar="NOTE",
        help="另存证书所带的检查点，供 verify-log 使用 save the checkpoint that it carries, for verify-log",
    )
    parser.add_argument("--json", action="store_true", help="机读输出 print the outcome as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 when the certificate is genuine, 1 with the reason when anything is wrong."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # its tracebacks say less than the verdict
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    trust = arguments.trust or own_root()
    if trust is None:
        return _refuse(NO_TRUST, arguments, "")
    try:
        roots = read_roots(trust.read_bytes())
    except (OSError, ValueError) as error:
        return _refuse(BAD_TRUST, arguments, f"{trust}: {error}")
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        return _refuse(NO_FILE, arguments, f"{arguments.file}: {error.strerror}")
    try:
        log_keys = trusted_keys(arguments.log_key)
    except (OSError, NoteInvalid) as error:
        return _refuse(BAD_LOG_KEY, arguments, str(error))
    verdict = check(data, roots, log_keys=log_keys)
    if arguments.save_checkpoint is not None and verdict.log_place is not None:
        arguments.save_checkpoint.write_text(verdict.log_place.checkpoint, encoding="utf-8")
    if arguments.json:
        print(json.dumps({"file": str(arguments.file), **verdict.as_dict()}, ensure_ascii=False, indent=2))
    else:
        fingerprints = [root.sha256_fingerprint.replace(" ", "").lower() for root in roots]
        _print(verdict, arguments.file, trust, fingerprints)
    return 0 if verdict.genuine else 1


def own_root() -> Path | None:
    """The root of the installation in whose directory the program lies (``KEYS_DIR`` or ``KCR_VAR`` as the server)."""
    project = Path(__file__).resolve().parents[2]
    var = Path(os.environ.get("KCR_VAR") or project / "var")
    keys = Path(os.environ.get("KEYS_DIR") or var / "keys")
    return keys / "root.pem" if (keys / "root.pem").is_file() else None


def _refuse(reason: Reason, arguments: argparse.Namespace, detail: str) -> int:
    if arguments.json:
        outcome = {"code": reason.code, "zh": reason.zh, "en": reason.en, "detail": detail}
        print(json.dumps({"file": str(arguments.file), "genuine": False, "reasons": [outcome]}, ensure_ascii=False))
    else:
        print(f"{reason.zh}\n{reason.en}" + (f"\n  {detail}" if detail else ""), file=sys.stderr)
    return 1


def _print(verdict: Verdict, file: Path, trust: Path, fingerprints: list[str]) -> None:
    print("真实 GENUINE" if verdict.genuine else "不能认定为真实 NOT GENUINE")
    for reason in (*verdict.reasons, *verdict.notes):
        print(f"  - {reason.zh}\n    {reason.en}")
    lines = [("文件 File", str(file)), ("SHA-256", verdict.sha256), *lines_of(verdict.record or {})]
    if verdict.signer is not None and verdict.signed_at is not None:
        lines.append(("签名人 Signed by", f"{verdict.signer}, {verdict.signed_at.isoformat()}"))
    if verdict.log_place is not None:
        place = verdict.log_place
        lines.append(("审计日志 Audit log", f"{place.origin}, No. {place.index} / {place.size}, {place.root.hex()}"))
    lines.append(("信任的根证书 Trusted root", str(trust)))
    lines += [("  SHA-256", fingerprint) for fingerprint in fingerprints]
    for name, value in lines:
        print(f"  {name}: {value}")
