"""Who gets what answer on the pages of the province: everybody the same, but for what is somebody's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

COUNTY = "520621"


def rows(row: Callable[..., Any], private: str, public: str) -> list[Any]:
    return [
        row(private, "province:overview"),
        row(public, "province:overview"),
        row(public, "province:overview", query="?show=credits"),
        row(public, "province:county", where=lambda _: (COUNTY,)),
        row(private, "province:county", where=lambda _: ("520123",)),
        row(private, "province:county", where=lambda _: ("999999",), status=404),
        row(public, "province:sheet", where=lambda _: (COUNTY, "zh")),
        row(private, "province:sheet", where=lambda _: (COUNTY, "fr"), status=404),
        row(public, "province:counties_file", where=lambda _: ("csv",)),
        row(public, "province:years_file", where=lambda _: ("json",)),
        row(private, "province:years_file", where=lambda _: ("xml",), status=404),
        row(public, "province:sink"),
        row(public, "province:sink", query="?price=58.5&currency=CNY&emissions=1000000"),
        row(private, "province:sink"),
        row(private, "province:potential"),
        row(private, "province:potential", query="?area=1000&surplus=600&temperature=17&pco2=-1.9"),
        row(public, "province:network"),
        row(public, "province:network_file", where=lambda _: ("json",)),
        row(public, "province:network_file", where=lambda _: ("xml",), status=404),
    ]
