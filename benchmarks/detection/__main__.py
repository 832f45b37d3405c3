"""python -m benchmarks.detection [--seeds N] [--first SEED]: the detection table."""

from __future__ import annotations

import argparse

from benchmarks.detection.score import Score, score


def main() -> None:
    """Simulate so many station years, plant faults, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description="Faults planted and found.")
    parser.add_argument("--seeds", type=int, default=100, help="station years (100)")
    parser.add_argument("--first", type=int, default=20_000, help="first seed (20000)")
    asked = parser.parse_args()
    print(printed(score(range(asked.first, asked.first + asked.seeds))))


def printed(result: Score) -> str:
    """The table as text."""
    rows = [
        f"  {kind:<20}{result.planted[kind]:>9}{result.found[kind]:>9}"
        f"{100.0 * result.found[kind] / result.planted[kind]:>9.1f}"
        for kind in sorted(result.planted)
    ]
    total = f"  {'all':<20}{result.planted.total():>9}{result.found.total():>9}{result.found_pct:>9.1f}"
    alarms = ", ".join(f"{code} {count}" for code, count in sorted(result.false_alarms.items())) or "none"
    strays = ", ".join(f"{code} {count}" for code, count in sorted(result.stray.items())) or "none"
    return "\n".join(
        [
            f"  {'fault':<20}{'planted':>9}{'found':>9}{'%':>9}",
            *rows,
            total,
            f"  clean years: {result.station_days:,} station-days, {result.false_alarms.total()} false alarms "
            f"= {result.false_alarms_per_day:.5f} per station-day ({alarms})",
            f"  spoilt years: {result.stray.total()} events beside the planted ones "
            f"= {result.stray_per_day:.5f} per station-day ({strays})",
        ]
    )


if __name__ == "__main__":
    main()
