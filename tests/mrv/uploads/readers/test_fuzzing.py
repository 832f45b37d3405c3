"""A short round of ``make fuzz``: the same cases each time; many more under KCR_LONG."""

from __future__ import annotations

import os
from collections import Counter

from benchmarks.fuzzing import corpus, fuzz, made, tried

CASES = 3_000 if os.environ.get("KCR_LONG") else 45


def test_a_round_of_random_changes_finds_nothing():
    count, findings, profiles = fuzz(seed=7_000, cases=CASES)
    assert count == CASES
    assert [f"case {finding.case}: {finding.what}" for finding in findings] == []
    assert len(profiles) > 5, "the files are still near enough to be read as many layouts"


def test_a_case_is_the_same_each_time():
    seeds = corpus()
    assert [made(case, seeds) for case in range(30)] == [made(case, seeds) for case in range(30)]


def test_a_crash_and_a_broken_promise_are_found(monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.fuzzing.KEPT", tmp_path)

    def crashes(_data):
        raise ZeroDivisionError

    monkeypatch.setattr("benchmarks.fuzzing.read_in_every_way", crashes)
    finding = tried(1, corpus(), Counter())
    assert finding is not None
    assert "ZeroDivisionError" in finding.what
    assert finding.file is not None
    assert finding.file.read_bytes() == made(1, corpus())


def test_a_case_is_the_same_file_whenever_it_is_made(monkeypatch):
    seeds = corpus()
    before = [made(case, seeds) for case in range(60)]
    assert any(data.startswith(b"PK") for data in before)
    monkeypatch.setattr("zipfile.time.time", lambda: 86_400.0 * 365 * 40)
    monkeypatch.setattr("zipfile.time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert [made(case, seeds) for case in range(60)] == before
