"""The sentences about loggers' own layouts: units, clocks, zones, rows that are no readings, companions of a file."""

from __future__ import annotations

PARAMETER_NAMES = {
    "rainfall": ("降雨", "rain"),
    "stage": ("水位", "stage"),
    "water_temperature": ("水温", "water temperature"),
    "ph": ("pH", "pH"),
    "specific_conductance_25c": ("电导率（25 °C）", "conductivity at 25 °C"),
}
"""What the readers call a quantity -> (Chinese, English), for the parameter ``parameters`` of a message."""

# code -> (Chinese, English), as in messages.TEXTS
LOGGER_TEXTS: dict[str, tuple[str, str]] = {
    # --- file and header -----------------------------------------------------------------------------------------
    "WORKBOOK_SHEET": (
        "已读取工作簿中的“{value}”工作表（共 {count} 张）。请确认是所需的一张。",
        "Read the sheet “{value}” of a workbook with {count}. Make sure that it is the one you mean.",
    ),
    "XML_BROKEN": (
        "XML 内容无法解析（{reason}）。请在软件中重新导出后上传。",
        "The XML cannot be parsed ({reason}). Export it from the software again and upload that.",
    ),
    "NUL_BYTES_IN_HEADER": (
        "文件头（第 {row} 行）有 {count} 个空字节（NUL），已去除；数据行不受影响。无需处理。",
        "{count} NUL bytes in the header (row {row}) were removed; the readings are not touched. Nothing to do.",
    ),
    "SEP_LINE": (
        "第 {row} 行“{text}”是给电子表格的分隔符说明，未作为数据读取。无需处理。",
        "Row {row} (“{text}”) tells spreadsheets the delimiter; it was not read as data. Nothing to do.",
    ),
    "HEADER_NOT_FOUND": (
        "找不到数据的表头，应形如：{expected}。请从仪器软件重新导出完整的文件。",
        "The header of the data was not found; it looks like: {expected}. Export the whole file from the "
        "instrument's software again.",
    ),
    "NO_KNOWN_COLUMN": (
        "第 {row} 行表头中没有可识别的测量项；找到的列：{found}。请在“列”页面指明各列的含义。",
        "No column of the header in row {row} is a known quantity; found: {found}. Say what the columns are on the "
        "page “Columns”.",
    ),
    "COLUMNS_NOT_READ": (
        "第 {row} 行表头中的列 {columns} 未读取（不是所需的测量项，或已有同一项）。如需使用请在“列”页面指明。",
        "The columns {columns} of the header in row {row} were not read (not a quantity that is used, or already "
        "there). Say so on the page “Columns” if they are needed.",
    ),
    "MAPPING_UNUSABLE": (
        "列对应关系不可用：{reason}。请在“列”页面重新指定。",
        "The mapping of the columns cannot be used: {reason}. Set it again on the page “Columns”.",
    ),
    # --- units, conductivity -------------------------------------------------------------------------------------
    "UNIT_CONVERTED": (
        "第 {row} 行表头的单位已换算：{columns}。请核对。",
        "Units of the header in row {row} were converted: {columns}. Check them.",
    ),
    "UNIT_UNKNOWN": (
        "第 {row} 行表头中“{column}”列的单位“{text}”无法识别。请在“列”页面选择单位。",
        "The unit “{text}” of “{column}” (header in row {row}) is not known. Choose the unit on the page “Columns”.",
    ),
    "UNIT_ASKED": (
        "第 {row} 行表头没有写明单位，暂按括号中的单位读取：{columns}。请确认。",
        "The header in row {row} states no unit for {columns}; the units in brackets were taken. Confirm them.",
    ),
    "ROWS_MERGED": (
        "第 {row} 行与第 {kept_row} 行时间相同（{time}），各含一部分通道，已合并为一条读数；共 {count} 行。",
        "Row {row} has the time of row {kept_row} ({time}) and other channels; both are one reading. "
        "{count} such rows.",
    ),
    "TZ_HINT": (
        "水温和 pH 在文件时钟的 {time} 左右最高，而当地应在下午最高：文件时钟像是 {meant}，而不是 {zone}。"
        "请选择，选错会使暴雨错开。",
        "Water temperature and pH are highest near {time} of the file's clock; locally that is in the afternoon. The "
        "clock looks like {meant}, not like {zone}. Choose one; a wrong choice shifts storms against the rain gauge.",
    ),
    "EC_NOT_COMPENSATED": (
        "“{column}”列的电导率未补偿至 25 ℃，不能作为 EC25 使用。可按 EC25 = EC/(1+{value}(T−25)) 换算，请确认系数。",
        "The conductivity “{column}” is not corrected to 25 °C and is not used as EC25. We can compute "
        "EC25 = EC/(1+{value}(T−25)); confirm the coefficient.",
    ),
    "EC_COMPENSATED": (
        "已由“{column}”列和水温换算 EC25，系数 {value}/℃，共 {count} 个值；原值照常保存。",
        "EC25 was computed from “{column}” and the water temperature with the coefficient {value} per °C, {count} "
        "values; the original is kept beside it.",
    ),
    "EC_COMPENSATION_UNKNOWN": (
        "文件未说明“{column}”列的电导率是否已补偿至 25 ℃，暂按已补偿处理。请为该站点确认一次。",
        "The file does not say whether the conductivity “{column}” is corrected to 25 °C; it was taken as corrected. "
        "Confirm it once for this station.",
    ),
    # --- numbers -------------------------------------------------------------------------------------------------
    "NAN_VALUES": (
        "第 {row} 行“{column}”列为“{text}”，记录仪没有取得数值，已按缺失处理。请检查传感器。",
        "“{text}” in row {row}, column “{column}”: the logger had no value; it was taken as missing. Check the sensor.",
    ),
    "LOGGER_ERROR_MARK": (
        "第 {row} 行“{column}”列的“{text}”被仪器标为错误，已按缺失处理。请检查传感器。",
        "The instrument itself marks “{text}” in row {row}, column “{column}”, as an error; it was taken as missing. "
        "Check the sensor.",
    ),
    "DECIMALS_ROUNDED": (
        "第 {row} 行“{column}”列的“{text}”小数位超出仪器精度，已四舍五入保存；原文件不变。无需处理。",
        "“{text}” in row {row}, column “{column}”, has more decimals than a sensor; it was rounded, and the file is "
        "kept as it is. Nothing to do.",
    ),
    # --- rows ----------------------------------------------------------------------------------------------------
    "REPEATED_HEADER": (
        "第 {row} 行重复了表头，未作为数据读取。无需处理。",
        "Row {row} repeats the header; it was not read as data. Nothing to do.",
    ),
    "TOTAL_ROW_SKIPPED": (
        "第 {row} 行是合计或统计行，未作为数据读取。无需处理。",
        "Row {row} is a total; it was not read as data. Nothing to do.",
    ),
    "COMMENT_IN_DATA": (
        "第 {row} 行是数据之间的说明“{text}”，未作为数据读取。请看其中是否记有更换或校准。",
        "Row {row} is a remark among the data (“{text}”); it was not read. See whether it tells of a change or a "
        "calibration.",
    ),
    "EVENT_ROWS_SKIPPED": (
        "第 {row} 行是记录仪的事件（如读数头连接），没有测量值，已略过。无需处理。",
        "Row {row} is an event of the logger (such as a coupler attached) without a value; it was left out. "
        "Nothing to do.",
    ),
    "OUT_OF_WATER": (
        "第 {row} 行“{column}”列为 {text} 且水位低于零：传感器应在空气中。读数保留，待审核时剔除。",
        "“{column}” is {text} at a stage below zero in row {row}: the sensor was in air. The readings are kept; review "
        "excludes them.",
    ),
    "OVERLAP_EXACT_DUPLICATES": (
        "第 {row} 行起的一段与第 {kept_row} 行起的内容完全相同（{time}），是重复读出的尾部，只计一次。无需处理。",
        "From row {row} on, a stretch repeats what stands from row {kept_row} on ({time}): a tail that was read out "
        "twice. It counts once. Nothing to do.",
    ),
    "RECORD_RESET": (
        "第 {row} 行记录号重新从 {text} 开始（{time}）：记录仪曾断电或重新下载程序。请核对前后时钟。",
        "The record number starts again with {text} in row {row} ({time}): the logger lost power or got its program "
        "anew. Check its clock before and after.",
    ),
    "LOW_BATTERY": (
        "第 {row} 行“{column}”为 {text} V，低于 {limits}。请尽快更换电池，以免数据中断。",
        "“{column}” is {text} V in row {row}, below {limits}. Change the battery before data are lost.",
    ),
    "QUALIFIERS": (
        "文件带有数据状态码：{columns}；{count} 个单元格因设备故障按缺失处理。请在审核时参考。",
        "The file qualifies its values: {columns}; {count} cells of failed equipment were taken as missing. Use this "
        "in review.",
    ),
    "CALIBRATION_EXPIRED_NOTE": (
        "文件第 {row} 行写明传感器校准已过期：“{text}”。请补充有效的校准记录。",
        "Row {row} of the file says that the calibration has expired: “{text}”. Add a valid calibration.",
    ),
    "MISSING_PARAMETERS": (
        "文件没有以下测量项：{parameters}。如由其他仪器测得，请一并上传。",
        "The file lacks these quantities: {parameters}. Upload the file of the instrument that has them.",
    ),
    # --- dates and zones -----------------------------------------------------------------------------------------
    "AMBIGUOUS_DATE_ORDER": (
        "第 {row} 行“{column}”列的“{text}”可能是 {one}，也可能是 {other}，所有行都无法判断日/月顺序，请选择。",
        "“{text}” in row {row}, column “{column}”, could be {one} or {other}; no row settles it. Choose the order.",
    ),
    "DATE_ORDER_NOT_AS_STATED": (
        "表头写明的日期顺序与数据不符：第 {row} 行“{column}”列的“{text}”按 {value} 读取。请核对。",
        "The header states another order of the date than its rows have: “{text}” in row {row}, column “{column}”, was "
        "read as {value}. Check it.",
    ),
    "US_DATE_FORMAT": (
        "日期为美式“月/日/年”，例如第 {row} 行“{column}”列的“{text}”读作 {value}。请核对。",
        "Dates are written month first: “{text}” in row {row}, column “{column}”, was read as {value}. Check it.",
    ),
    "TWO_DIGIT_YEAR": (
        "年份只有两位，例如第 {row} 行“{column}”列的“{text}”读作 {value}。请核对。",
        "Years have two digits: “{text}” in row {row}, column “{column}”, was read as {value}. Check it.",
    ),
    "DOTTED_DATE": (
        "日期以点分隔，例如第 {row} 行“{column}”列的“{text}”读作 {value}。请核对。",
        "Dates are written with dots: “{text}” in row {row}, column “{column}”, was read as {value}. Check it.",
    ),
    "TZ_IN_FILE": (
        "文件写明时区“{zone}”（第 {row} 行），按 {meant} 换算。无需处理。",
        "The file states its zone, “{zone}” (row {row}); {meant} was used. Nothing to do.",
    ),
    "TZ_TO_CONFIRM": (
        "文件中的时区写作“{zone}”（第 {row} 行），应为 {meant}，请确认后再导入。",
        "The file calls its zone “{zone}” (row {row}), which should be {meant}. Confirm it before the import.",
    ),
    "TZ_PER_ROW": (
        "每行写明时区（“{column}”列：{offsets}），已自第 {row} 行起逐行换算为 UTC。无需处理。",
        "Each row states its zone (column “{column}”: {offsets}); all rows from {row} on were converted to UTC. "
        "Nothing to do.",
    ),
    "ZONE_CODE_UNKNOWN": (
        "第 {row} 行“{column}”列的时区代码“{text}”无法识别。请更正。",
        "The zone code “{text}” in row {row}, column “{column}”, is not known. Correct it.",
    ),
    "DST_FOLD_RESOLVED": (
        "夏令时结束，时区 {zone} 有 {count} 行钟面时间重复（自第 {row} 行“{column}”列“{text}”起），"
        "已按文件顺序区分，不是重复数据。",
        "Summer time ended in {zone}: {count} rows repeat a clock time (from row {row}, column “{column}”: “{text}”). "
        "The order of the file tells them apart; they are no duplicates.",
    ),
    "CLOCK_RESET_ROWS": (
        "第 {row} 行的时间为 {time}，远早于其余数据（断电后时钟复位），已隔离，未丢弃。给出重启时间后可恢复。",
        "Row {row} is dated {time}, long before all others (the logger lost power). Such rows are set aside, not "
        "dropped; give the restart time to place them.",
    ),
    "CLOCK_RESET_PLACED": (
        "第 {row} 行起 {count} 行（时钟复位后记为 {previous_time}）已按给出的重启时间移到 {time}。",
        "The {count} rows from row {row} on, dated {previous_time} by a reset clock, were moved to the restart time "
        "given, {time}.",
    ),
    "CLOCK_IN_FUTURE": (
        "第 {row} 行的时间 {time} 晚于现在，已隔离。请检查记录仪时钟和日期顺序。",
        "Row {row} is dated {time}, which is yet to come. Such rows are set aside; check the logger's clock and the "
        "order of day and month.",
    ),
    "OUT_OF_ORDER": (
        "第 {row} 行的时间 {time} 早于上一行（第 {previous_row} 行 {previous_time}）；已按时间重新排序。"
        "请检查记录仪时钟。",
        "Row {row} ({time}) is earlier than the row before it (row {previous_row}, {previous_time}); "
        "the rows were sorted by time. Check the logger's clock.",
    ),
    "CONSTANT_PHASE_OFFSET": (
        "读数整体偏离整时段 {phase_s} 秒（例如第 {row} 行 {time}），间隔 {interval_s} 秒不变，已按此成列。无需处理。",
        "All readings stand {phase_s} s behind the even slot (row {row}: {time}) at a constant interval of "
        "{interval_s} s; the grid was laid so. Nothing to do.",
    ),
    # --- level and barometer -------------------------------------------------------------------------------------
    "BAROMETER_FILE": (
        "这是气压计文件（第 {row} 行“{column}”列为气压）。请与同期的水位文件一起使用。",
        "This is a barometer's file (“{column}” in row {row} is air pressure). Use it together with the level file of "
        "the same time.",
    ),
    "NEEDS_BAROMETRIC_COMPENSATION": (
        "非通气式水位计，需气压文件：自第 {row} 行 {first_missing} 至 {last_missing} 共 {count} 个读数没有气压，"
        "水位缺失，不作外推。",
        "Non-vented level logger: it needs an air-pressure file. {count} readings from row {row} ({first_missing}) to "
        "{last_missing} are not covered; their stage is missing, never extrapolated.",
    ),
    "COMPENSATED": (
        "已用气压文件“{value}”补偿水位，共 {count} 个读数。",
        "The level was compensated with the air pressure of “{value}”, {count} readings.",
    ),
    "BAROMETER_UNREADABLE": (
        "气压文件“{value}”无法使用。请先单独检查该文件。",
        "The barometer's file “{value}” cannot be used. Check that file by itself first.",
    ),
    # --- samples, gaugings ---------------------------------------------------------------------------------------
    "FIELD_DUPLICATE": (
        "第 {row} 行“{column}”列的样品“{text}”是第 {kept_row} 行的平行样，两个都保留，核对相对偏差后取平均。",
        "The sample “{text}” in row {row}, column “{column}”, is a field duplicate of row {kept_row}; both are kept, "
        "to be averaged after a look at their difference.",
    ),
    "CHARGE_BALANCE": (
        "第 {row} 行样品“{text}”（“{column}”列）的电荷平衡误差为 {value}%，超过 ±5%。请与实验室核对。",
        "The sample “{text}” in row {row} (column “{column}”) has a charge balance error of {value} %, beyond ±5 %. "
        "Check it with the laboratory.",
    ),
    "OUTLIER_GAUGING": (
        "第 {row} 行“{column}”列的流量 {text} m³/s 远离其余测流确定的曲线（应约为 {value} m³/s）。请核对现场记录。",
        "The discharge {text} m³/s in row {row}, column “{column}”, is far off the curve of the other gaugings "
        "(about {value} m³/s). Check the field book.",
    ),
}
