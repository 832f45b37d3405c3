"""Units and column names as programs and people write them, by explicit tables; an unknown unit is asked about."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

D = Decimal
_ONE, _NONE = D(1), D(0)


@dataclass(frozen=True)
class Conversion:
    """canonical = (value - zero) x factor. ``exact`` is False where the factor has no finite decimals (5/9)."""

    factor: Decimal = _ONE
    zero: Decimal = _NONE
    exact: bool = True

    def __call__(self, value: Decimal) -> Decimal:
        if self.exact:
            return (value - self.zero) * self.factor
        decimals = max(0, -int(value.as_tuple().exponent)) + 2
        return ((value - self.zero) * 5 / 9).quantize(D(1).scaleb(-decimals))

    @property
    def changes(self) -> bool:
        return self != SAME


SAME = Conversion()
_FAHRENHEIT = Conversion(zero=D(32), exact=False)


def _table(spellings: dict[str, str]) -> dict[str, Conversion]:
    """Factor -> its units, separated by spaces, as one table of plain units."""
    return {unit: Conversion(D(factor)) for factor, units in spellings.items() for unit in units.split()}


_LENGTH = _table(
    {
        "1": "m meter meters metre metres 米 mh2o mwc",
        "0.01": "cm 厘米 centimeter centimeters cmh2o",
        "0.001": "mm 毫米",
        "0.3048": "ft feet foot fth2o",
        "0.0254": "in inch inches",
    }
)
_TEMPERATURE = _table({"1": "c degc °c celsius degreesc degreescelsius deg cel 摄氏度"}) | {
    **dict.fromkeys(("f", "degf", "°f", "fahrenheit", "degreesf"), _FAHRENHEIT),
    "k": Conversion(zero=D("273.15")),
}
_CONDUCTIVITY = _table(
    {
        "1": "us/cm us uscm us/cm@25c us/cm@25°c us/cm25c microsiemens/cm umho/cm umhos/cm us·cm-1 微西门子/厘米",
        "1000": "ms/cm ms mscm ms/cm@25c ms/cm@25°c ds/m 毫西门子/厘米",
        "10000": "s/m",
        "10": "ms/m",
        "0.01": "us/m",
    }
)
_RAIN = _table({"1": "mm 毫米", "25.4": "in inch inches", "10": "cm"})
_PH = {"": SAME} | _table({"1": "ph phunits units none - 1 std 无量纲"})
_VOLT = _table({"1": "v volt volts 伏", "0.001": "mv"})
_AIR = _table(
    {
        "1": "kpa",
        "0.1": "hpa mbar mb",
        "100": "bar",
        "6.894757293": "psi",
        "0.133322387": "mmhg",
        "9.80665": "m",
        "0.0980665": "cm",
        "2.98906692": "ft",
    }
)
_HEAD = _LENGTH | _table({"0.101971621": "kpa", "0.703069580": "psi", "0.0101971621": "mbar hpa"})
UNITS: dict[str, dict[str, Conversion]] = {
    "rainfall": _RAIN,
    "stage": _LENGTH,
    "absolute_pressure_head": _HEAD,
    "water_temperature": _TEMPERATURE,
    "ph": _PH,
    "specific_conductance_25c": _CONDUCTIVITY,
    "conductivity_raw": _CONDUCTIVITY,
    "barometric_pressure": _AIR,
    "battery_voltage": _VOLT,
}

# The first pattern that is found in a plain name decides. Names of several languages, as exports write them.
_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "",
        (
            r"\bair\b|气温|空气|lufttemp|internal|logger temp|panel|salin|盐度|tds|浊度|turb|溶解氧|\bodo\b|oxygen",
            r"\borp\b|redox|resist|densit|\bms?v\b|nlf|sigma|\bstd\b|标准差|流量|discharge|debit|abfluss|流速",
            r"_cd$|quality|interpolation",
        ),
    ),
    ("battery_voltage", (r"batt|电池|电压|akku|spannung",)),
    ("barometric_pressure", (r"barom|大气压|气压|luftdruck|air pressure",)),
    ("rainfall", (r"rain|precip|降雨|雨量|降水|padavin|niederschlag|pluie|lluvia|prcp",)),
    ("ph", (r"\bph\b|^ph|ph值|酸碱",)),
    (
        "specific_conductance_25c",
        (
            r"ec\s*25|25\s*°?c|sp\.?\s*cond|specific cond|ec norm|\bsep\b|\bspc\b|\bsc\b|电导|leitf|conductivit[eé]",
            r"lf\s?25",
        ),
    ),
    (
        "conductivity_raw",
        (
            r"actual cond|low range|high range|full range|ec raw|raw ec|\bcond\b|conductivity|\bec\b",
            r"bas rang|niedriger",
        ),
    ),
    ("water_temperature", (r"temp|水温|温度|\bwt\b",)),
    (
        "stage",
        (
            r"stage|level|depth|\bdep\d*\b|gage|gauge|water.?lev|水位|水深|水头|vodostaj|pegel|wasserst|hauteur|cota",
            r"niveau|tiefe|pressure|druck",
        ),
    ),
)
_PATTERNS = tuple((parameter, re.compile("|".join(patterns))) for parameter, patterns in _NAMES)
_UNIT_IN_NAME = re.compile(r"^(.*?)[\s_]*[\(\[（【]\s*(.*?)\s*[\)\]）】]\s*$")
_SUFFIX = re.compile(r"^(.*?)_(mm|cm|m|ft|c|degc|f|us_cm|ms_cm|us|ms|kpa|v|in)$", re.IGNORECASE)


def plain_unit(text: str) -> str:
    """A unit without case, padding and look-alikes: ``(uS/cm)``, ``μS/cm`` and ``µS / cm`` are one."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("()[]_").lower()
    plain = plain.replace("μ", "u").replace("µ", "u").replace("deg.", "deg").replace("º", "°").replace("ø", "°")
    return re.sub(r"[\s_]", "", plain)


def conversion(parameter: str, unit: str | None) -> Conversion | None:
    """How values in this unit become canonical ones; None for a unit that no table has."""
    if unit is None:
        return SAME
    plain = plain_unit(unit)
    table = UNITS[parameter]
    if not plain and parameter != "ph":
        return SAME
    return table.get(plain)


def parameter_of(name: str) -> str | None:
    """The quantity that a column name means, or None."""
    plain = " ".join(unicodedata.normalize("NFKC", name).replace("_", " ").split()).lower()
    for parameter, pattern in _PATTERNS:
        if pattern.search(plain):
            return parameter or None
    return None


def name_and_unit(header: str) -> tuple[str, str | None]:
    """``水位(m)`` -> 水位, m; ``Temp °C`` is left to the layout."""
    match = _UNIT_IN_NAME.match(header.strip().strip('"'))
    if match:
        return match[1].strip(), match[2].strip()
    return header.strip().strip('"').strip(), None


def suffix_unit(name: str) -> str | None:
    """The unit that ends a machine-made name: ``vodostaj_cm`` -> cm."""
    match = _SUFFIX.match(name.strip())
    return match[2].replace("_", "/") if match else None
