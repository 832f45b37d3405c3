"""The table of texts: code -> (Chinese, English). Placeholders are filled by `calculations.messages.text`."""

from __future__ import annotations

from calculations.flux.texts import FLUX_TEXTS
from calculations.hydrology.texts import HYDROLOGY_TEXTS
from calculations.procedures.texts import PROCEDURE_TEXTS
from calculations.regression.texts import REGRESSION_TEXTS

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
        "The {count} samples span EC25 {low} to {high} µS/cm, where not one reading of the period lies: "
        "they cannot be used.",
    ),
    "REGRESSION_TOO_FEW_SAMPLES": (
        "只有 {count} 个可用水样，电导率与离子回归至少需要 {minimum} 个。",
        "Only {count} usable samples; the EC-ion regression needs at least {minimum}.",
    ),
    "REGRESSION_ONE_EC": (
        "{count} 个水样的电导率全部为 {ec25_us_cm} µS/cm，无法回归。请在不同流量时采样。",
        "All {count} samples have EC25 {ec25_us_cm} µS/cm, so no line can be fitted. Sample at different flows.",
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
    "RATING_OUTSIDE_VALIDITY": (
        "曲线所用测流中只有 {count} 次在监测期前后 {years} 年之内，至少需要 {minimum} 次。请用近期测流重新拟合。",
        "Only {count} gaugings of the curve lie within {years} years of the period; {minimum} are needed. "
        "Fit the curve to recent gaugings.",
    ),
    # ---- what is sealed
    "CURVE_DISAGREES": (
        "由封存的测流重新拟合得到的曲线与封存的曲线不一致：{figure}，封存 {sealed}，重算 {found}。",
        "The curve refitted to the sealed gaugings is not the sealed curve: {figure}, sealed {sealed}, found {found}.",
    ),
    "REGRESSION_DISAGREES": (
        "由封存的水样重新回归的结果与封存的不一致：{figure}，封存 {sealed}，重算 {found}。",
        "The regression refitted to the sealed samples is not the sealed one: {figure}, sealed {sealed}, "
        "found {found}.",
    ),
    "SAMPLES_DISAGREE": (
        "文件 {file} 第 {row} 行的水样封存时被采用，但按规则不可用（{reason}）。请重新回归后再封存。",
        "The sample in file {file}, row {row}, was sealed as used, but the rules refuse it ({reason}). "
        "Fit again and seal again.",
    ),
    # ---- readings
    "SERIES_MISSING": (
        "缺少 {parameter} 的读数序列。请上传含该参数的记录仪文件。",
        "There are no readings of {parameter}. Upload a logger file that has them.",
    ),
    "SERIES_EMPTY": (
        "{parameter} 没有一个可用的读数。",
        "Not one reading of {parameter} is usable.",
    ),
    "UNIT_UNEXPECTED": (
        "{parameter} 的单位是 {unit}，应为 {expected}。",
        "{parameter} is in {unit} where {expected} is expected.",
    ),
    "NO_READINGS": (
        "监测期内没有任何读数。请检查文件的日期与时区。",
        "There is not one reading in the period. Check the dates and the time zone of the file.",
    ),
    "READINGS_OUT_OF_RANGE": (
        "{parameter} 有 {count} 个读数超出合理范围，未采用。",
        "{count} readings of {parameter} are outside the credible range and were not used.",
    ),
    "EC_COMPENSATED": (
        "电导率未经仪器补偿：{count} 个值按 EC25 = EC/(1+{coefficient}(T−25)) 由水温换算为 25 ℃ 的电导率。",
        "The conductivity was not compensated by the instrument: {count} values were brought to 25 °C with the water "
        "temperature, EC25 = EC/(1+{coefficient}(T−25)).",
    ),
    "READINGS_CORRECTED": (
        "{parameter} 有 {count} 个读数按审核人员的决定作了改正（偏移或线性漂移），原始值保留。",
        "{count} readings of {parameter} were corrected by decisions of the review (offset or drift); the raw stay.",
    ),
    "NOTHING_COUNTED": (
        "没有一个时次同时具有水位和电导率，无法计算。",
        "No time has both stage and conductivity; nothing can be calculated.",
    ),
    "STAGE_BELOW_GAUGINGS": (
        "本期最高水位 {highest} m 低于最低测流水位 {lowest_gauged} m，曲线不适用。请检查水位基准或补测低水。",
        "The highest stage {highest} m lies below the lowest gauged stage {lowest_gauged} m: the curve does not "
        "apply. Check the datum or gauge at low stages.",
    ),
    "TIME_EARNS_NOTHING": (
        "有 {slots} 个时次（{hours} 小时）缺测过长未插补，不计入；基线不因此减少。",
        "{slots} slots ({hours} h) lie in gaps too long to fill and earn nothing; the baseline is not reduced.",
    ),
    "ZERO_FLOW": (
        "有 {slots} 个时次水位不高于零流量水位，流量计为零。",
        "{slots} slots lie at or below the stage of zero flow and count as no flow.",
    ),
    # ---- station, methodology
    "AREA_NOT_POSITIVE": (
        "流域面积“{value}”必须是大于零的数（km²）。",
        "The catchment area “{value}” must be a number above zero (km2).",
    ),
    "STATION_FIELD_OUT_OF_RANGE": (
        "站点信息 {field} = {value} 不在 {low} 至 {high} 之间。",
        "The station's {field} = {value} is not between {low} and {high}.",
    ),
    "METHODOLOGY_UNKNOWN": (
        "没有方法学 {id} {version}（已有：{known}）。",
        "There is no methodology {id} {version} (known: {known}).",
    ),
    "CHECKLIST_INVALID": (
        "核查清单无法使用：字段 {field}，{reason}。",
        "The checklist cannot be used: field {field}, {reason}.",
    ),
    "METHODOLOGY_INVALID": (
        "方法学文件无效：{field}，{reason}。",
        "The methodology file is not valid: {field}: {reason}.",
    ),
    "METHODOLOGY_PARAMETER_OUT_OF_RANGE": (
        "方法学参数 {symbol} = {value} 不在允许范围 {minimum} 至 {maximum} 之内。",
        "The methodology's parameter {symbol} = {value} is outside its range {minimum} to {maximum}.",
    ),
    "METHODOLOGY_PROCEDURE_UNKNOWN": (
        "计算程序不认识公式体系 {procedure}（已知：{known}）。",
        "The engine does not know the procedure {procedure} (known: {known}).",
    ),
    "METHODOLOGY_ALTERED": (
        "方法学 {id} {version} 的内容与已发布的不同（应为 {expected}，实为 {found}）。",
        "The content of methodology {id} {version} is not the published one (expected {expected}, found {found}).",
    ),
    # ---- baseline and crediting
    "BASELINE_MISSING": (
        "该方法学核算增量，需要基线文件，但证据中没有。请提交基线，或改用清单方法学。",
        "This methodology counts an enhancement and needs a baseline, but the evidence holds none. "
        "Add a baseline or use an inventory methodology.",
    ),
    "BASELINE_FIELD_INVALID": (
        "基线字段 {field} 的值“{value}”无效（应为 {expected}）。",
        "The baseline's {field} is “{value}”; expected {expected}.",
    ),
    "BASELINE_USES_PROJECT_ION": (
        "基线未给出 {ion}，按项目期的值计。",
        "The baseline does not state {ion}; the project's value is taken.",
    ),
    "BASELINE_ABOVE_PROJECT": (
        "基线 {baseline} t CO2 不低于项目期留存通量 {retained} t CO2，没有增量，不产生碳信用。",
        "The baseline, {baseline} t CO2, is not below the project's retained uptake, {retained} t CO2: "
        "there is no enhancement and no credit.",
    ),
    "P10_NOT_POSITIVE": (
        "净增汇 {net} t CO2，但计入不确定度后 P10 不大于零，不产生碳信用。",
        "The net enhancement is {net} t CO2, but its P10 is not above zero: no credit.",
    ),
    "LESS_THAN_ONE_TONNE": (
        "可计入量 {p10} t CO2 不足一吨，全部结转。",
        "What is creditable, {p10} t CO2, is less than one tonne; all of it is carried.",
    ),
    "TIME_INCOMPLETE": (
        "实测时间占比 {found} %，低于要求的 {least} %，不能签发。",
        "Measured time is {found} % of the period, below the required {least} %: nothing can be issued.",
    ),
    "VOLUME_FILLED": (
        "实测水量占比 {found} %，低于要求的 {least} %，不能签发。",
        "Measured volume is {found} %, below the required {least} %: nothing can be issued.",
    ),
    "NO_FLOW": (
        "本期没有水流过（水位从未高于零流量水位），不能签发。",
        "No water ran in this period (the stage never rose above that of zero flow): nothing can be issued.",
    ),
    "TOO_UNCERTAIN": (
        "90 % 双侧半宽为净增汇的 {found} %，超过上限 {most} %，不能签发。请增加测流与水样。",
        "The two-sided 90 % half-width is {found} % of the net enhancement, above {most} %: nothing can be issued. "
        "More gaugings and samples help.",
    ),
    # ---- warnings of a result
    "NITRATE_DEFAULT_USED": (
        "没有水样测定硝酸根，按默认值 {value} mg/L 计酸。岩溶农区通常含硝酸根，请补测。",
        "No sample reports nitrate; {value} mg/L is counted as acid. Karst farmland has nitrate: have it analysed.",
    ),
    "MUCH_EXTRAPOLATED": (
        "{found} % 的水量在流量高于 {line_m3_s} m³/s（最大实测流量的倍数）时流过，超过 {most} %。请补测高水。",
        "{found} % of the volume ran above {line_m3_s} m3/s, beyond the gaugings (limit {most} %). "
        "Gauge at high water.",
    ),
    "OUTSIDE_CALIBRATION": (
        "{found} % 的通量发生在水样未覆盖的电导率范围，按范围边缘取值。请在该流量下采样。",
        "{found} % of the flux ran at conductivities that no sample covers; the edge's value is held. "
        "Take samples there.",
    ),
    "NOTHING_SPECIATED": (
        "没有一个时次同时具有水温、pH 和电导率，无法计算 CO2 分压与饱和指数（不影响通量）。",
        "No time has temperature, pH and conductivity together: CO2 pressure and saturation are not calculated "
        "(the flux does not need them).",
    ),
    "INTERVAL_TOO_LONG": (
        "{parameter} 每 {found_s} 秒一个读数，方法学要求不长于 {most_s} 秒。",
        "{parameter} was read every {found_s} s; the methodology asks for {most_s} s or less.",
    ),
    "PCO2_BELOW_AIR": (
        "有 {slots} 个时次的 CO2 分压低于大气（{air_pa} Pa），泉水中少见，请检查 pH。",
        "The CO2 pressure is below that of air ({air_pa} Pa) in {slots} slots, rare in a spring: check pH.",
    ),
    "CATIONS_DISAGREE": (
        "按阳离子复核的留存通量 {by_cations} t 与 {retained} t 相差超过 {gate_pct} %。请检查化验结果。",
        "Retained uptake by cations, {by_cations} t, differs from {retained} t by more than {gate_pct} %. "
        "Check the analyses.",
    ),
    "SAMPLE_CONDUCTANCE": (
        "文件 {file} 第 {row} 行：由成分计算的电导率与实测之比为 {ratio}，应在 0.90 至 1.10。",
        "File {file}, row {row}: conductance from the analysis over the measured one is {ratio}; "
        "0.90 to 1.10 is expected.",
    ),
    # ---- results and recomputation
    "RESULT_INVALID": (
        "不是有效的计算结果：{reason}。",
        "Not a valid result: {reason}.",
    ),
}
TEXTS.update(HYDROLOGY_TEXTS | REGRESSION_TEXTS | FLUX_TEXTS | PROCEDURE_TEXTS)
