"""python -m tests.calculations.reproducibility.versions [NUMPY_VERSION ...]: the same bits by other versions of numpy.

Each version is installed in an environment of its own under var/reproducibility (nothing but numpy), for this Python.
The whole computation runs there as in `digests`, and every digest is compared with this environment's. Exit status 1
where one differs.
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.calculations.reproducibility.digests import PLACE

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "var" / "reproducibility"
VERSIONS = ("1.26.4", "2.0.2", "2.2.6", "2.3.5")
COMMAND = ("-W", "ignore", "-m", "tests.calculations.reproducibility.digests", "--whole")


def main(versions: list[str]) -> int:
    """Compare all versions; returns the exit status."""
    reference = digests(Path(sys.executable))
    print(f"{'here':<10} {reference[PLACE]:<60} {len(reference) - 1} digests")
    status = 0
    for version in versions:
        found = digests(interpreter(version))
        different = [name for name in reference if name != PLACE and found.get(name) != reference[name]]
        status = status or int(bool(different))
        outcome = f"different: {', '.join(different[:5])} ({len(different)} in all)" if different else "identical"
        print(f"{version:<10} {found[PLACE]:<60} {outcome}", flush=True)
    return status


def digests(python: Path) -> dict[str, str]:
    """All digests as one interpreter calculates them."""
    made = subprocess.run(
        [python, *COMMAND], cwd=ROOT, env=os.environ | {"PYTHONPATH": ""}, capture_output=True, check=True
    )
    found: dict[str, str] = json.loads(made.stdout)
    return found


def interpreter(version: str) -> Path:
    """An environment with that numpy and nothing else, made where it is not there yet."""
    name = f"py{sys.version_info.major}{sys.version_info.minor}-numpy-{version}"
    python = FOLDER / name / "bin" / "python"
    if not python.exists():
        venv.create(python.parents[1], with_pip=True)
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", f"numpy=={version}"]
    subprocess.run(pip, check=True)
    return python


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(VERSIONS)))
