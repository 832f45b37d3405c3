"""What the commands say about tables of waters, in Chinese and English."""

from calculations.texts import TEXTS

TABLE_TEXTS: dict[str, tuple[str, str]] = {
    "TABLE_NOT_TEXT": (
        "{file} 不是文本文件（{reason}）。请在电子表格中另存为 CSV（UTF-8）后重试。",
        "{file} is not a text file ({reason}). Save the sheet as CSV (UTF-8) and try again.",
    ),
    "TABLE_EMPTY": (
        "{file} 没有表头。第一行须是列名：{columns}。",
        "{file} has no header. Its first row must name the columns: {columns}.",
    ),
    "TABLE_COLUMNS_MISSING": (
        "{file} 缺少列 {missing}（读到的列：{found}）。请补上这些列，名称须完全一致；不存在的离子填 0。",
        "{file} lacks the columns {missing} (it has: {found}). Add them under exactly these names; an ion that is"
        " absent is 0.",
    ),
    "TABLE_COLUMN_TWICE": (
        "{file} 中列名 {columns} 出现不止一次。请只保留一列。",
        "{file} has more than one column named {columns}. Keep one.",
    ),
    "TABLE_READ_AS": (
        "{file} 不是 UTF-8，按 {encoding} 读取。若文字显示有误，请另存为 UTF-8。",
        "{file} is not UTF-8; it was read as {encoding}. If words look wrong, save it as UTF-8.",
    ),
    "TABLE_COLUMNS_REPLACED": (
        "输入中的列 {columns} 与结果同名，已被计算值取代。",
        "The input's columns {columns} have the names of results and were replaced by the computed values.",
    ),
    "TABLE_NOT_WRITTEN": (
        "无法写入 {file}：{reason}。",
        "{file} cannot be written: {reason}.",
    ),
    "CELL_EMPTY": (
        "第 {row} 行（id {id}），{column} 列为空：该行不计算。未检出请填 0，未测定则无法计算。",
        "Row {row} (id {id}), column {column} is empty: this row is not computed. Write 0 for what is absent; a value"
        " that was not measured cannot be replaced.",
    ),
    "CELL_NOT_A_NUMBER": (
        "第 {row} 行（id {id}），{column} 列：“{value}”不是数字：该行不计算。请改正。",
        "Row {row} (id {id}), column {column}: “{value}” is not a number: this row is not computed. Correct it.",
    ),
    "CELL_OUT_OF_RANGE": (
        "第 {row} 行（id {id}），{column} 列：{value} 不在 {low} 至 {high} 之间：该行不计算。请核对数值与单位。",
        "Row {row} (id {id}), column {column}: {value} is not between {low} and {high}: this row is not computed."
        " Check the value and its unit.",
    ),
    "ROW_TOO_LONG": (
        "第 {row} 行（id {id}）有 {found} 个单元格，而表头有 {expected} 列：该行不计算。请检查多余的分隔符。",
        "Row {row} (id {id}) has {found} cells where the header has {expected}: this row is not computed. Look for a"
        " separator too many.",
    ),
    "ROW_WITHOUT_SOLUTION": (
        "第 {row} 行（id {id}）没有解：在 pH {ph} 下，碱度 {alkalinity} mg/L 与氢氧根、酸或盐度不能并存。请核对。",
        "Row {row} (id {id}) has no solution: at pH {ph} an alkalinity of {alkalinity} mg/L cannot exist beside the"
        " hydroxide, acid or salts. Check pH and alkalinity.",
    ),
    "ROW_BEYOND_VALIDITY": (
        "第 {row} 行（id {id}）已计算，但超出常数的适用范围（0–50 °C、pH 4–11、离子强度 0.5 以下），仅供参考。",
        "Row {row} (id {id}) was computed, but lies outside what the constants were made for (0-50 degC, pH 4-11, ionic"
        " strength below 0.5): do not lean on it.",
    ),
    "CONDUCTANCE_NOT_IN_DATABASE": (
        "常数表 {name} 没有扩散系数：sc25_uS_cm 为空。",
        "The table of constants {name} has no diffusion coefficients: sc25_uS_cm is empty.",
    ),
    "WATERS_SPECIATED": (
        "{computed}/{rows} 个水样已计算，常数表 {name}（SHA-256 {sha256}）。",
        "{computed} of {rows} waters computed with the constants {name} (SHA-256 {sha256}).",
    ),
}
TEXTS.update(TABLE_TEXTS)
