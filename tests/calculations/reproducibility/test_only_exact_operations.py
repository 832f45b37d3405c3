"""Nothing in `calculations` may call what changes its last bits with the processor or the build of a library.

Measured: numpy's and the C library's exp, log, powers, roots other than sqrt and trigonometric functions differ between
instruction sets and versions, and so does everything that ends in BLAS or LAPACK. What to use instead stands beside.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "calculations"

ELEMENTARY = """
exp exp2 expm1 log log1p log2 log10 logaddexp logaddexp2 pow power float_power cbrt hypot sinc gamma lgamma erf erfc i0
sin cos tan arcsin arccos arctan arctan2 asin acos atan atan2 sinh cosh tanh asinh acosh atanh arcsinh arccosh arctanh
"""
LINEAR = """
dot vdot inner outer matmul vecdot matvec vecmat tensordot einsum kron linalg lstsq solve polyfit polyval poly1d cross
polynomial fft convolve correlate cov corrcoef trace
"""
INEXACT = """
mean average std var nanmean nanstd nanvar nansum nanprod prod percentile quantile nanquantile interp gradient trapezoid
"""
ADVICE = (
    dict.fromkeys(ELEMENTARY.split(), "use calculations.portable")
    | dict.fromkeys(LINEAR.split(), "write the closed form with calculations.sums.exact_sum")
    | dict.fromkeys(INEXACT.split(), "use calculations.sums.exact_sum, or the rank rule of uncertainty.summary")
    | dict.fromkeys(["default_rng", "normal", "uniform", "RandomState", "seed"], "use calculations.uncertainty.draws")
)
LIBRARIES = {"np", "numpy", "math", "np.random", "numpy.random"}
FORBIDDEN_METHODS = {"mean", "std", "var", "dot", "prod", "trace"}
FORBIDDEN_MODULES = {"random", "statistics", "cmath", "scipy", "numpy.linalg", "numpy.fft", "numpy.polynomial"}

EXCEPTIONS = {
    ("chemistry/activity.py", "**"): "squares of charges, which are whole numbers",
    ("chemistry/conductance.py", "**"): "squares of charges, and of a constant whose square is exact",
    ("quality/point_tests.py", "np.quantile"): "threshold of a proposed flag; flags are evidence, sealed as they are",
    ("chebyshev.py", "math.cos"): "nodes are rounded to 12 digits, so that no last bit matters",
}


def findings(source: str, name: str) -> list[str]:
    """What a file does that it must not, as lines for a person."""
    found = []
    for node in ast.walk(ast.parse(source)):
        for what, advice in _of_node(node):
            if (name, what) not in EXCEPTIONS:
                found.append(f"calculations/{name}:{getattr(node, 'lineno', 0)}: {what} ({advice})")
    return found


def _of_node(node):
    if isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value)
        if owner in LIBRARIES and node.attr in ADVICE:
            yield f"{owner}.{node.attr}", ADVICE[node.attr]
    elif isinstance(node, ast.BinOp | ast.AugAssign):
        if isinstance(node.op, ast.MatMult):
            yield "@", ADVICE["matmul"]
        if isinstance(node.op, ast.Pow) and not _whole_power(node):
            yield "**", "multiply it out, or use calculations.portable"
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from _of_import(node)


def _of_call(node):
    if isinstance(node.func, ast.Name) and node.func.id == "pow":
        yield "pow", ADVICE["power"]
    method = node.func if isinstance(node.func, ast.Attribute) else None
    if method is not None and method.attr in FORBIDDEN_METHODS and ast.unparse(method.value) not in LIBRARIES:
        yield f".{method.attr}", ADVICE[method.attr]


def _of_import(node):
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for module in set(names) & FORBIDDEN_MODULES:
        yield f"import {module}", "not in the reported path"
    if isinstance(node, ast.ImportFrom) and node.module in {"math", "numpy"}:
        for alias in node.names:
            if alias.name in ADVICE:
                yield f"from {node.module} import {alias.name}", ADVICE[alias.name]


def _whole_power(node) -> bool:
    """A power of a literal base (10**decimals, 2.0**-53): whole exponents of these are exact."""
    return isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and node.left.value in {2, 10, 16, 1024}


def test_no_file_of_the_science_leaves_the_exact_operations():
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        found += findings(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    assert not found, "\n" + "\n".join(found)


def test_every_exception_is_still_needed(monkeypatch):
    needed = dict(EXCEPTIONS)
    monkeypatch.setattr(f"{__name__}.EXCEPTIONS", {})
    for name, what in needed:
        assert any(f": {what} (" in line for line in findings((ROOT / name).read_text(encoding="utf-8"), name))


@pytest.mark.parametrize(
    "line",
    [
        "y = np.exp(x)",
        "y = numpy.log10(x)",
        "y = math.pow(x, 3)",
        "y = x ** 0.5",
        "x **= 3",
        "y = a @ b",
        "y = a.dot(b)",
        "y = np.linalg.lstsq(a, b)",
        "y = np.polyfit(x, y, 1)",
        "y = values.mean()",
        "y = np.quantile(x, 0.1)",
        "y = np.random.default_rng(1)",
        "from math import exp",
        "import statistics",
        "y = pow(x, 2.5)",
    ],
)
def test_the_check_finds(line):
    assert findings(line, "flux/example.py")


@pytest.mark.parametrize("line", ["y = 10**decimals", "y = 2.0**-53", "y = np.sqrt(x) + math.fsum(z)", "y = exp(x)"])
def test_the_check_lets_pass(line):
    assert not findings(line, "flux/example.py")
