"""The bar of the seeding: phases, n of total and seconds, drawn over itself on a terminal and as lines elsewhere."""

import io

import pytest

from mrv.demo.progress import CLEAR, Progress


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def two_phases(stream):
    progress = Progress(stream, 2)
    with progress.phase("Evidence sealed", 3):
        for _case in progress.over(["a", "b", "c"]):
            pass
    with progress.phase("Certificates drawn and signed", 1):
        progress.step()
    return progress


def test_a_file_gets_one_line_a_phase():
    stream = io.StringIO()
    progress = two_phases(stream)
    first, second = stream.getvalue().splitlines()
    assert "1/2 " in first
    assert first.endswith("3/3")
    assert "2/2 " in second
    assert second.endswith("1/1")
    assert len(progress.seconds_of) == 2


def test_a_terminal_gets_a_bar_that_grows():
    stream = Terminal()
    two_phases(stream)
    drawn = [part for part in stream.getvalue().split(CLEAR) if "█" in part or "░" in part]
    filled = [part.count("█") for part in drawn]
    assert filled == sorted(filled)
    assert filled[0] == 0
    assert filled[-1] > filled[0]
    assert "2/3" in "".join(drawn)


def test_a_phase_that_fails_is_not_told_as_done():
    stream = io.StringIO()
    progress = Progress(stream, 1)
    with pytest.raises(ValueError, match="broken"), progress.phase("Evidence sealed", 3):
        raise ValueError("broken")
    assert not stream.getvalue()
    assert not progress.seconds_of
