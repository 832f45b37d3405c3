"""Sample records of every kind, plain and at their longest, without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from registry.certificates.drawing import Party, Person, Place, Project, SerialBlock
from registry.certificates.drawing import registration as registrations
from registry.certificates.drawing import retirement as retirements
from registry.certificates.drawing import statement as statements
from registry.certificates.drawing.opinion import TITLES
from registry.certificates.drawing.plain import Stated
from registry.certificates.drawing.records import (
    AccountStatementRecord,
    Beneficiary,
    Criteria,
    Document,
    OpinionRecord,
    Origin,
    RegistrationRecord,
    RetirementRecord,
    StatementLine,
    Validated,
)
from registry.certificates.kinds import KINDS
from tests.registry.certificates import sample
from tests.registry.certificates.sample import b

AUTHORITY = b("贵州省岩溶碳汇登记管理机构（演示）", "Karst Carbon Sink Authority of Guizhou (demonstration)")
OWNER = Party(b("江口青源生态有限公司（演示）", "Jiangkou Qingyuan Ecology Co., Ltd. (DEMO)"), "91520621DEM006213D")
PROJECT = Project(
    "KC-520621-0007",
    b("江口县岩溶泉域植被恢复增汇项目", "Jiangkou Karst Spring Vegetation Restoration Project"),
    b("植被恢复", "Vegetation restoration"),
)
LONG_ZH = "贵州省黔东南苗族侗族自治州黄平县与施秉县交界地区岩溶地下河流域石漠化综合治理与植被恢复增汇示范项目（第二期）"
LONG_EN = (
    "Demonstration Project of Comprehensive Rocky-Desertification Control and Vegetation Restoration in the Karst "
    "Underground-River Basin on the Border of Huangping and Shibing Counties (Phase Two) <b>&amp; (more\\) "
)


def common(number: str) -> dict[str, Any]:
    return {
        "number": number,
        "check_url": f"http://127.0.0.1:8000/v/{number}?h=4f1c9ab2",
        "authority": AUTHORITY,
        "issued_on": "2022-07-18",
        "demo": True,
    }


def registration() -> RegistrationRecord:
    return RegistrationRecord(
        **common("KCR-C-2022-000003"),
        title=registrations.TITLE,
        project=PROJECT,
        proponent=OWNER,
        place=Place("520621", b("贵州省铜仁市江口县", "Jiangkou County, Tongren, Guizhou")),
        area_km2="28.35",
        boundary_sha256="4f1c9ab27d0e4c55b1a6f3e8d2c7b9a04f1c9ab27d0e4c55b1a6f3e8d2c7b9a0",
        boundary_is_drawn=True,
        crediting_start="2021-05-01",
        crediting_end="2031-04-30",
        methodology=Criteria(
            "KCS-ENH-BACI", "1.0.0", "8c1f0b6b6c4b4ef1a0b7c5a1f7d3f0e2b9a86d5c4e3f2a1b0c9d8e7f6a5b4c3d"
        ),
        validation=Validated(
            b("黔衡核查技术有限公司（演示）", "Qianheng Verification Co., Ltd. (DEMO)"),
            "VAL-KC-520621-0007-1",
            (
                Person(b("主任审定员", "Lead validator"), b("周岚", "Zhou Lan")),
                Person(b("独立复核人", "Independent reviewer"), b("吴启明", "Wu Qiming")),
            ),
        ),
        documents=(
            Document(b("项目设计文件", "Project design"), "设计文件 v3.pdf", "b7e23ec29af22b0b4e41da31e868d572" * 2),
            Document(b("基线", "Baseline"), "baseline-2015-2020.xlsx", "26121c84e5e1b5c9f0a4d8c3b2a19087" * 2),
        ),
        registered_at="2022-07-18 10:12 +08:00",
        officials=(Person(b("批准", "Approved by"), b("龙建国", "Long Jianguo")),),
    )


def retirement() -> RetirementRecord:
    return RetirementRecord(
        **common("KCR-C-2022-000019"),
        title=retirements.TITLE,
        retirement_number="KCR-R-000012",
        quantity_t=120,
        beneficiary=Beneficiary(
            b("梵净山绿茶产业有限公司", "Fanjingshan Green Tea Industry Co., Ltd."),
            b("产品或服务", "Product or service"),
            "91520621MA6DKT5X7B",
        ),
        on_behalf=True,
        retired_by=OWNER,
        purpose=b("自愿", "Voluntary"),
        year=2022,
        public_text="抵销 2022 年春茶加工与运输的排放。",
        blocks=(
            SerialBlock(2021, 100201, 100300, "KCR-CN-520621-0007-2021-100201-100300"),
            SerialBlock(2022, 100358, 100377, "KCR-CN-520621-0007-2022-100358-100377"),
        ),
        origins=(
            Origin(PROJECT, 2021, 100, "0.86", b("海洋，百年尺度", "ocean, a hundred years"), "KCR-C-2022-000017"),
            Origin(PROJECT, 2022, 20, "0.86", b("海洋，百年尺度", "ocean, a hundred years"), "KCR-C-2022-000017"),
        ),
        facts=("标签 Label: CORSIA (2022-01-01)",),
        retired_at="2022-07-18 16:40 +08:00",
    )


def account(acts: int = 6, ranges: int = 1) -> AccountStatementRecord:
    kinds = (b("签发", "Issued"), b("转出", "Sent"), b("注销", "Retired"), b("转入", "Received"))
    changes, balance, lines = (184, -40, -20, 55), 12, []
    for i in range(acts):
        balance += changes[i % 4]
        serials = tuple(f"KCR-CN-520621-0007-2021-{100201 + 60 * i + n}-{100230 + 60 * i + n}" for n in range(ranges))
        lines.append(
            StatementLine(
                f"2022-0{1 + i % 8}-{1 + i % 27:02d} 09:3{i % 10}",
                kinds[i % 4],
                serials,
                abs(changes[i % 4]),
                changes[i % 4],
                balance,
            )
        )
    return AccountStatementRecord(
        **common("KCR-C-2022-000031"),
        title=statements.TITLE,
        account="KCR-A-000004",
        owner=OWNER,
        first_day="2022-01-01",
        last_day="2022-08-31",
        as_of="2022-09-01 08:00 +08:00",
        opening_t=12,
        closing_t=balance,
        lines=tuple(lines),
    )


def opinion(*, positive: bool = True, task: str = "verification") -> OpinionRecord:
    def w(zh: str, en: str) -> dict[str, str]:
        return {"zh": zh, "en": en}

    title = TITLES[task]
    said = common("KCR-C-2022-000016")
    period = task == "verification"
    body = w("黔衡核查技术有限公司（演示）", "Qianheng Verification Co., Ltd. (DEMO)")
    return OpinionRecord(
        {
            **said,
            "schema": "kcr-opinion/1",
            "kind": "opinion",
            "title": w(title.zh, title.en),
            "authority": body,
            "statement_number": "VER-KC-520621-0007-1.1-1",
            "task": task,
            "positive": positive,
            "body": {"name": body, "code": "91520100DEM0VVB02X"},
            "proponent": {"name": w(OWNER.name.zh, OWNER.name.en), "code": OWNER.registration_code},
            "project": {
                "code": PROJECT.code,
                "name": w(PROJECT.name.zh, PROJECT.name.en),
                "place": w("贵州省铜仁市江口县", "Jiangkou County, Tongren, Guizhou"),
                "division_code": "520621",
            },
            "period": {
                "number": 1,
                "revision": 1,
                "first_day": "2021-05-01",
                "last_day": "2022-04-30",
                "zone": "Asia/Shanghai",
            }
            if period
            else None,
            "methodology": {"id": "KCS-ENH-BACI", "version": "1.0.0", "digest": "8c1f0b6b6c4b4ef1" * 4},
            "assurance": w("合理保证", "Reasonable assurance"),
            "materiality_pct": "5",
            "quantity_claimed_t": "205.613204118" if period else "",
            "quantity_verified_t": "205.613204118" if period else "",
            "reasons": w(
                "读数、测流与水样与原始文件一致；线下重算结果逐位相同；未发现重大错报。",
                "Readings, gaugings and samples agree with the original files; the recomputation outside the server "
                "gave the same digits; no material misstatement was found.",
            ),
            "bundle_digest": "b7e23ec29af22b0b" * 4 if period else "",
            "result_digest": "4f1c9ab27d0e4c55" * 4 if period else "",
            "recomputations": [{"by": w("周岚", "Zhou Lan"), "on": "2022-07-02", "digest": "4f1c9ab27d0e4c55" * 4}]
            if period
            else [],
            "signatories": [
                {
                    "role": w("主任核查员", "Lead verifier"),
                    "name": w("周岚", "Zhou Lan"),
                    "at": "2022-07-04 10:00 +08:00",
                },
                {
                    "role": w("独立复核人", "Independent reviewer"),
                    "name": w("吴启明", "Wu Qiming"),
                    "at": "2022-07-05 15:30 +08:00",
                },
            ],
            "declaration": "本机构与项目业主无利益关系，三年内未提供咨询。",
            "findings": [
                {
                    "number": "CAR-1",
                    "requirement": "KCS-ENH-BACI 5.2",
                    "statement": "水位计 2021 年 8 月漂移未修正。",
                    "place": w("水位 2021-08-03 – 2021-08-19", "stage, 2021-08-03 – 2021-08-19"),
                    "rounds": 2,
                    "raised_on": "2022-06-01",
                    "ended_on": "2022-06-20",
                    "state": w("已关闭", "Closed"),
                }
            ],
            "checklist": {
                "digest": "26121c84e5e1b5c9" * 4,
                "counts": {},
                "items": [
                    {
                        "zh": "原始文件齐全且未改动。",
                        "en": "Original files are complete and unaltered.",
                        "verdict": "satisfied",
                        "finding": "",
                        "note": "",
                    },
                    {
                        "zh": "水位漂移已按测尺修正。",
                        "en": "Drift of stage was corrected by the staff gauge.",
                        "verdict": "finding",
                        "finding": "CAR-1",
                        "note": "已按 8 月 19 日测尺修正。",
                    },
                ],
            },
            "sampling": {
                "seed": "2021",
                "method": "kcr-picks/1",
                "bundle_digest": "b7e23ec29af22b0b" * 4,
                "picks": [
                    {
                        "kind": w("水样", "Sample"),
                        "at_random": True,
                        "place": w("2021-09-14 水样", "sample of 2021-09-14"),
                        "outcome": w("与记录一致", "As stated"),
                        "note": "与实验室报告比对。",
                    }
                ],
            }
            if period
            else None,
        }
    )


PLAIN: dict[str, Callable[[], Stated]] = {
    "issuance": sample.issuance,
    "inventory_statement": sample.statement,
    "registration": registration,
    "retirement": retirement,
    "account_statement": account,
    "opinion": opinion,
}


def longest() -> dict[str, Stated]:
    """Names as long as anybody would type them, hundreds of serial ranges, a statement of many pages."""
    name = b(LONG_ZH, LONG_EN)
    blocks = tuple(
        SerialBlock(
            2021 + i % 3, 1 + 100 * i, 50 + 100 * i, f"KCR-CN-520621-0007-{2021 + i % 3}-{1 + 100 * i}-{50 + 100 * i}"
        )
        for i in range(150)
    )
    long_project = replace(PROJECT, name=name)
    owner = replace(OWNER, name=name)
    said = opinion().content
    many = [{**said["findings"][0], "number": f"CAR-{n}", "statement": LONG_ZH * 3} for n in range(1, 15)]
    return {
        "issuance": sample.long_names(),
        "registration": replace(
            registration(), project=long_project, proponent=owner, documents=registration().documents * 30
        ),
        "retirement": replace(
            retirement(),
            beneficiary=replace(retirement().beneficiary, name=b(LONG_ZH * 3, LONG_EN)),
            retired_by=owner,
            public_text=(LONG_ZH * 9)[:500],
            quantity_t=7500,
            blocks=blocks,
            origins=tuple(
                Origin(
                    long_project,
                    2021 + i,
                    2500,
                    "0.86",
                    b("海洋，百年尺度", "ocean, a hundred years"),
                    "KCR-C-2022-000017",
                )
                for i in range(3)
            ),
        ),
        "account_statement": replace(account(acts=60, ranges=45), owner=owner),
        "opinion": OpinionRecord(
            {
                **said,
                "project": {**said["project"], "name": {"zh": LONG_ZH, "en": LONG_EN}},
                "reasons": {"zh": LONG_ZH * 10, "en": LONG_EN * 10},
                "findings": many,
            }
        ),
    }


@cache
def drawn(kind: str) -> bytes:
    return KINDS[kind].draw(PLAIN[kind](), sample.fonts_dir(), None)
