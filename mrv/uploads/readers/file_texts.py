"""The sentences about a file as a whole: how it came, its characters, its layout, header and rows."""

from __future__ import annotations

# code -> (Chinese, English), as in messages.TEXTS
FILE_TEXTS: dict[str, tuple[str, str]] = {
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
}  # fmt: skip
