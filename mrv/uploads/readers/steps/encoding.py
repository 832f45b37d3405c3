"""Step 2: bytes to text, never by a guess alone.

A mark decides, else strict UTF-8. What is neither may be GB18030 or cp1252, and *both* often decode without an error
(``µS`` in cp1252 is the legal GB18030 letter ``礢``), so the words of the headers decide between them; where they do
not, the user is asked.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.text import Text

CHINESE_WORDS = (
    "监测", "时间", "日期", "降雨", "雨量", "水位", "水温", "温度", "气温", "电导", "流量", "流速",
    "浊度", "测站", "站名", "站点", "编号", "序号", "备注", "样品", "采样", "水样", "单位", "碱度",
    "钙", "镁", "硫酸", "硝酸", "施测", "测流", "盐稀释", "方法", "人员", "操作", "岩溶", "泉",
    "年", "月", "日", "时", "分", "上午", "下午",
    "℃", "μS", "µS", "°C", "°F",
)  # fmt: skip
WESTERN_WORDS = (
    "µS", "µg", "µm", "µM", "°C", "°F", "±", "m²", "m³", "Leitfähigkeit",
    "Température", "Temperatür", "für", "conductivité", "Réseau", "Größe", "Höhe", "Débit", "Año", "Presión",
    "µs", "øC", "Größe", "Wasserstand in °",
)  # fmt: skip
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_LINE_END = re.compile(rb"[\r\n]")
_LINES_SCORED = 500
_LONGEST_LINE = 4_000  # of a line without end only what stands around its foreign letter is looked at
_HEAD_BYTES = 1 << 20
_NUL_SHARE_OF_UTF16 = 0.2
_NUL_ON_THE_WRONG_SIDE = 0.02
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
CHOICES = ("utf-8", "gb18030", "cp1252", "utf-16-le", "utf-16-be")


def _misread(words: tuple[str, ...], *, written: str, read: str) -> tuple[str, ...]:
    """What these words turn into when read in the wrong encoding (礢 for µS)."""
    wrong = (word.encode(written, "ignore").decode(read, "ignore") for word in words)
    return tuple(text for text in wrong if text and not text.isascii() and text not in words)


_WESTERN_AS_CHINESE = _misread(WESTERN_WORDS, written="cp1252", read="gb18030")
_CHINESE_AS_WESTERN = _misread(CHINESE_WORDS, written="gb18030", read="cp1252")


def to_utf8(draft: Draft, received: Text, *, chosen: str | None = None) -> Text:
    """The same text in UTF-8 without mark and NUL. ``chosen`` is the user's answer (one of CHOICES).

    A file that stays on disk is decided by its start and then carried over piece by piece.
    """
    if isinstance(received.source, bytes):
        return Text(_to_utf8(draft, received.source, chosen))
    return _large_to_utf8(draft, received, chosen)


def _large_to_utf8(draft: Draft, received: Text, chosen: str | None) -> Text:
    plain = not received.count(b"\0")
    if plain and chosen is None and all(chunk.isascii() for chunk in received.chunks()):
        draft.encoding = "ascii"
        return received
    # Letters beyond ASCII stand in headers and remarks: all lines that have them are judged, and the start.
    lines = itertools.islice(_high_lines(received), _LINES_SCORED)
    head = received.start(_HEAD_BYTES)
    mark = head[:2] in _MARKS or head.startswith(codecs.BOM_UTF8)
    _to_utf8(draft, head[: len(head) // 4 * 4] if mark else b"\n".join([*lines]) or head, chosen)
    encoding = {"ascii": "utf-8", None: "utf-8"}.get(draft.encoding, draft.encoding)
    assert encoding is not None
    decoder = codecs.getincrementaldecoder(encoding)()
    target = NamedTemporaryFile(prefix="kcr-text-", suffix=".txt")  # noqa: SIM115 - lives as long as the text
    nul_count = 0
    try:
        for chunk in received.chunks():
            piece = decoder.decode(chunk).encode("utf-8")
            nul_count += piece.count(0)
            target.write(piece.replace(b"\0", b""))
        target.write(decoder.decode(b"", final=True).encode("utf-8"))
    except UnicodeError:
        draft.refuse("ENCODING_UNREADABLE", row=1)
    target.flush()
    with Path(target.name).open("r+b") as stream:
        if stream.read(3) == codecs.BOM_UTF8:
            stream.seek(0)
            stream.write(b"   ")  # three spaces stand where the mark was
    if nul_count:
        draft.warning("NUL_BYTES", row=1, count=nul_count)
    return Text(Path(target.name), keep=target)


def _high_lines(received: Text) -> Iterator[bytes]:
    for chunk in received.chunks():
        yield from (chunk[start:end] for start, end in _lines_with_high_bytes(chunk))


def _lines_with_high_bytes(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends that has a letter beyond ASCII, in time proportional to the data."""
    at = 0
    while match := _HIGH_BYTE.search(data, at):
        earliest, latest = max(at, match.start() - _LONGEST_LINE), match.start() + _LONGEST_LINE
        before = max(data.rfind(b"\n", earliest, match.start()), data.rfind(b"\r", earliest, match.start()))
        end = _LINE_END.search(data, match.start(), latest)
        stop = end.start() if end else min(latest, len(data))
        yield (before + 1 if before >= 0 else earliest), stop
        at = stop


