"""Every sentence a reader says, in Chinese and English, in one table.

Each says what happened, where (file, row, column) and what to do. Rows are counted as a text editor or a spreadsheet
counts them: the header is row 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mrv.uploads.readers.logger_texts import LOGGER_TEXTS, PARAMETER_NAMES

Level = Literal["error", "warning", "info"]

# code -> (Chinese, English). {file} is put in front, {others} behind, by Message.text.
TEXTS: dict[str, tuple[str, str]] = {
    # --- the file as received ------------------------------------------------------------------------------------
    "FILE_UNREADABLE": (
        "无法打开该文件。请检查路径和权限后重新上传。",
        "The file cannot be opened. Check its path and permissions and upload it again.",
    ),
    "FILE_EMPTY": (
        "文件中没有任何内容。请从记录仪重新导出后上传。",
        "The file holds nothing. Export it from the logger again and upload that.",
    ),
    "FILE_TOO_LARGE": (
        "文件大小 {size} 字节，超过上限 {limit} 字节。请按月或按季度拆分后上传。",
        "The file has {size} bytes; the limit is {limit} bytes. Split it by month or quarter and upload the parts.",
    ),
    "BINARY_FILE": (
        "这是 {format} 文件，不是文本表格。请另存为“CSV UTF-8（逗号分隔）”后上传。",
        "This is a file of the kind {format}, not a text table. Save it as “CSV UTF-8” and upload that.",
    ),
    "ZIP_DAMAGED": (
        "压缩包已损坏，无法解开。请重新压缩，或直接上传其中的文件。",
        "The zip is damaged and cannot be unpacked. Zip the file again or upload it without zip.",
    ),
    "ZIP_ENCRYPTED": (
        "压缩包设有密码。请上传没有密码的压缩包，或直接上传其中的文件。",
        "The zip has a password. Upload it without a password, or upload the file itself.",
    ),
    "ZIP_NOT_ONE_FILE": (
        "压缩包内有 {count} 个文件，这里只接受恰好一个文件的压缩包。请逐个上传。",
        "The zip holds {count} files; exactly one is accepted here. Upload them one by one.",
    ),
    "ZIP_TOO_DENSE": (
        "压缩包解开后将超过 {limit} 字节（包本身 {size} 字节），已停止解压。请直接上传其中的文件。",
        "The zip would unpack to more than {limit} bytes (it has {size}); unpacking was stopped. Upload "
        "the file itself.",
    ),
    "ZIP_UNPACKED": (
        "已读取压缩包内的“{inner}”（{size} 字节，SHA-256 {sha256}）。",
        "Read “{inner}” from the zip ({size} bytes, SHA-256 {sha256}).",
    ),
    # --- text ----------------------------------------------------------------------------------------------------
    "BOM": (
        "文件开头有 UTF-8 标记（BOM），已忽略。无需处理。",
        "The file begins with a UTF-8 mark (BOM); it was ignored. Nothing to do.",
    ),
    "ENCODING_UTF16": (
        "文件为 UTF-16 编码，已按此读取。请核对表头文字。",
        "The file is in UTF-16 and was read so. Check the words of the header.",
    ),
    "UTF16_WITHOUT_MARK": (
        "文件像是缺少标记的 UTF-16 编码，无法可靠读取。请另存为 UTF-8 后上传。",
        "The file looks like UTF-16 without its mark and cannot be read safely. Save it as UTF-8 and upload that.",
    ),
    "ENCODING_GB18030": (
        "文件不是 UTF-8，已按国标编码 GB18030 读取。请核对第 {row} 行：“{example}”（另一种读法：“{other}”）。",
        "The file is not UTF-8; it was read as GB18030. Check row {row}: “{example}” (the other reading: “{other}”).",
    ),
    "ENCODING_CP1252": (
        "文件不是 UTF-8，已按西欧编码 cp1252 读取。请核对第 {row} 行：“{example}”（另一种读法：“{other}”）。",
        "The file is not UTF-8; it was read as cp1252. Check row {row}: “{example}” (the other reading: “{other}”).",
    ),
    "ENCODING_UNDECIDED": (
        "无法确定文字编码：第 {row} 行按 GB18030 是“{example}”，按 cp1252 是“{other}”。请选择其一，"
        "或另存为 UTF-8 后上传。",
        "The text encoding is not certain: row {row} reads “{example}” in GB18030 and “{other}” in cp1252. "
        "Choose one, or save the file as UTF-8 and upload that.",
    ),
    "ENCODING_UNREADABLE": (
        "第 {row} 行有无法识别的字节，UTF-8、UTF-16、GB18030 均读不通。请另存为 UTF-8 后上传。",
        "Row {row} holds bytes that are not text in UTF-8, UTF-16 or GB18030. Save the file as UTF-8 "
        "and upload that.",
    ),
    "NUL_BYTES": (
        "第 {row} 行起有 {count} 个空字节（NUL），已去除。请核对这些行。",
        "{count} NUL bytes, the first in row {row}, were removed. Check those rows.",
    ),
    "MIXED_LINE_ENDS": (
        "文件混用几种换行符，均已识别。无需处理。",
        "The file mixes kinds of line ends; all were understood. Nothing to do.",
    ),
    "NO_FINAL_LINE_END": (
        "最后一行（第 {row} 行）没有换行符。请确认文件没有被截断。",
        "The last row ({row}) has no line end. Make sure that the file was not cut off.",
    ),
    # --- layout, header, rows ------------------------------------------------------------------------------------
    "LAYOUT_UNKNOWN": (
        "无法识别文件格式，第一行是“{first_line}”。可先预览并在“列”页面指定各列（记录仪表格），或使用我们的模板，表头为：{expected}。",
        "The layout is not known; the first line is “{first_line}”. Look at it first and say what its columns are (a "
        "logger's table), or use our template; its header is: {expected}.",
    ),
    "WRONG_KIND": (
        "这是“{profile}”格式的文件，不能在此处上传。请到对应的页面上传。",
        "This file has the layout “{profile}”, which does not belong here. Upload it on the page for its kind.",
    ),
    "MISSING_COLUMN": (
        "第 {row} 行表头缺少列：{columns}；找到的列：{found}。请补上缺少的列（没有数据也保留空列）后上传。",
        "The header in row {row} lacks: {columns}; found: {found}. "
        "Add what is missing (an empty column if there are no data) and upload again.",
    ),
    "DUPLICATE_COLUMN": (
        "第 {row} 行表头中“{column}”列出现 {count} 次。请只保留一列。",
        "The header in row {row} has the column “{column}” {count} times. Keep one of them.",
    ),
    "UNKNOWN_COLUMN": (
        "第 {row} 行表头中的列 {columns} 不在模板内，未读取。如需使用请联系管理员。",
        "The columns {columns} of the header in row {row} are not in the template and were not read. "
        "Ask the administrator if they are needed.",
    ),
    "HEADER_LINES_SKIPPED": (
        "表头之前有 {count} 行说明文字，未作为数据读取。请确认其中没有数据。",
        "{count} lines before the header were not read as data. Make sure that they hold none.",
    ),
    "BLANK_ROWS": (
        "第 {row} 行等共 {count} 个空行，已跳过。无需处理。",
        "{count} blank rows, the first of them row {row}, were skipped. Nothing to do.",
    ),
    "QUOTES_BROKEN": (
        "第 {row} 行的引号没有成对，之后的内容无法读取。请修正该行引号。",
        "The quotation marks in row {row} do not match; what follows cannot be read. Correct them.",
    ),
    "WRONG_CELL_COUNT": (
        "第 {row} 行有 {found} 个单元格，表头有 {expected} 个。请检查该行是否多了或少了分隔符。",
        "Row {row} has {found} cells where the header has {expected}. Check its delimiters.",
    ),
    "TRUNCATED_LAST_ROW": (
        "最后一行（第 {row} 行）不完整，未读取：“{text}”。请确认导出已完成。",
        "The last row ({row}) is cut off and was not read: “{text}”. Make sure that the export was complete.",
    ),
    "NO_DATA_ROWS": (
        "第 {row} 行表头之后没有数据。请导出含数据的文件后上传。",
        "There are no data after the header in row {row}. Export a file that holds data.",
    ),
    # --- numbers -------------------------------------------------------------------------------------------------
    "NOT_A_NUMBER": (
        "第 {row} 行“{column}”列的“{text}”不是数字。请更正；没有数据请留空。",
        "“{text}” in row {row}, column “{column}”, is not a number. Correct it, or leave the cell empty "
        "if there is none.",
    ),
    "THOUSANDS_MARK": (
        "第 {row} 行“{column}”列的“{text}”像是带千位分隔符的数字。请选择该分隔符，或改为不带分隔符。",
        "“{text}” in row {row}, column “{column}”, looks like a number with a mark between its thousands. Choose that "
        "mark, or write the numbers without it.",
    ),
    "NOT_FINITE": (
        "第 {row} 行“{column}”列的“{text}”不是有限数值，不予接受。没有数据请留空。",
        "“{text}” in row {row}, column “{column}”, is not a finite number and is refused. Leave the "
        "cell empty instead.",
    ),
    "DECIMAL_MIXED": (
        "第 {row} 行“{column}”列的“{text}”用逗号作小数点，而其他行用句点。请统一写法。",
        "“{text}” in row {row}, column “{column}”, has a decimal comma where other rows have a point. "
        "Use one of them.",
    ),
    "DECIMAL_COMMA": (
        "小数点为逗号，已识别；例如第 {row} 行“{column}”列的“{text}”读作 {value}。请核对。",
        "The decimal mark is a comma: “{text}” in row {row}, column “{column}”, was read as {value}. Check it.",
    ),
    "TOO_MANY_DECIMALS": (
        "第 {row} 行“{column}”列的“{text}”小数位过多，无法按原样保存。请按仪器分辨率取位后上传。",
        "“{text}” in row {row}, column “{column}”, has more decimals than can be kept exactly. "
        "Round it to the resolution of the instrument.",
    ),
    "NUMBER_TOO_LARGE": (
        "第 {row} 行“{column}”列的“{text}”数值过大，不可能是测量值。请更正或留空。",
        "“{text}” in row {row}, column “{column}”, is too large for a measurement. Correct it or leave "
        "the cell empty.",
    ),
    "FULLWIDTH_DIGITS": (
        "第 {row} 行“{column}”列的“{text}”含全角字符，已转为半角读取。请核对。",
        "“{text}” in row {row}, column “{column}”, has full-width characters; they were read as "
        "ordinary ones. Check it.",
    ),
    "SENTINEL_VALUES": (
        "第 {row} 行“{column}”列的“{text}”表示缺测，已按缺失处理。如为真实读数请告知。",
        "“{text}” in row {row}, column “{column}”, stands for “no value” and was taken as missing. "
        "Tell us if it is a real reading.",
    ),
    "MISSING_CELLS": (
        "第 {row} 行“{column}”列没有数值，已按缺失处理。如有数据请补上。",
        "Row {row} has no value in the column “{column}”; it was taken as missing. Add it if there is one.",
    ),
    "COLUMN_EMPTY": (
        "“{column}”列（表头第 {row} 行）没有任何数值。如有数据请补上后重新上传。",
        "The column “{column}” (header in row {row}) holds no value at all. If there are data, add them "
        "and upload again.",
    ),
    "IMPOSSIBLE_VALUES": (
        "第 {row} 行“{column}”列的 {text} 超出物理上可能的范围（{limits}）；已按原样保留并待审核。请核对仪器。",
        "{text} in row {row}, column “{column}”, is physically impossible ({limits}). It is kept as "
        "written, for review. "
        "Check the instrument.",
    ),
    # --- time ----------------------------------------------------------------------------------------------------
    "DATE_UNREADABLE": (
        "第 {row} 行“{column}”列的“{text}”不是可识别的日期时间。请写成 2021-05-01T00:15:00+08:00 的形式。",
        "“{text}” in row {row}, column “{column}”, is not a date and time that can be read. "
        "Write it like 2021-05-01T00:15:00+08:00.",
    ),
    "MIXED_DATE_FORMATS": (
        "第 {row}–{last_row} 行中有 {count} 行“{column}”列的日期写法不同：“{text}”，其余如“{example}”。"
        "列为警告时两种均已识别，请核对示例；列为错误时请统一写法。",
        "{count} of the rows {row}–{last_row} write the date in “{column}” another way: “{text}”, where the others are "
        "like “{example}”. Both were understood if this is a warning; check the example. If it is an error, use one "
        "form in the whole column.",
    ),
    "TZ_NOT_IN_FILE": (
        "文件未写明时区（例如第 {row} 行“{column}”列“{text}”），请选择；选错会使暴雨与雨量错开 8 小时。",
        "The file does not say its time zone (row {row}, column “{column}”: “{text}”). Choose one; "
        "storms would shift 8 h against the rain gauge if wrong.",
    ),
    "TZ_FROM_STATION": (
        "文件未写明时区，已采用选定的时区 {zone}。请确认文件中的时间确为该时区。",
        "The file does not say its time zone; the chosen zone {zone} was used. Make sure that its times are in it.",
    ),
    "ZONE_UNKNOWN": (
        "时区“{zone}”无法识别。请写成 Asia/Shanghai 或 +08:00 的形式。",
        "The time zone “{zone}” is not known. Write it like Asia/Shanghai or +08:00.",
    ),
    "OFFSETS_DIFFER": (
        "各行时区不一致（{offsets}）：第 {row} 行“{column}”列为“{text}”。均已换算为 UTC，请确认记录仪确实改过时区。",
        "The rows have different offsets from UTC ({offsets}): row {row}, column “{column}”, has “{text}”. All were "
        "converted; make sure that the logger's zone was really changed.",
    ),
    "LOCAL_TIME_NONEXISTENT": (
        "第 {row} 行“{column}”列的“{text}”在时区 {zone} 不存在（夏令时拨快）。请在时间后写明时差，如 +08:00。",
        "“{text}” in row {row}, column “{column}”, does not exist in {zone} (clocks went forward). "
        "Write the offset behind the time, such as +08:00.",
    ),
    "LOCAL_TIME_AMBIGUOUS": (
        "第 {row} 行“{column}”列的“{text}”在时区 {zone} 出现两次（夏令时拨慢）。请在时间后写明时差，如 +08:00。",
        "“{text}” in row {row}, column “{column}”, occurs twice in {zone} (clocks went back). "
        "Write the offset behind the time, such as +08:00.",
    ),
    "DUPLICATE_TIMESTAMPS": (
        "第 {row} 行与第 {kept_row} 行完全相同（{time}），只计一次。无需处理。",
        "Row {row} repeats row {kept_row} exactly ({time}); it counts once. Nothing to do.",
    ),
    "CONFLICTING_DUPLICATE": (
        "{time} 在第 {kept_row} 行与第 {row} 行重复，且“{column}”列不同（{kept} / {text}）。已保留第 {kept_row} 行，"
        "请核对哪一行正确。",
        "{time} stands in row {kept_row} and in row {row} with different “{column}” ({kept} / {text}). "
        "Row {kept_row} was kept; check which one is right.",
    ),
    "OFF_GRID_ROWS": (
        "第 {row} 行的时间 {time} 不在 {interval_s} 秒的间隔上；已保存，但不计入时段。请检查记录仪设置。",
        "Row {row} ({time}) is not on the grid of {interval_s} s; it is stored but fills no slot. "
        "Check the settings of the logger.",
    ),
    "GAPS": (
        "应有 {expected} 个时段，实有 {present} 个，缺 {missing} 个（完整率 {completeness_pct}%），共 {count} 段；"
        "最长一段从 {first_missing} 到 {last_missing}。如有其他文件含这些数据，请一并上传。",
        "Of {expected} slots {present} are present and {missing} missing ({completeness_pct} % "
        "complete) in {count} gaps; "
        "the longest is from {first_missing} to {last_missing}. If another file holds these data, upload it too.",
    ),
    # --- samples, gaugings, baseline -----------------------------------------------------------------------------
    "EMPTY_CELL": (
        "第 {row} 行“{column}”列没有内容，该列必须填写。请补上，或删除整行。",
        "Row {row} has nothing in the column “{column}”, which is required. Fill it in or delete the row.",
    ),
    "NOT_ANALYSED": (
        "第 {row} 行“{column}”列没有数值，按未测处理。如实验室已测定请补上。",
        "Row {row} has no value in the column “{column}”; it was taken as not analysed. Add it if the "
        "laboratory has it.",
    ),
    "NEGATIVE_VALUE": (
        "第 {row} 行“{column}”列的“{text}”为负数，不可能。请更正；低于检出限请写成 <0.05 的形式。",
        "“{text}” in row {row}, column “{column}”, is negative, which cannot be. Correct it; "
        "write a result below detection like <0.05.",
    ),
    "VALUE_OUT_OF_RANGE": (
        "第 {row} 行“{column}”列的“{text}”超出可能的范围（{limits}）。请更正。",
        "“{text}” in row {row}, column “{column}”, is outside what is possible ({limits}). Correct it.",
    ),
    "BELOW_DETECTION": (
        "第 {row} 行“{column}”列的“{text}”低于检出限，已按检出限 {value} 保存并标记。无需处理。",
        "“{text}” in row {row}, column “{column}”, is below detection; the limit {value} was stored and "
        "marked. Nothing to do.",
    ),
    "DUPLICATE_SAMPLE_ID": (
        "第 {row} 行的样品编号“{text}”与第 {kept_row} 行重复。请为每个样品使用唯一编号。",
        "The sample id “{text}” in row {row} is already in row {kept_row}. Give every sample an id of its own.",
    ),
    "DUPLICATE_GAUGING": (
        "第 {row} 行与第 {kept_row} 行是同一次测流，只计一次。无需处理。",
        "Row {row} is the same gauging as row {kept_row}; it counts once. Nothing to do.",
    ),
    "UNCERTAINTY_ASSUMED": (
        "第 {row} 行“{column}”没有填写，按 {value}% 计。请填写实际的测流不确定度。",
        "Row {row} states no “{column}”; {value} % was assumed. Enter the real uncertainty of the gauging.",
    ),
    "JSON_BROKEN": (
        "第 {row} 行第 {position} 个字符处不是有效的 JSON 对象。请对照模板更正。",
        "The text is no valid JSON object at row {row}, character {position}. Correct it after the template.",
    ),
    "MISSING_KEY": (
        "缺少字段：{columns}；找到的字段：{found}。请补上。",
        "The keys {columns} are missing; found: {found}. Add them.",
    ),
    "UNKNOWN_KEY": (
        "字段 {columns} 无法识别，未读取。请对照模板检查拼写。",
        "The keys {columns} are not known and were not read. Check their spelling after the template.",
    ),
    "DUPLICATE_KEY": (
        "字段“{column}”出现多次。请只保留一个。",
        "The key “{column}” occurs more than once. Keep one.",
    ),
    "BAD_FIELD": (
        "字段“{column}”的值“{text}”不符合要求（{limits}）。请更正。",
        "The value “{text}” of “{column}” is not what is required ({limits}). Correct it.",
    ),
}  # fmt: skip
TEXTS.update(LOGGER_TEXTS)


@dataclass(frozen=True)
class Message:
    """One thing that somebody should know. ``params`` holds JSON values: file, row, column, text, places, ..."""

    level: Level
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in Chinese ("zh-hans", any "zh...") or English (everything else)."""
        chinese = language.lower().startswith("zh")
        sentence = TEXTS[self.code][0 if chinese else 1].format_map(_Shown(self._named(chinese=chinese)))
        sentence += _others(self.params, chinese=chinese)
        file_name = self.params.get("file")
        if not file_name:
            return sentence
        return f"{file_name}：{sentence}" if chinese else f"{file_name}: {sentence}"

    def _named(self, *, chinese: bool) -> dict[str, Any]:
        """The parameters with the quantities in ``parameters`` by their names."""
        params = dict(self.params)
        if isinstance(params.get("parameters"), list):
            names = [PARAMETER_NAMES.get(name, (name, name))[0 if chinese else 1] for name in params["parameters"]]
            params["parameters"] = ("、" if chinese else ", ").join(names)
        return params

    def as_dict(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "code": self.code,
            "params": dict(self.params),
            "zh": self.text("zh-hans"),
            "en": self.text("en"),
        }


class _Shown(dict[str, Any]):
    """Parameters as text. A missing one never raises: a message about a failure must not fail itself."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _others(params: Mapping[str, Any], *, chinese: bool, named: int = 5) -> str:
    """“7 in all: also rows 12, 15, ...” for a finding at several places."""
    places = params.get("places", ())
    if len(places) < 2:
        return ""
    rows = [str(place["row"]) for place in places[1 : named + 1]]
    more = params["count"] > len(rows) + 1
    if chinese:
        return f"（共 {params['count']} 处，另见第 {'、'.join(rows)}{' ……' if more else ''} 行。）"
    return f" ({params['count']} in all; also row {', '.join(rows)}{' ...' if more else ''}.)"


def printable(text: str, *, limit: int = 40) -> str:
    """A piece of a file made fit for a sentence: control characters shown as a box, long text cut."""
    shown = text[: limit + 1]
    if not shown.isprintable():
        shown = "".join(letter if letter.isprintable() else "�" for letter in shown)
    return shown if len(shown) <= limit else shown[:limit] + "…"


def one_line(text: str, *, limit: int = 200) -> str:
    """A remark from a file as one clean line: no control characters, no line ends, not longer than ``limit``."""
    return printable(" ".join(text.split()), limit=limit)
