"""The table of texts: code -> (Chinese, English). Placeholders are filled by `calculations.messages.text`."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # ---- evidence bundle and recompute kit
    "BUNDLE_NOT_ZIP": (
        "{part} 不是可读取的 ZIP 文件，也不是目录。请重新下载完整文件。",
        "{part} is neither a readable zip file nor a directory. Download the file again.",
    ),
    "BUNDLE_CONTAINER_CHANGED": (
        "ZIP 容器的字节与封装时不同（{part}）：文件在传输或存储中被改动。",
        "The bytes of the zip container are not those that were sealed ({part}): the file was altered.",
    ),
    "BUNDLE_PART_MISSING": (
        "缺少清单所列的部分 {part}。",
        "The part {part} named in the manifest is missing.",
    ),
    "BUNDLE_PART_EXTRA": (
        "{part} 不在清单中。",
        "{part} is not named in the manifest.",
    ),
    "BUNDLE_PART_CHANGED": (
        "{part} 的内容与清单中的摘要不符（应为 {expected}，实为 {found}）。",
        "The content of {part} does not match its digest (expected {expected}, found {found}).",
    ),
    "BUNDLE_PART_SIZE": (
        "{part} 的大小与清单不符（清单为 {expected} 字节）。",
        "The size of {part} is not the one in the manifest ({expected} bytes).",
    ),
    "BUNDLE_PART_UNREADABLE": (
        "{part} 无法解压或读取（{reason}）。",
        "{part} cannot be unpacked or read ({reason}).",
    ),
    "BUNDLE_MANIFEST_INVALID": (
        "{part} 不是有效的清单：{reason}。",
        "{part} is not a valid manifest: {reason}.",
    ),
    "BUNDLE_UNSAFE_NAME": (
        "ZIP 中的名称 {part} 不安全（绝对路径、上级目录、重复或加密）。",
        "The name {part} in the zip is not safe (absolute, parent directory, duplicate or encrypted).",
    ),
    "BUNDLE_TOO_LARGE": (
        "解压后大小超过上限 {limit} 字节（{part}）。",
        "Unpacked it would exceed the limit of {limit} bytes ({part}).",
    ),
    "BUNDLE_VERSION_UNKNOWN": (
        "{part} 的格式或版本 {found} 不被本程序识别（已知：{known}）。",
        "{part} has format or version {found}, which this program does not know (known: {known}).",
    ),
    "EVIDENCE_INVALID": (
        "证据内容无效（{part}）：{reason}。",
        "The evidence is not valid ({part}): {reason}.",
    ),
}
