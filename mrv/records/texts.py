"""The sentences about tables of records, beside those of the readers whose steps read them."""

from __future__ import annotations

# code -> (Chinese, English), as in mrv.uploads.readers.messages.TEXTS
RECORD_TEXTS: dict[str, tuple[str, str]] = {
    "RECORD_HEADER_NOT_FOUND": (
        "找不到“{kind_zh}”表的表头，应有这些列：{expected_zh}。请下载本页的模板，把数据填入后上传。",
        "The header of the table “{kind_en}” was not found; its columns are: {expected_en}. Download the template of "
        "this page, fill your data in and upload that.",
    ),
    "RECORDS_TOO_MANY": (
        "表格有 {count} 行，上限为 {limit} 行。请按时间拆分后分别上传。",
        "The table has {count} lines; the limit is {limit}. Split it by time and hand in the parts.",
    ),
    "RECORD_UNIT_UNKNOWN": (
        "第 {row} 行表头“{column}”的单位“{text}”无法识别；可用的单位：{expected}。请改用其中之一。",
        "The unit “{text}” of “{column}” (header in row {row}) is not known; known are: {expected}. Use one of them.",
    ),
    "RECORD_UNIT_CONVERTED": (
        "第 {row} 行表头“{column}”的单位“{text}”已换算为 {value}（乘以 {factor}）。请核对。",
        "The unit “{text}” of “{column}” (header in row {row}) was converted to {value} (times {factor}). Check it.",
    ),
    "EXAMPLE_ROW_SKIPPED": (
        "第 {row} 行是模板的示例，未作为数据读取。无需处理。",
        "Row {row} is the template's example; it was not read as data. Nothing to do.",
    ),
    "ONLY_THE_EXAMPLE": (
        "表中只有模板的示例行（第 {row} 行），没有数据。请填入自己的数据后上传。",
        "The table holds only the template's example (row {row}). Fill in data of your own and upload again.",
    ),
    "CHOICE_UNKNOWN": (
        "第 {row} 行“{column}”列的“{text}”不在可选项内：{expected}。请改用其中之一。",
        "“{text}” in row {row}, column “{column}”, is none of: {expected}. Use one of them.",
    ),
    "NOT_WHOLE": (
        "第 {row} 行“{column}”列的“{text}”不是整数。请更正。",
        "“{text}” in row {row}, column “{column}”, is not a whole number. Correct it.",
    ),
    "FORMULA_IN_WORDS": (
        "第 {row} 行“{column}”列的“{text}”以公式符号开头，电子表格会把它当作公式。请在前面加一个字。",
        "“{text}” in row {row}, column “{column}”, begins like a formula and a spreadsheet would run it. Put a word "
        "before it.",
    ),
    "TEXT_TOO_LONG": (
        "第 {row} 行“{column}”列的文字超过 {limits} 个字符。请缩短。",
        "The text in row {row}, column “{column}”, is longer than {limits} characters. Shorten it.",
    ),
    "MIDNIGHT_TAKEN": (
        "第 {row} 行“{column}”列的“{text}”没有时刻，按当日零点读取。如有时刻请补上。",
        "“{text}” in row {row}, column “{column}”, has no time of day; midnight was taken. Add the time if known.",
    ),
    "ATTACHMENT_UNKNOWN": (
        "第 {row} 行“{column}”列的“{text}”尚未上传。请先在本页上传该文件，或更正文件名。",
        "“{text}” in row {row}, column “{column}”, has not been handed in. Hand the file in on this page first, or "
        "correct its name.",
    ),
    "RECORD_REPEATED": (
        "第 {row} 行与第 {kept_row} 行是同一条记录（{text}）。请删去一行，或区分两者。",
        "Row {row} is the same record as row {kept_row} ({text}). Take one out, or tell them apart.",
    ),
    "SPAN_BACKWARDS": (
        "第 {row} 行“{column}”列：结束（{last}）早于起始（{first}）。请更正。",
        "Row {row}, column “{column}”: the end ({last}) is before the start ({first}). Correct it.",
    ),
    "TIME_IN_FUTURE": (
        "第 {row} 行“{column}”列的“{text}”晚于现在。请更正。",
        "“{text}” in row {row}, column “{column}”, is yet to come. Correct it.",
    ),
    "SHARE_NEEDS_EVIDENCE": (
        "第 {row} 行写有内源份额，但“{column}”列为空。请写明依据，如生物标志物及报告。",
        "Row {row} states a share made in the water, but “{column}” is empty. Say what it rests on (a biomarker ...).",
    ),
    "MONTH_UNKNOWN": (
        "第 {row} 行“{column}”列的“{text}”既不是“年”，也不是 1 至 12。请更正。",
        "“{text}” in row {row}, column “{column}”, is neither “year” nor 1 to 12. Correct it.",
    ),
    "ONE_YEAR_ROW": (
        "“{column}”列中应恰有一行为“年”，找到 {found} 行（表从第 {row} 行起）。请更正。",
        "Exactly one row has “year” in the column “{column}”; {found} were found (the table begins in row {row}). "
        "Correct it.",
    ),
    "MONTHS_NOT_TWELVE": (
        "第 {row} 行的全年之外应有十二个月或没有月份，找到 {found} 个月。请补全或删去月份。",
        "Beside the year of row {row} stand either twelve months or none; {found} were found. Complete or remove them.",
    ),
    "MONTHS_NOT_THE_YEAR": (
        "各月径流深之和为 {sum} mm，与第 {row} 行全年的 {stated} mm 相差超过 1%。请更正。",
        "The months' runoff adds up to {sum} mm, more than 1 % off the year's {stated} mm in row {row}. Correct it.",
    ),
    "ONE_ROW_ONLY": (
        "该表只应有一行，但第 {row} 行之后还有数据。请只保留一行。",
        "This table has one row only, but there are data in row {row} too. Keep one row.",
    ),
}
