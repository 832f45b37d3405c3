"""What a checker may find in a certificate's file, in both languages; the codes never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One finding about the file, in both languages; ``code`` never changes."""

    code: str
    zh: str
    en: str


def _reasons(*rows: tuple[str, str, str]) -> dict[str, Reason]:
    return {code: Reason(code, zh, en) for code, zh, en in rows}


REASONS = _reasons(
    ("GENUINE", "真实：签名完好，覆盖整个文件，签名人可信。",
     "Genuine: the signature is intact, covers the entire file, and the signer is trusted."),
    ("NOT_A_PDF", "不是 PDF 文件。", "This is not a PDF file."),
    ("TOO_LARGE", "文件过大，不可能是证书。", "The file is too large to be a certificate."),
    ("NOT_SIGNED", "文件没有电子签名。请从登记系统重新下载证书。",
     "The file carries no digital signature. Download the certificate from the registry again."),
    ("FILE_DIFFERS", "文件与登记的不同（SHA-256 不一致）。请从登记系统重新下载证书。",
     "The file differs from the one registered (SHA-256). Download the certificate from the registry again."),
    ("SIGNATURE_BROKEN", "签名不完好：文件在签名后被改动。",
     "The signature is not intact: the file was changed after signing."),
    ("NOT_ENTIRE_FILE", "签名没有覆盖整个文件：签名后有内容被追加。",
     "The signature does not cover the entire file: something was appended after signing."),
    ("UNKNOWN_SIGNER", "签名人不在所信任的根证书之下，不能认定由登记机构签发。",
     "The signer is not under a trusted root certificate: nothing shows that the registry issued this."),
    ("SIGNED_OUT_OF_TIME", "签名所称的时间不在签名证书的有效期内。",
     "The time that the signature claims lies outside its certificate's validity."),
    ("RECORD_MISSING", "文件内没有机读记录 record.json。", "The file lacks its machine-readable record.json."),
    ("RECORD_UNREADABLE", "文件内的 record.json 无法读取。", "The record.json inside the file cannot be read."),
    ("LOG_PROOF_WRONG", "文件内的审计日志证明（log-proof.json）不成立。",
     "The proof of the audit log inside the file (log-proof.json) does not hold."),
    ("RECORD_DIFFERS_FROM_LOG", "文件内的 record.json 与审计日志中签发的不是同一份记录。",
     "The record.json inside the file is not the one whose issuing stands in the audit log."),
    ("RECORD_DIFFERS", "文件内的 record.json 与登记的记录不同。",
     "The record.json inside the file differs from the record that the register keeps."),
    ("IN_THE_LOG", "签发事件在审计日志中，检查点的签名已核验。",
     "Its issuing stands in the audit log; the checkpoint's signature was checked."),
    ("LOG_KEYS_UNKNOWN", "附有审计日志证明；未提供该日志的公钥，检查点的签名未核验（--log-key）。",
     "It carries a proof of the audit log; without the log's public key the checkpoint's signature was not checked "
     "(--log-key)."),
    ("NUMBER_UNKNOWN", "登记系统中没有这个证书编号。", "The register has no certificate of this number."),
    ("DEMO", "演示数据，非真实签发。", "Demonstration: not a real issuance."),
    ("SUPERSEDED", "证书已被更新的版本取代，不再有效。", "The certificate was superseded and is no longer in force."),
    ("CANCELLED", "证书已被撤销，不再有效。", "The certificate was cancelled and is no longer in force."),
    ("ASK_ONLINE", "签名只说明由谁签发；是否仍然有效，请在线查验。",
     "The signature shows who issued it; whether it is still in force, check online."),
)  # fmt: skip


def named(codes: Sequence[str]) -> tuple[Reason, ...]:
    """The reasons of these codes, each once, in order."""
    return tuple(REASONS[code] for code in dict.fromkeys(codes))
