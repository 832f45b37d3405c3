"""Numbers of the database as evidence writes them."""

from decimal import Decimal


def plain_decimal(value: Decimal) -> str:
    """``Decimal("28.0000")`` -> "28": the database's column width says nothing about the catchment."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
