"""Numbers read eight letters at a time are the numbers that are read one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.uploads.readers.steps.numbers import SENTINELS, TextColumn, read_cell
from mrv.uploads.readers.steps.plain import _PADDING, Avoided, Numbers, plain_rows
from mrv.uploads.readers.tables import LARGEST

AVOIDED = Avoided(SENTINELS)
PLAIN = st.builds(
    lambda value, decimals, spaces: " " * spaces + f"{Decimal(value).scaleb(-decimals):f}",
    st.integers(-9_999_999, 9_999_999),
    st.integers(0, 6),
    st.integers(0, 2),
)
ODD = st.one_of(
    st.sampled_from(
        [
            "", "-", ".", "-.", "+5", "5.", ".5", "-.5", "1.2.3", "1-2", "--1", "1e5", "NaN", "-9999", "-9999.0",
            "-999.99", "9" * 16, "9" * 17, "0.1234567", "2147483647", "2147483648", "-2147483647", "12345678.1234567",
            "1,5", "µ", "０",
        ]
    ),
    st.text(alphabet="0123456789.-+eE, /:@", max_size=18),
)  # fmt: skip


def block(cells: list[str]) -> bytes:
    return _PADDING + "".join(f"a;{cell.replace(';', '')};b\n" for cell in cells).encode()


def numbers(cells: list[str]) -> Numbers | None:
    rows = plain_rows(block(cells), ";", 3)
    assert rows is not None
    assert rows.texts(1) == cells
    return rows.numbers(1, AVOIDED)


def exactly(cells: list[str], found: Numbers) -> None:
    read = [read_cell(cell) for cell in cells]
    assert {cell.kind for cell in read} == {"number"}
    assert found.decimals == max(cell.decimals for cell in read)
    assert [Decimal(int(value)).scaleb(-found.decimals) for value in found.values] == [cell.value for cell in read]


@settings(max_examples=150, deadline=None)
@given(st.lists(PLAIN, min_size=1, max_size=30))
def test_plain_decimals_are_read_exactly(cells):
    values = [read_cell(cell) for cell in cells]
    decimals = max(value.decimals for value in values)
    fits = all(abs(value.value.scaleb(decimals)) <= LARGEST for value in values)
    found = numbers(cells)
    if any(value.kind == "sentinel" for value in values) or not fits:
        assert found is None
    else:
        assert found is not None
        exactly(cells, found)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PLAIN, ODD), min_size=1, max_size=4))
def test_whatever_else_is_left_to_the_slower_steps(cells):
    cells = [cell.replace(";", "") for cell in cells]
    found = numbers(cells)
    if found is not None:
        exactly(cells, found)


@pytest.mark.parametrize(
    "text",
    [
        "a;1;b\na;1\n", "a;1;b;c\na;1;b\n", "a;1;b\n\na;1;b\n", "a;1;b\r\na;1;b\n", 'a;"1;b\na";1;b\n',
        'a;1";b\n', "a\rb;1;c\n",
    ],
)  # fmt: skip
def test_rows_that_are_not_of_one_form_are_not_plain(text):
    assert plain_rows(_PADDING + text.encode(), ";", 3) is None


def test_quoted_cells_are_plain():
    rows = plain_rows(_PADDING + b'"a";"1.5";""\r\n"b";2;"c"\r\n', ";", 3)
    assert rows is not None
    assert [rows.texts(column) for column in range(3)] == [["a", "b"], ["1.5", "2"], ["", "c"]]
    found = rows.numbers(1, AVOIDED)
    assert found is not None
    assert found.values.tolist() == [15, 20]


def test_a_column_of_blocks_with_other_decimals_is_one_column():
    column = TextColumn("stage")
    for cells in (["1.5", "2"], ["0.25"], ["3"]):
        found = numbers(cells)
        assert found is not None
        column.add_numbers(found)
    read = column.numbers()
    assert read is not None
    assert (read[0].tolist(), read[1]) == ([150, 200, 25, 300], 2)


def test_a_column_that_also_has_texts_is_known_by_its_texts():
    column = TextColumn("stage")
    found = numbers(["1.5", "2"])
    assert found is not None
    column.add_numbers(found)
    column.add(["Eqp", "1.5"])
    assert column.numbers() is None
    assert [column.texts[code] for code in column.rows] == ["1.5", "2.0", "Eqp", "1.5"]