def _to_utf8(draft: Draft, data: bytes, chosen: str | None) -> bytes:
    if chosen is not None:
        if chosen not in CHOICES:
            raise ValueError(f"encoding must be one of {CHOICES}")
        text = _decoded(draft, data, chosen)
    elif data.startswith(codecs.BOM_UTF8):
        draft.encoding = "utf-8-sig"
        draft.warning("BOM")
        text = data[3:] if _is_utf8(data[3:]) else _refuse_undecodable(draft, data)
    elif data[:2] in _MARKS:
        text = _decoded(draft, data[2:], _MARKS[data[:2]])
        draft.warning("ENCODING_UTF16")
    elif (without_mark := _utf16_without_mark(draft, data)) is not None:
        text = _decoded(draft, data, without_mark)
        draft.warning("ENCODING_UTF16")
    elif data.isascii():
        draft.encoding = "ascii"
        text = data
    elif _is_utf8(data):
        draft.encoding = "utf-8"
        text = data
    else:
        text = _between_gb18030_and_cp1252(draft, data)
    return _without_nul(draft, text)


def _utf16_without_mark(draft: Draft, data: bytes) -> str | None:
    """Which UTF-16 this is, told by where the NULs of its ASCII letters stand; None for anything else."""
    if b"\0" not in data or data.count(0) <= _NUL_SHARE_OF_UTF16 * len(data):
        return None
    second, first = data[1::2].count(0), data[::2].count(0)
    for nuls, others, encoding in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        if others <= _NUL_ON_THE_WRONG_SIDE * nuls and len(data) % 2 == 0:
            return encoding
    draft.refuse("UTF16_WITHOUT_MARK")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(draft: Draft, data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError:
        _refuse_undecodable(draft, data)
    draft.encoding = encoding
    return text


def _refuse_undecodable(draft: Draft, data: bytes) -> bytes:
    try:
        data.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    draft.refuse("ENCODING_UNREADABLE", row=_row_at(data, at))


def _row_at(data: bytes, position: int) -> int:
    before = data[:position].replace(b"\r\n", b"\n")
    return before.count(b"\n") + before.count(b"\r") + 1


def _between_gb18030_and_cp1252(draft: Draft, data: bytes) -> bytes:
    readings = {}
    for encoding in ("gb18030", "cp1252"):
        try:
            readings[encoding] = data.decode(encoding).encode("utf-8")
        except UnicodeError:
            continue
    if not readings:
        _refuse_undecodable(draft, data)
    places = list(itertools.islice(_lines_with_high_bytes(data), _LINES_SCORED))
    lines = [data[start:end] for start, end in places]
    sample = b"\n".join(lines)
    scores = {encoding: _score(sample, encoding) for encoding in readings}
    best = max(scores, key=lambda encoding: scores[encoding])
    loser = "cp1252" if best == "gb18030" else "gb18030"
    seen = {
        "row": _row_at(data, places[0][0]),
        "example": printable(_near_high_bytes(lines[0], best)),
        "other": printable(_near_high_bytes(lines[0], loser)),
    }
    if scores[best] <= 0 or scores[best] == scores.get(loser):
        if best == "cp1252":
            seen["example"], seen["other"] = seen["other"], seen["example"]
        draft.refuse("ENCODING_UNDECIDED", **seen)
    draft.encoding = best
    draft.warning(f"ENCODING_{best.upper()}", **seen)
    if best == "cp1252" and len(readings) > 1:
        draft.facts["encoding_trap"] = _trap(lines[0])
    return readings[best]


def _score(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, "ignore")
    if encoding == "cp1252":
        return _hits(text, WESTERN_WORDS) - _hits(text, _CHINESE_AS_WESTERN)
    return _hits(text, CHINESE_WORDS) - _hits(text, _WESTERN_AS_CHINESE) + _everyday_chinese(text)


def _hits(text: str, words: tuple[str, ...]) -> int:
    return sum(2 * len(word) for word in words if word in text)


def _everyday_chinese(text: str) -> int:
    """1 when every foreign letter is a character of GB 2312 (names of people, remarks), else 0.

    cp1252 text hardly ever has its high bytes in such pairs: one accented letter is followed by an ASCII one.
    """
    foreign = "".join(letter for letter in text if not letter.isascii())
    try:
        foreign.encode("gb2312")
    except UnicodeEncodeError:
        return 0
    return 1 if any("一" <= letter <= "龥" for letter in foreign) else 0


def _trap(line: bytes) -> str:
    first = next(index for index, byte in enumerate(line) if byte >= 0x80)
    pair = line[first : first + 2]
    codes = " ".join(f"0x{byte:02X}" for byte in pair)
    return (
        f"{codes} ({pair.decode('cp1252', 'replace')}) is also a legal GBK pair: strict gb18030 decode succeeds "
        "with wrong text; choose by header vocabulary"
    )


def _near_high_bytes(line: bytes, encoding: str) -> str:
    first = next(index for index, byte in enumerate(line) if byte >= 0x80)
    return line[max(0, first - 10) : first + 20].decode(encoding, "replace")


def _without_nul(draft: Draft, text: bytes) -> bytes:
    if b"\0" not in text:
        return text
    nul_count = text.count(0)
    draft.nul_bytes = (nul_count, _row_at(text, text.index(0)), _row_at(text, text.rindex(0)))
    stripped = text.replace(b"\0", b"")
    if not stripped.strip():
        draft.refuse("FILE_EMPTY")
    return stripped
