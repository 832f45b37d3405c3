"""What the chemistry refuses, in Chinese and English."""

import numpy as np

from calculations.messages import CalculationError
from calculations.portable import FloatArray
from calculations.texts import TEXTS

CHEMISTRY_TEXTS: dict[str, tuple[str, str]] = {
    "CHEMISTRY_LENGTH": (
        "{quantity} 有 {found} 个值，而应有 {expected} 个：各列须为等长的一维数组。",
        "{quantity} has {found} values where {expected} are expected: columns must be one-dimensional"
        " and equally long.",
    ),
    "CHEMISTRY_OUT_OF_RANGE": (
        "第 {row} 行（从 0 起）的{quantity}为 {value}，不在 {low} 至 {high} 之间。请更正或标为缺失。",
        "Row {row} (counted from 0) has {quantity} {value}, which is not between {low} and {high}. Correct it or"
        " mark it as missing.",
    ),
    "CHEMISTRY_ACTIVITY_UNKNOWN": (
        "没有名为 {found} 的活度系数模型（可选：{known}）。",
        "There is no activity model named {found} (choose one of {known}).",
    ),
    "CHEMISTRY_TWO_OF_THREE": (
        "须恰好给出 {known} 中的两个，实际给出：{given}。",
        "Exactly two of {known} must be given; given were: {given}.",
    ),
    "CONSTANTS_UNKNOWN": (
        "没有名为 {name} 的热力学常数表（已有：{known}）。",
        "There is no table of constants named {name} (known: {known}).",
    ),
    "CONSTANTS_DIGEST": (
        "常数表 {name} 的 SHA-256 为 {found}，应为 {expected}：该表已被改动，或方法学引用了另一版本。",
        "The table of constants {name} has SHA-256 {found} where {expected} is expected: it was altered, or the"
        " methodology names another version.",
    ),
}
TEXTS.update(CHEMISTRY_TEXTS)


class ChemistryError(CalculationError):
    """A water or a table of constants that cannot be used; `code`, `params`, `text(lang)` say why."""


def refuse_outside(quantity: str, values: FloatArray, low: float, high: float) -> None:
    """Raise CHEMISTRY_OUT_OF_RANGE for the first value below `low` or above `high`; NaN passes."""
    wrong = (values < low) | (values > high)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ChemistryError(
            "CHEMISTRY_OUT_OF_RANGE", row=row, quantity=quantity, value=float(values[row]), low=low, high=high
        )
