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
    "VALUE_NOT_A_NUMBER": (
        "文件 {file} 第 {row} 行，{column} 列：“{value}”不是数字。请改正或留空。",
        "File {file}, row {row}, column {column}: “{value}” is not a number. Correct it or leave it empty.",
    ),
    # ---- rating curve
    "RATING_TOO_FEW_GAUGINGS": (
        "只有 {count} 次可用的流量测验，建立水位流量关系至少需要 {minimum} 次。请补充测流。",
        "Only {count} usable gaugings; a rating curve needs at least {minimum}. Add gaugings.",
    ),
    "RATING_ONE_STAGE": (
        "流量测验只覆盖 {stages} 个不同水位，至少需要 {minimum} 个。请在其他水位补测。",
        "The gaugings cover only {stages} different stages; at least {minimum} are needed. Gauge at other stages.",
    ),
    "RATING_NOT_RISING": (
        "流量不随水位升高而增大，无法拟合水位流量关系。请检查水位与流量两列。",
        "Discharge does not rise with stage, so no curve fits. Check the stage and discharge columns.",
    ),
    "RATING_GAUGING_NOT_POSITIVE": (
        "第 {number} 次流量测验的水位、流量或不确定度不是有效的正数。",
        "Stage, discharge or uncertainty of gauging {number} is not a valid positive number.",
    ),
    "GAUGING_NOT_POSITIVE": (
        "文件 {file} 第 {row} 行：流量 {value} 必须大于零。",
        "File {file}, row {row}: the discharge {value} must be above zero.",
    ),
    "GAUGING_UNCERTAINTY_OUT_OF_RANGE": (
        "文件 {file} 第 {row} 行：不确定度 {value} % 必须在 0 与 100 之间。",
        "File {file}, row {row}: the uncertainty {value} % must lie between 0 and 100.",
    ),
    "RATING_NO_USABLE_GAUGING": (
        "{count} 次流量测验均不可用（被排除或超出有效期）。",
        "None of the {count} gaugings is usable (excluded, or outside the validity window).",
    ),
    "GAUGING_OUTSIDE_VALIDITY": (
        "文件 {file} 第 {row} 行：测流时间距监测期超过 {years} 年，未采用。",
        "File {file}, row {row}: gauged more than {years} years from the period; not used.",
    ),
    "OUTLIER_GAUGING": (
        "文件 {file} 第 {row} 行：流量 {discharge_m3_s} m³/s 偏离曲线（预期 {expected_discharge_m3_s}），"
        "学生化残差 {studentised_residual}，未参与拟合。",
        "File {file}, row {row}: discharge {discharge_m3_s} m3/s is far from the curve "
        "(expected {expected_discharge_m3_s}, studentised residual {studentised_residual}); left out.",
    ),
    "RATING_OFFSET_UNDETERMINED": (
        "测流资料不足以确定零流量水位 h0（取 {h0_m} m）。请补充低水位测流。",
        "The gaugings do not determine the stage of zero flow h0 ({h0_m} m was taken). Gauge at low stages.",
    ),
    # ---- samples and regressions
    "NO_USABLE_SAMPLE": (
        "{count} 个水样中没有一个可用于本监测期（原因：{reasons}）。请补充水样。",
        "Not one of the {count} samples is usable for this period (reasons: {reasons}). Add samples.",
    ),
    "NO_USABLE_SAMPLE_FOR_RANGE": (
        "{count} 个水样的电导率范围 {low} 至 {high} µS/cm 与本期任何读数都不重合，不能用于本期。",
        "The {count} samples span EC25 {low} to {high} uS/cm, where not one reading of the period lies: "
        "they cannot be used.",
    ),
    "REGRESSION_TOO_FEW_SAMPLES": (
        "只有 {count} 个可用水样，电导率与离子回归至少需要 {minimum} 个。",
        "Only {count} usable samples; the EC-ion regression needs at least {minimum}.",
    ),
    "REGRESSION_ONE_EC": (
        "{count} 个水样的电导率全部为 {ec25_us_cm} µS/cm，无法回归。请在不同流量时采样。",
        "All {count} samples have EC25 {ec25_us_cm} uS/cm, so no line can be fitted. Sample at different flows.",
    ),
    "SAMPLE_IS_CONTROL": (
        "文件 {file} 第 {row} 行（{sample_id}）：空白或平行样，不参与回归。",
        "File {file}, row {row} ({sample_id}): a blank or duplicate, not used for calibration.",
    ),
    "SAMPLE_INCOMPLETE": (
        "文件 {file} 第 {row} 行（{sample_id}）：缺少 {missing}，不能使用。",
        "File {file}, row {row} ({sample_id}): {missing} missing; not usable.",
    ),
    "SAMPLE_OUTSIDE_VALIDITY": (
        "文件 {file} 第 {row} 行（{sample_id}）：采样时间距监测期超过 {years} 年，不能使用。",
        "File {file}, row {row} ({sample_id}): taken more than {years} years from the period; not usable.",
    ),
    "SAMPLE_OUTSIDE_PERIOD": (
        "文件 {file} 第 {row} 行（{sample_id}）：采样时间在监测期之外，仍予采用。",
        "File {file}, row {row} ({sample_id}): taken outside the period; used nevertheless.",
    ),
    "SAMPLE_CHARGE_BALANCE_SUSPECT": (
        "文件 {file} 第 {row} 行（{sample_id}）：电荷平衡误差 {balance_pct} % 偏大，仍予采用。",
        "File {file}, row {row} ({sample_id}): charge balance {balance_pct} % is large; used nevertheless.",
    ),
    "SAMPLE_CHARGE_BALANCE_FAIL": (
        "文件 {file} 第 {row} 行（{sample_id}）：电荷平衡误差 {balance_pct} % 超出允许的两倍，不能使用。",
        "File {file}, row {row} ({sample_id}): charge balance {balance_pct} % is beyond twice the gate; not usable.",
    ),
    "ION_NOT_ANALYSED": (
        "没有任何水样测定 {ion}。",
        "No sample reports {ion}.",
    ),
}
