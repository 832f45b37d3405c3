"""The sentences about what stands in a file: numbers, times, samples, gaugings, the baseline."""

from __future__ import annotations

# code -> (Chinese, English), as in messages.TEXTS
VALUE_TEXTS: dict[str, tuple[str, str]] = {
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
