"""Who plays what in the demonstration: nine counties of the study, a spring and a project for each, and what becomes
of it. Every spring but the first is generated (:mod:`mrv.demo.springs`); coordinates are approximate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mrv.demo.precheck import ENHANCEMENT, INVENTORY
from mrv.demo.scene import Site
from mrv.demo.springs import Character
from registry.projects.models import Project

IRRIGATION = ("KCS-ALLO", "1.0.0")

TRADED, YEARS, REVERSED, FINDINGS, RETURNED, REVIEWED, SIGNED, STATED, OPEN, NOTHING = (
    "traded",
    "three years",
    "reversed",
    "findings",
    "returned",
    "reviewed",
    "signed",
    "stated",
    "open",
    "nothing",
)
"""What becomes of a period: each word is where :mod:`mrv.demo.seed` leaves it."""
COMMENT, REGISTERED = "public_comment", "registered"
CONCLUDED = (TRADED, YEARS, REVERSED, RETURNED, REVIEWED, STATED)
"""Periods with a signed opinion."""
DECIDED = (TRADED, YEARS, REVERSED, STATED)


@dataclass(frozen=True)
class Span:
    """A monitoring period at the station of this number."""

    first_day: date
    last_day: date
    becomes: str
    station: int = 0


@dataclass(frozen=True)
class Part:
    """A project of the demonstration with its springs; the first of all is measured by the sample files."""

    site: Site
    kind: str
    methodology: tuple[str, str]
    region: str
    springs: tuple[Character, ...]
    spans: tuple[Span, ...]
    until: str = REGISTERED

    @property
    def generated(self) -> bool:
        return bool(self.springs)


def _year(year: int, becomes: str, station: int = 0) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31), becomes, station)


def _site(zh: str, en: str, code: str, county_zh: str, county_en: str, longitude: str, latitude: str) -> Site:
    return Site(zh, en, code, county_zh, county_en, Decimal(longitude), Decimal(latitude))


JIANGKOU = Part(
    Site("江口泉域植被恢复示范", "Jiangkou spring catchment, vegetation restoration"),
    Project.Kind.VEGETATION,
    ENHANCEMENT,
    "east",
    (),
    (Span(date(2021, 5, 1), date(2022, 4, 30), TRADED),),
)
PUDING = Part(
    _site("普定坡地土壤改良", "Puding slope soil improvement", "520422", "普定县", "Puding", "105.7430", "26.3010"),
    Project.Kind.SOIL,
    ENHANCEMENT,
    "west",
    (Character(11, 18.4, 610, 85, 185, 0.35, 9, 40, 372, 0.05, 16.4, 1.2, 420, 0.27, 14.7, 6.0, gain=0.30),),
    tuple(_year(year, YEARS) for year in (2023, 2024, 2025)),
)
PANZHOU = Part(
    _site(
        "盘州石漠化造林", "Panzhou afforestation of stony land", "520281", "盘州市", "Panzhou", "104.6030", "25.8060"
    ),
    Project.Kind.VEGETATION,
    ENHANCEMENT,
    "west",
    (Character(12, 24.0, 540, 70, 190, 0.25, 16, 55, 360, 0.04, 14.9, 0.9, 380, 0.22, 15.0, 5.0, gain=0.28),),
    (_year(2025, REVERSED),),
)
GUIDING = Part(
    _site("贵定灌丛恢复", "Guiding shrub restoration", "522723", "贵定县", "Guiding", "107.2350", "26.5800"),
    Project.Kind.VEGETATION,
    ENHANCEMENT,
    "south",
    (
        Character(
            13, 21.0, 660, 95, 170, 0.5, 5, 25, 405, 0.06, 16.0, 1.6, 370, 0.2, 38.0, 9.0, gain=0.32,
            gap_days=(203.4, 9.2),
        ),
    ),
    (_year(2025, FINDINGS),),
)  # fmt: skip
YUQING = Part(
    _site(
        "余庆次生林恢复",
        "Yuqing secondary forest restoration",
        "520329",
        "余庆县",
        "Yuqing",
        "107.7000",
        "27.3800",
    ),
    Project.Kind.VEGETATION,
    ENHANCEMENT,
    "north",
    (Character(14, 17.3, 590, 80, 165, 0.4, 8, 35, 430, 0.06, 16.3, 1.4, 450, 0.3, 30.0, 8.0, gain=0.40),),
    (_year(2025, RETURNED),),
)
ZHENFENG = Part(
    _site(
        "贞丰双泉天然碳汇核算", "Zhenfeng twin springs, natural inventory", "522325", "贞丰县", "Zhenfeng",
        "105.6500", "25.3900",
    ),
    Project.Kind.INVENTORY,
    INVENTORY,
    "south",
    (
        Character(15, 19.6, 700, 75, 180, 0.3, 12, 50, 447, 0.05, 18.2, 1.0, 365, 0.3, 53.0, 8.0, interval_s=3600),
        Character(16, 11.2, 640, 75, 180, 0.55, 4, 20, 390, 0.08, 17.6, 2.1, 340, 0.25, 41.0, 9.0, interval_s=3600),
    ),
    (
        Span(date(2025, 1, 1), date(2025, 6, 30), STATED, 0),
        Span(date(2025, 1, 1), date(2025, 6, 30), SIGNED, 1),
        Span(date(2025, 7, 1), date(2025, 12, 31), REVIEWED, 0),
    ),
)  # fmt: skip
JINSHA = Part(
    _site("金沙坡耕地土壤改良", "Jinsha field soil improvement", "520523", "金沙县", "Jinsha", "106.2200", "27.4600"),
    Project.Kind.SOIL,
    ENHANCEMENT,
    "north",
    (Character(17, 14.8, 520, 65, 175, 0.2, 20, 60, 540, 0.05, 15.2, 1.1, 520, 0.33, 92.0, 12.0, gain=0.0),),
    (_year(2025, NOTHING),),
)
XIUWEN = Part(
    _site(
        "修文外源水灌溉增汇", "Xiuwen allogenic-water irrigation", "520123", "修文县", "Xiuwen", "106.5920", "26.8390"
    ),
    Project.Kind.IRRIGATION,
    IRRIGATION,
    "north",
    (Character(18, 12.4, 570, 90, 172, 0.45, 6, 30, 500, 0.07, 15.6, 1.5, 480, 0.31, 70.0, 11.0, gain=0.2),),
    (_year(2025, OPEN),),
)
HUANGPING = Part(
    _site(
        "黄平退耕还林",
        "Huangping farmland back to forest",
        "522622",
        "黄平县",
        "Huangping",
        "107.9200",
        "26.9000",
    ),
    Project.Kind.VEGETATION,
    ENHANCEMENT,
    "east",
    (Character(19, 16.1, 620, 88, 168, 0.4, 7, 32, 322, 0.05, 17.1, 1.4, 500, 0.06, 15.6, 5.0, gain=0.0),),
    (_year(2025, NOTHING),),
    COMMENT,
)
PARTS = (JIANGKOU, PUDING, PANZHOU, GUIDING, YUQING, ZHENFENG, JINSHA, XIUWEN, HUANGPING)


@dataclass(frozen=True)
class Extra:
    """A project without a station yet: what a visitor sees before anything is measured."""

    site: Site
    kind: str
    area_km2: str
    becomes: str


EXTRAS = (
    Extra(
        _site(
            "金沙林下植被恢复", "Jinsha undergrowth restoration",
            "520523", "金沙县", "Jinsha", "106.3500", "27.4400",
        ),
        Project.Kind.VEGETATION, "9.5", "suspended",
    ),
    Extra(
        _site(
            "贞丰坡地经果林", "Zhenfeng orchards on slopes",
            "522325", "贞丰县", "Zhenfeng", "105.7000", "25.4800",
        ),
        Project.Kind.VEGETATION, "8.2", "revoked",
    ),
    Extra(
        _site(
            "盘州退化草地恢复", "Panzhou grassland restoration",
            "520281", "盘州市", "Panzhou", "104.7200", "25.7100",
        ),
        Project.Kind.VEGETATION, "15.2", "authority_review",
    ),
    Extra(
        _site(
            "余庆坡改梯土壤改良", "Yuqing terraces, soil improvement",
            "520329", "余庆县", "Yuqing", "107.5800", "27.4500",
        ),
        Project.Kind.SOIL, "10.7", "opinion_signed",
    ),
    Extra(
        _site(
            "贵定岩溶湿地水生植物", "Guiding karst wetland plants",
            "522723", "贵定县", "Guiding", "107.1600", "26.4700",
        ),
        Project.Kind.AQUATIC, "6.3", "at_validator",
    ),
    Extra(
        _site(
            "普定碳酸盐岩粉施用", "Puding carbonate powder spreading",
            "520422", "普定县", "Puding", "105.6800", "26.3400",
        ),
        Project.Kind.POWDER, "8.6", "submitted",
    ),
    Extra(
        _site(
            "修文石漠化治理造林", "Xiuwen afforestation of stony land",
            "520123", "修文县", "Xiuwen", "106.6800", "26.9200",
        ),
        Project.Kind.VEGETATION, "12.4", "draft",
    ),
    Extra(
        _site(
            "黄平水库岸坡恢复", "Huangping reservoir banks",
            "522622", "黄平县", "Huangping", "107.8300", "26.8200",
        ),
        Project.Kind.VEGETATION, "7.9", "withdrawn",
    ),
)  # fmt: skip
