"""Sample records with figures of the right size: the karst spring of the shared sample year, by its known rating."""

from __future__ import annotations

import atexit
import csv
import os
import shutil
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from unittest import mock

from registry.certificates import signing
from registry.certificates.checking import read_roots
from registry.certificates.drawing import (
    Bilingual,
    CertificateRecord,
    Figure,
    Methodology,
    Party,
    Period,
    Person,
    Place,
    Project,
    Retention,
    SerialBlock,
    Serials,
    Series,
    Step,
    Verification,
    draw,
)
from registry.certificates.fonts import build_fonts
from registry.certificates.signing import SignedCertificate, SigningKey, load_key, sign

ROOT = Path(__file__).parents[3]
YEAR = ROOT / "tests" / "data" / "samples" / "12_template_full_year_jiangkou.csv"


@cache
def daily_series() -> Series:
    rain, flow, uptake, counts = (defaultdict(float) for _ in range(4))
    with YEAR.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = row["timestamp"][:10]
            discharge = 2.6 * (float(row["stage_m"]) - 0.18) ** 1.75
            rain[day] += float(row["rainfall_mm"])
            flow[day] += discharge
            uptake[day] += 0.03960855 * discharge * (float(row["ec25_us_cm"]) / 133)
            counts[day] += 1
    days = tuple(sorted(counts))
    return Series(
        interval="day",
        dates=days,
        rain_mm=tuple(round(rain[day], 2) for day in days),
        discharge_m3_s=tuple(round(flow[day] / counts[day], 4) for day in days),
        flux_t_co2=tuple(round(uptake[day], 3) for day in days),
    )


def b(zh: str, en: str) -> Bilingual:
    return Bilingual(zh, en)


