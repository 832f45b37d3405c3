"""What the record inside a certificate says, in a few lines for a terminal. Knows neither Django nor reportlab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Record = dict[str, Any]
Lines = list[tuple[str, str]]


def lines_of(record: Record) -> Lines:
    """Number, title and the kind's own lines; of kinds that this program does not know, the number only."""
    number = [("证书编号 Number", str(record["number"]))] if "number" in record else []
    lines = KINDS.get(str(record.get("schema")))
    if lines is None:
        return number
    title = ("标题 Title", _both(record["title"]))
    return [*number, title, *lines(record), ("在线查验 Check online", record["check_url"])]


def _both(words: dict[str, str]) -> str:
    return words["zh"] if words["en"] in ("", words["zh"]) else f"{words['zh']} {words['en']}"


def _project(record: Record) -> tuple[str, str]:
    return "项目 Project", f"{record['project']['code']} {_both(record['project']['name'])}"


def _of_period(record: Record) -> Lines:
    period = record["period"]
    figure = next(figure for figure in record["figures"] if figure["key"] == record["headline"])
    return [
        _project(record),
        ("监测期 Period", f"{period['start']} — {period['end']} UTC{period['utc_offset']}"),
        (_both(figure["label"]), f"{figure['value']} {figure['unit']}"),
        ("核算结果摘要 Result digest", record["result_digest"]),
    ]


def _of_registration(record: Record) -> Lines:
    return [
        _project(record),
        ("项目业主 Proponent", _both(record["proponent"]["name"])),
        ("登记时间 Registered at", record["registered_at"]),
    ]


def _of_retirement(record: Record) -> Lines:
    beneficiary = record["beneficiary"]
    return [
        ("受益方 Beneficiary", f"{_both(beneficiary['name'])} {beneficiary['code']}".strip()),
        ("已注销 Retired", f"{record['quantity_t']} t CO₂"),
        ("用途与年份 Purpose and year", f"{_both(record['purpose'])} {record['year']}"),
        *(("序列号 Serial numbers", block["printed"]) for block in record["blocks"]),
    ]


def _of_account(record: Record) -> Lines:
    return [
        ("账户 Account", f"{record['account']} {_both(record['owner']['name'])}"),
        ("起止日期 From and to", f"{record['first_day']} — {record['last_day']}"),
        ("期初余额 Opening balance", f"{record['opening_t']} t CO₂"),
        ("期末余额 Closing balance", f"{record['closing_t']} t CO₂"),
    ]


def _of_opinion(record: Record) -> Lines:
    conclusion = "肯定意见 positive opinion" if record["positive"] else "否定意见 negative opinion"
    lines = [
        ("报告编号 Statement no.", record["statement_number"]),
        _project(record),
        ("结论 Conclusion", conclusion),
    ]
    if record["positive"] and record["quantity_verified_t"]:
        lines.append(("核定量 Quantity verified", f"{record['quantity_verified_t']} t CO₂"))
    return lines


KINDS: dict[str, Callable[[Record], Lines]] = {
    "kcr-certificate/1": _of_period,
    "kcr-registration/1": _of_registration,
    "kcr-retirement/1": _of_retirement,
    "kcr-account-statement/1": _of_account,
    "kcr-opinion/1": _of_opinion,
}
"""By the schema that the record names."""
