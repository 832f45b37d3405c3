"""How a kind of record is described: one table of columns, from which template, page, importer and docs are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Row = dict[str, Any]
"""One record as evidence holds it: ``file``, ``row`` and the fields that are there, numbers as decimal strings."""

Pair = tuple[str, str]
"""Chinese and English."""

What = Literal["number", "words", "time", "day", "choice", "list", "files"]
Shape = Literal["list", "object"]
Timing = Literal["instant", "inside", "overlap", "always"]


@dataclass(frozen=True)
class Column:
    """One column of a template.

    ``unit`` is the one that evidence holds and the template's heading shows; ``units`` has further spellings and
    units with the factor that makes the first of them. ``low`` and ``high`` (both allowed) are in ``unit``.
    ``censored``: a result below detection may be written ``<0.05``. ``choices``: code and its words, for ``choice``
    and ``list``.
    """

    name: str
    title: Pair
    what: What = "number"
    unit: str = ""
    units: Mapping[str, Decimal] = field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None
    required: bool = True
    censored: bool = False
    whole: bool = False
    choices: tuple[tuple[str, Pair], ...] = ()
    example: str | Pair = ""
    meaning: Pair = ("", "")
    aliases: tuple[str, ...] = ()

    def heading(self, language: str) -> str:
        """The heading of the template: ``碱度 (mg/L)``."""
        title = of_language(self.title, language)
        return f"{title} ({self.unit})" if self.unit else title

    def example_in(self, language: str) -> str:
        return self.example if isinstance(self.example, str) else of_language(self.example, language)

    def factor(self, plain: str) -> Decimal | None:
        """What makes this column's unit of another (given in plain spelling), None where it is not known."""
        return self._factors.get(plain)

    @property
    def _factors(self) -> Mapping[str, Decimal]:
        from mrv.uploads.readers.steps.units import plain_unit  # noqa: PLC0415 - the readers are slow to load

        known = {plain_unit(self.unit): Decimal(1)}
        return known | {plain_unit(unit): factor for unit, factor in self.units.items()}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row as a whole: the message's code and the column that it is said of."""

    code: str
    column: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """One kind of record that a user can bring.

    ``name`` is the record's name in the bundle (``records/<name>.json``). ``key``: the columns by which two rows are
    the same thing. ``timing`` says which rows belong to a period: ``instant`` those whose ``timestamp`` lies in it,
    ``inside`` those whose ``from`` to ``to`` lies in it (one that lies partly in it must be split), ``overlap`` those
    that touch it between the columns ``span``, ``always`` all. ``needed``: the engine refuses without it where the
    methodology names it. ``derive`` adds what follows from a row; ``assemble`` makes the record of all rows where it
    is neither the list of them nor the one row.
    """

    name: str
    title: Pair
    purpose: Pair
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    timing: Timing
    shape: Shape = "list"
    span: tuple[str, str] = ("from", "to")
    needed: bool = False
    check: Callable[[Row], Iterable[Fault]] | None = None
    derive: Callable[[Row], Row] | None = None
    derived: tuple[Column, ...] = ()
    assemble: Callable[[list[Row]], Any] | None = None
    check_all: Callable[[list[Row]], Iterable[tuple[Row, Fault]]] | None = None
    reader: Callable[..., Any] | None = None
    """Reads what is no table (a grid in a file of its own): as ``reading.read_table``."""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return (*self.columns, *self.derived)


def of_language(pair: Pair, language: str | None) -> str:
    return pair[0] if (language or "zh").lower().startswith("zh") else pair[1]


# --- columns that many kinds have ------------------------------------------------------------------------------------

D = Decimal
SHARE_UNITS = {"%": D("0.01"), "百分比": D("0.01"), "-": D(1), "": D(1), "fraction": D(1)}


def number(name: str, title: Pair, unit: str, low: str | None, high: str | None, example: str, **more: Any) -> Column:
    limits = [None if limit is None else D(limit) for limit in (low, high)]
    return Column(name, title, unit=unit, low=limits[0], high=limits[1], example=example, **more)


def share(name: str, title: Pair, example: str, **more: Any) -> Column:
    return number(name, title, "0–1", "0", "1", example, units={**SHARE_UNITS, "0-1": D(1), "1": D(1)}, **more)


def concentration(name: str, title: Pair, molar_mass: str, charge: int, example: str, **more: Any) -> Column:
    """mg/L; mmol/L, µmol/L and meq/L are understood."""
    mass = D(molar_mass)
    units = {
        "mg/l": D(1),
        "毫克/升": D(1),
        "ppm": D(1),
        "µg/L": D("0.001"),
        "g/L": D(1000),
        "mmol/L": mass,
        "µmol/L": mass / 1000,
        "meq/L": mass / charge,
        "mval/L": mass / charge,
    }
    return number(name, title, "mg/L", "0", "10000", example, units=units, censored=True, **more)


def words(name: str, title: Pair, example: str | Pair, **more: Any) -> Column:
    return Column(name, title, what="words", example=example, **more)


def day(name: str, title: Pair, example: str, **more: Any) -> Column:
    return Column(name, title, what="day", example=example, **more)


def time(name: str, title: Pair, example: str, **more: Any) -> Column:
    return Column(name, title, what="time", example=example, **more)


FROM = day(
    "from",
    ("起始日期", "From"),
    "2021-06-01",
    meaning=("该行所指时段的第一天（含）", "First day that the row is about, inside"),
)
TO = day(
    "to",
    ("结束日期", "To"),
    "2021-06-30",
    meaning=("该行所指时段的最后一天（含）", "Last day that the row is about, inside"),
)
TIMESTAMP = time(
    "timestamp",
    ("时间", "Time"),
    "2021-06-03T10:30:00+08:00",
    aliases=("采样时间", "监测时间", "date", "time", "日期"),
    meaning=(
        "写明时差，如 +08:00；不写则按站点时区读取",
        "With its offset, such as +08:00; without one it is read in the station's time zone",
    ),
)


def days_in_order(first: str = "from", last: str = "to") -> Callable[[Row], Iterable[Fault]]:
    def check(row: Row) -> Iterable[Fault]:
        if row.get(first) and row.get(last) and row[last] < row[first]:
            yield Fault("SPAN_BACKWARDS", last, {"first": row[first], "last": row[last]})

    return check
