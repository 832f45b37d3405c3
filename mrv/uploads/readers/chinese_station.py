"""Chinese station export: title lines, then ``序号,监测时间,降雨量(mm),水位(m),…``.

The header stands again on every page, a total below. Spreadsheets rewrite some of its dates.
China keeps one time without summer time since 1991, so the station's zone is
used without asking, and shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mrv.uploads.readers.layouts import Layout, LoggerPlan
from mrv.uploads.readers.messages import one_line
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.clock import ClockRules
from mrv.uploads.readers.steps.columns import Candidate, cells_of, choose, delimiter_of, header_at
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import name_and_unit, parameter_of

ZONE = "Asia/Shanghai"
_TIME = re.compile(r"^(?:监测|采集|观测|测量|记录|数据)?(?:时间|日期时间|日期)$")
_CLOCK = re.compile(r"^(?:时刻|时分|时间)$")
_CODE = re.compile(r"(?:测站编[号码]|站点编[号码]|站号|站码)\s*[:：,;，；]?\s*([0-9A-Za-z-]+)")
_CHINESE = re.compile(r"[一-龥]")
_ROW_NUMBER = ("序号", "编号", "No", "NO.")


def _header_row(head: Sequence[str]) -> int | None:
    for row, line in enumerate(head[:40], start=1):
        cells = cells_of(line, delimiter_of(line))
        if any(_TIME.match(cell) for cell in cells) and any(
            _CHINESE.search(cell) and parameter_of(name_and_unit(cell)[0]) for cell in cells
        ):
            return row
    return None


def recognise(head: Sequence[str]) -> float:
    return 0.8 if _header_row(head) is not None else 0.0


def plan(draft: Draft, head: Sequence[str], text: Text) -> LoggerPlan:
    row = _header_row(head)
    assert row is not None, "only called for a file that was recognised"
    delimiter = delimiter_of(head[row - 1])
    header = header_at(draft, head, row, row, delimiter)
    _station(draft, head[: row - 1], delimiter)
    times = [at for at, cell in enumerate(header.cells) if _TIME.match(cell)]
    time_positions = (times[0],)
    if len(times) > 1 and header.cells[times[0]].endswith("日期") and _CLOCK.match(header.cells[times[1]]):
        time_positions = (times[0], times[1])  # type: ignore[assignment]
    candidates = []
    for position, cell in enumerate(header.cells):
        if position in time_positions or cell in (*_ROW_NUMBER, "备注", ""):
            continue
        name, unit = name_and_unit(cell)
        candidates.append(Candidate(position, name, unit, parameter_of(name)))
    values = choose(draft, row, candidates, ask_units=True)
    for value in values:
        if value.parameter == "specific_conductance_25c" and "25" not in header.cells[value.position]:
            draft.info("EC_COMPENSATION_UNKNOWN", column=value.source)
    return LoggerPlan(
        header=header,
        time_positions=time_positions,
        values=values,
        foreign=True,
        label=0 if 0 not in time_positions else None,
        rules=ClockRules(without_asking=ZONE, station_default=ZONE),
    )


def _station(draft: Draft, above: Sequence[str], delimiter: str) -> None:
    """``61203300 修文县黔灵岩溶泉监测站`` from the lines of the title."""
    code = next((match[1] for line in above if (match := _CODE.search(line))), "")
    title = ""
    for line in above:
        first = next((cell for cell in cells_of(line, delimiter) if cell), "")
        if _CHINESE.search(first) and not _CODE.search(first):
            title = re.sub(r"^(?:站名|测站名称|测站|站点名称)\s*[:：]\s*", "", first)
            break
    hint = one_line(f"{code} {title}").strip()
    if hint:
        draft.facts["station_hint"] = hint


LAYOUT = Layout(
    name="generic_zh_csv",
    kind="logger",
    signature="序号,监测时间,降雨量(mm),水位(m),水温(℃),pH值,电导率(μS/cm)",
    recognise=recognise,
    plan=plan,
    last_resort=True,
)
