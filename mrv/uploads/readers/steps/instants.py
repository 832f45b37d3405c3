"""What is known of a file's clock before its rows are read, and what its rows turn out to be: UTC seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.steps.dates import Order
from mrv.uploads.readers.steps.zones import Int64s, offset_text


@dataclass(frozen=True)
class ClockRules:
    """What is known of a file's clock besides its rows.

    ``zone`` and ``zone_name``: the user's or the station's answer. ``zone_in_file``: as the file calls its zone, with
    what that means (``file_zone``) and whether it is certain. ``without_asking``: the zone that files of this layout
    are known to be in. ``order``: the user's answer; ``header_order`` and ``order_habit`` as in ``dates.order_of``.
    ``prefix`` stands before and ``joint`` between the forms of date and time in the report; ``date_form_only``
    leaves the time's out.
    """

    zone: tzinfo | None = None
    zone_name: str | None = None
    zone_in_file: str | None = None
    file_zone: str | None = None
    file_zone_certain: bool = False
    without_asking: str | None = None
    order: Order | None = None
    header_order: Order | None = None
    order_habit: Order | None = None
    joint: str | None = None
    prefix: str = ""
    date_form_only: bool = False
    station_default: str | None = None
    now: datetime | None = None


@dataclass(frozen=True)
class Instants:
    """Per row the UTC second (where ``ok``); without any zone the second of the file's own clock.

    ``wall`` writes an instant as the file's clock showed it, ``shown`` the same with its offset. ``in_utc``: the file
    has no clock of its own because its offsets differ, so both write UTC.
    """

    epoch_s: Int64s
    ok: npt.NDArray[np.bool_]
    wall: Callable[[int], str]
    shown: Callable[[int], str]
    in_utc: bool = False


def wall_text(epoch_s: int) -> str:
    return (datetime(1970, 1, 1) + timedelta(seconds=epoch_s)).isoformat()


def in_zone(zone: tzinfo, *, shown: bool) -> Callable[[int], str]:
    """Writes an instant in a zone: 2021-05-01T00:15:00, or when ``shown`` to people 2021-05-01 00:15:00 +08:00."""

    def text(epoch_s: int) -> str:
        local = datetime.fromtimestamp(epoch_s, UTC).astimezone(zone)
        if shown:
            offset = local.utcoffset() or timedelta()
            return f"{local:%Y-%m-%d %H:%M:%S} {offset_text(int(offset.total_seconds()))}"
        return local.replace(tzinfo=None).isoformat()

    return text