def issuance() -> CertificateRecord:
    """Credits of two vintages, everything filled in."""
    return CertificateRecord(
        kind="issuance",
        number="KCR-C-2022-000017",
        check_url="http://127.0.0.1:8000/v/KCR-C-2022-000017?h=4f1c9ab2",
        title=b("岩溶碳汇信用签发证书", "Certificate of Issuance of Karst Carbon-Sink Credits"),
        authority=b("贵州省岩溶碳汇登记管理机构（演示）", "Karst Carbon Sink Authority of Guizhou (demonstration)"),
        project=Project(
            "GZ-JK-0007",
            b("江口县岩溶泉域植被恢复增汇项目", "Jiangkou Karst Spring Vegetation Restoration Project"),
            b("植被恢复", "Vegetation restoration"),
        ),
        proponent=Party(
            b("江口青源生态有限公司（演示）", "Jiangkou Qingyuan Ecology Co., Ltd. (DEMO)"), "91520621DEM006213D"
        ),
        place=Place("520621", b("贵州省铜仁市江口县", "Jiangkou County, Tongren, Guizhou")),
        period=Period("2021-05-01", "2022-04-30", "+08:00"),
        methodology=Methodology(
            "KCS-ENH-BACI",
            "1.0.0",
            "8c1f0b6b6c4b4ef1a0b7c5a1f7d3f0e2b9a86d5c4e3f2a1b0c9d8e7f6a5b4c3d",
            b("岩溶碳汇增量（前后对照）", "Enhancement of the karst carbon sink, before–after–control–impact"),
        ),
        retention=Retention("0.86", b("海洋，百年尺度", "ocean, on the scale of a hundred years")),
        headline="whole_tonnes",
        figures=(
            Figure("gross", b("总通量 F(1)", "Gross flux F(1)"), "822.3", "t CO₂", True),
            Figure("gross_km2", b("单位面积总通量", "Gross flux per area"), "29.37", "t km⁻² a⁻¹"),
            Figure("retained", b("留存通量 F(κ)", "Retained flux F(κ)"), "525.4", "t CO₂", True),
            Figure("baseline", b("基线", "Baseline"), "287.1", "t CO₂"),
            Figure("net", b("净增量", "Net enhancement"), "238.3", "t CO₂", True),
            Figure("p10", b("净增量 P10", "Net enhancement, P10"), "205.6", "t CO₂", True),
            Figure("half_width", b("90 % 区间半宽", "Half-width of the 90 % interval"), "17.4", "%"),
            Figure("runoff", b("径流深", "Runoff"), "592.6", "mm"),
            Figure("hco3", b("流量加权 HCO₃⁻", "Flow-weighted HCO₃⁻"), "159.3", "mg/L"),
            Figure("si", b("方解石饱和指数均值", "Mean calcite SI"), "0.12", "1"),
            Figure("whole_tonnes", b("本次签发", "Credits issued"), "205", "t CO₂"),
            Figure("buffer", b("缓冲池", "Buffer pool"), "21", "t CO₂"),
        ),
        waterfall=(
            Step(b("泉口总通量 F(1)", "Gross flux at the spring, F(1)"), "822.3", True),
            Step(b("下游返还（κ 0.86）", "Returned downstream (κ 0.86)"), "-296.9", False),
            Step(b("留存通量", "Retained flux"), "525.4", True),
            Step(b("基线负荷", "Baseline load"), "-287.1", False),
            Step(b("净增量", "Net enhancement"), "238.3", True),
            Step(b("不确定度扣减（至 P10）", "Deduction for uncertainty (to P10)"), "-32.7", False),
            Step(b("取整余数，结转下期", "Remainder, carried to the next issuance"), "-0.6", False),
            Step(b("签发碳信用", "Credits issued"), "205", True),
            Step(b("缓冲池", "Buffer pool"), "-21", False),
            Step(b("业主账户", "To the proponent's account"), "184", True),
        ),
        series=daily_series(),
        serials=Serials(
            (
                SerialBlock(2021, 100201, 100357, "KCR-CN-520621-GZJK0007-2021-100201-100357"),
                SerialBlock(2022, 100358, 100405, "KCR-CN-520621-GZJK0007-2022-100358-100405"),
            ),
            205,
            21,
        ),
        reason=None,
        result_digest="4f1c9ab27d0e4c55b1a6f3e8d2c7b9a04f1c9ab27d0e4c55b1a6f3e8d2c7b9a0",
        bundle_digest="b7e23ec29af22b0b4e41da31e868d57226121c84e5e1b5c9f0a4d8c3b2a19087",
        engine_version="1.0.0",
        verification=Verification(
            b("黔衡核查技术有限公司（演示）", "Qianheng Verification Co., Ltd. (DEMO)"),
            "QH-V-2022-031",
            b("合理保证", "Reasonable assurance"),
            (
                Person(b("主任核查员", "Lead verifier"), b("周岚", "Zhou Lan")),
                Person(b("独立复核人", "Independent reviewer"), b("吴启明", "Wu Qiming")),
            ),
        ),
        officials=(
            Person(b("编制", "Prepared by"), b("杨舒", "Yang Shu")),
            Person(b("批准", "Approved by"), b("龙建国", "Long Jianguo")),
        ),
        issued_on="2022-07-18",
        demo=True,
    )


def statement() -> CertificateRecord:
    """An inventory statement: no serials, a reason, no demonstration mark."""
    whole = issuance()
    kept = ("gross", "gross_km2", "retained", "half_width", "runoff", "hco3")
    return replace(
        whole,
        kind="inventory_statement",
        number="KCR-S-2022-000003",
        check_url="https://registry.example.org/v/KCR-S-2022-000003?h=4f1c9ab2",
        title=b("岩溶碳汇核算声明", "Inventory Statement of the Karst Carbon Sink"),
        authority=b("贵州省岩溶碳汇登记管理机构", "Karst Carbon Sink Authority of Guizhou"),
        project=replace(whole.project, kind=b("天然碳汇核算", "Natural inventory")),
        methodology=replace(
            whole.methodology, id="KCS-INV", title=b("天然岩溶碳汇核算", "Natural karst carbon sink inventory")
        ),
        headline="retained",
        figures=tuple(
            replace(figure, front=figure.key in ("gross", "gross_km2", "half_width", "runoff"))
            for figure in whole.figures
            if figure.key in kept
        ),
        waterfall=whole.waterfall[:3],
        serials=None,
        reason=b(
            "该方法学核算天然碳汇：无论有无项目，碳汇都会存在，因此不产生碳信用。",
            "The methodology accounts for a natural sink: it would exist without any project, so it earns no credits.",
        ),
        demo=False,
    )


