"""Small systems of linear equations in plain doubles: the same bits on every machine, no library asked."""

from __future__ import annotations

import math

Matrix = list[list[float]]

LEAST_PIVOT = 1e-13
"""Below this share of its row a pivot is no more than rounding: the equations do not determine the unknown."""


class SingularError(ArithmeticError):
    """The equations do not determine all unknowns."""


def solve(matrix: Matrix, right: list[float]) -> list[float]:
    """x with matrix x = right, (p, p) and (p,); SingularError where it is not determined."""
    return [row[0] for row in _eliminated(matrix, [[value] for value in right])]


def inverse(matrix: Matrix) -> Matrix:
    """The inverse of a (p, p) matrix; SingularError where there is none."""
    size = len(matrix)
    return _eliminated(matrix, [[1.0 if i == j else 0.0 for j in range(size)] for i in range(size)])


def _eliminated(matrix: Matrix, right: Matrix) -> Matrix:
    """Gauss-Jordan elimination with row pivoting, on rows and columns scaled by the diagonal.

    The matrices here are sums of squares and products, so a positive diagonal is their natural scale.
    """
    size = len(matrix)
    if any(not matrix[i][i] > 0.0 for i in range(size)):
        raise SingularError("a diagonal element is not positive")
    scale = [math.sqrt(matrix[i][i]) for i in range(size)]
    rows = [
        [matrix[i][j] / (scale[i] * scale[j]) for j in range(size)] + [value / scale[i] for value in right[i]]
        for i in range(size)
    ]
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(rows[i][column]))
        if not abs(rows[pivot][column]) > LEAST_PIVOT:
            raise SingularError("the equations depend on each other")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        divisor = rows[column][column]
        rows[column] = [value / divisor for value in rows[column]]
        for i in range(size):
            factor = rows[i][column]
            if i != column and factor:
                rows[i] = [value - factor * top for value, top in zip(rows[i], rows[column], strict=True)]
    return [[value / scale[i] for value in rows[i][size:]] for i in range(size)]
