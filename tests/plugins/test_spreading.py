"""The module that opens every page is cut at stages; what shares a world or a server stays together."""

from tests.plugins.spreading import EVERY_PAGE, part_of
from tests.web.stages import STAGES


def test_every_stage_of_the_page_tests_lies_in_one_of_three_parts():
    parts = [part_of(f"{EVERY_PAGE}::test_pages[{stage}]") for stage in STAGES]
    assert parts == sorted(parts), "a part is a stretch of the way"
    assert len(set(parts)) == 3
    assert part_of(f"{EVERY_PAGE}::test_another[recomputed]") == part_of(f"{EVERY_PAGE}::test_pages[recomputed]")


def test_other_modules_and_the_browsers_stay_whole():
    assert part_of("tests/web/test_page_weight.py::test_a[open]") == "tests/web/test_page_weight.py"
    assert part_of("tests/browser/test_a.py::test_b") == part_of("tests/browser/test_c.py::test_d[x]")