def long_names() -> CertificateRecord:
    """Names as long as anybody would type them, many vintages, markup and brackets in the text."""
    whole = issuance()
    zh = "贵州省黔东南苗族侗族自治州黄平县与施秉县交界地区岩溶地下河流域石漠化综合治理与植被恢复增汇示范项目（第二期）"
    en = (
        "Demonstration Project of Comprehensive Rocky-Desertification Control and Vegetation Restoration in the Karst "
        "Underground-River Basin on the Border of Huangping and Shibing Counties (Phase Two) <b>&amp; (more\\) "
    )
    name = b(zh, en)
    year = replace(whole.period, start="2021-05-01", end="2024-04-30")
    blocks = tuple(
        SerialBlock(
            2021 + i, 1 + 1000 * i, 500 + 1000 * i, f"KCR-CN-522622-GZHP0001-{2021 + i}-{1 + 1000 * i}-{500 + 1000 * i}"
        )
        for i in range(4)
    )
    return replace(
        whole,
        project=replace(whole.project, name=name),
        proponent=replace(whole.proponent, name=name),
        methodology=replace(whole.methodology, title=name),
        verification=replace(whole.verification, body=name),
        place=Place(
            "522622",
            b(
                "贵州省黔东南苗族侗族自治州黄平县",
                "Huangping County, Qiandongnan Miao and Dong Autonomous Prefecture, Guizhou",
            ),
        ),
        period=year,
        waterfall=tuple(replace(step, label=name) for step in whole.waterfall),
        serials=Serials(blocks, 2000, 200),
    )


# --- what the tests share ---------------------------------------------------------------------------------------


@cache
def fonts_dir() -> Path:
    """The installation's own fonts, made now if set-up has not."""
    target = Path(os.environ.get("KCR_VAR") or ROOT / "var") / "fonts"
    build_fonts(ROOT / "node_modules", target)
    return target


@cache
def drawn(kind: str = "issuance") -> bytes:
    return draw({"issuance": issuance, "statement": statement, "long": long_names}[kind](), fonts_dir())


def make_key() -> Path:
    """A key directory that ends with the tests; shorter keys than the real ones, because they are found faster."""
    directory = Path(tempfile.mkdtemp(prefix="kcr-test-")) / "key"
    atexit.register(shutil.rmtree, directory.parent, ignore_errors=True)
    with mock.patch.object(signing, "_KEY_BITS", 2048):
        signing.ensure_demo_key(directory)
    return directory


@cache
def key_dir() -> Path:
    return make_key()


@cache
def other_key_dir() -> Path:
    """A key made in the same way by somebody else."""
    return make_key()


@cache
def expired_key() -> SigningKey:
    """A key whose certificates were valid in 2020 only."""
    year = {"_DEMO_FROM": datetime(2020, 1, 1, tzinfo=UTC), "_DEMO_TO": datetime(2020, 12, 31, tzinfo=UTC)}
    with mock.patch.multiple(signing, **year):
        return load_key(make_key())


@cache
def key() -> SigningKey:
    return load_key(key_dir())


@cache
def other_key() -> SigningKey:
    return load_key(other_key_dir())


@cache
def roots() -> list:
    return read_roots(key().root_pem)


@cache
def signed() -> SignedCertificate:
    return sign(drawn(), key())
