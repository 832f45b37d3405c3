"""Every link of every page as every role, in both languages and both themes: nothing dead, nothing foreign, nothing
that axe-core finds in the way of a reader.

In every run: two readers and some kinds of page, on a world without projects. Under ``KCR_LONG=1``: all roles, two
pages of every kind, on the whole demonstration.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT, Server
from tests.browser.rounds import AXE, LANGUAGES, PUBLIC, ROLES, foreign_words, go_round

pytestmark = pytest.mark.browser
LONG = os.environ.get("KCR_LONG") == "1"
SAMPLE = ((PUBLIC, "en"), (PUBLIC, "zh"), ("Authority's approver", "zh"))
SAMPLE_PAGES = 14


@pytest.fixture(scope="module")
def world(server: Server) -> Server:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci, with the development packages)")
    if LONG:
        command = [sys.executable, "manage.py", "demo", "--no-up"]
        done = subprocess.run(command, cwd=ROOT, env=server.env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
    return server


@pytest.mark.parametrize(("role", "language"), [(r, lang) for r in ROLES for lang in LANGUAGES] if LONG else SAMPLE)
def test_every_link_leads_somewhere_and_every_page_is_whole(world, people, role, language):
    seen = go_round(
        people, role, language, of_kind=2 if LONG else 1, most=None if LONG else SAMPLE_PAGES, both_themes=LONG
    )
    assert seen.wrong == []
    assert len(seen.kinds) > 10


def test_a_forgotten_word_is_seen_and_a_code_is_not():
    assert foreign_words("状态 draft，见 Draft 版") == ["draft", "Draft"]
    assert foreign_words("KCS-ENH-BACI 1.1.0 的 EC25 与 pH，readings.csv，HCO₃⁻ mg/L，a/b/readings") == []
