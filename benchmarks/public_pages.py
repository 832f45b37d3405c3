"""python -m benchmarks.public_pages [--projects N] [--holdings N] [--rounds N]

First byte of the public pages over gunicorn, beside a view that answers "ok" through the same middleware on the same
server in the same run. Cold: the page's facts changed just before, so that it is made anew (the database is warm).
Warm: the kept page. Times on the clock in milliseconds, median of the rounds; the pages take turns with the trivial
view, so that a busy moment meets them alike. The names of the gates are those of the specification.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import time
from typing import Any

from benchmarks.ledger.place import servers
from benchmarks.timing import times

COLD_GATE, WARM_GATE = 10.0, 3.0
BLOCK = 10
RETIRED_EVERY = 10
"""Of the holdings, every tenth is retired by a retirement of its own."""
PEOPLE = "SELECT id FROM organisations_user ORDER BY id LIMIT 1"
PROJECTS = """
    INSERT INTO projects_project ({columns})
    SELECT {values} FROM projects_project p, generate_series(2, %(projects)s) n WHERE p.id = %(project)s
"""
LEDGER = """
    INSERT INTO credits_issuancerequest (project_id, period_start, period_end, outcome, quantity_t, buffer_t,
        prepared_by_id, prepared_at, reason, state)
    SELECT p.id, r.period_start, r.period_end, r.outcome, %(each)s, 0, r.prepared_by_id, now(), '', 'prepared'
      FROM projects_project p, credits_issuancerequest r WHERE p.id > %(project)s AND r.id = %(request)s;
    INSERT INTO credits_issuance (request_id, project_id, period_start, period_end, utc_offset_s, span, serials,
        quantity_t, buffer_t, statement_number, approved_by_id, issued_at)
    SELECT r.id, r.project_id, r.period_start, r.period_end, 28800, int8range(r.id * 10, r.id * 10 + 1),
           int8range(%(first)s + (r.id - %(request)s - 1) * %(each)s, %(first)s + (r.id - %(request)s) * %(each)s),
           %(each)s, 0, 'VS-' || r.id, %(person)s, now()
      FROM credits_issuancerequest r WHERE r.id > %(request)s;
    INSERT INTO credits_allotment (serials, vintage, issuance_id, account_id, status)
    SELECT serials, 2021, id, %(account)s, 'active' FROM credits_issuance WHERE id > %(issuance)s;
    INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
    SELECT int8range(lower(i.serials) + n * %(block)s, lower(i.serials) + (n + 1) * %(block)s), 2021, i.id, %(account)s,
           CASE WHEN n %% %(every)s = 0 THEN 'retired' ELSE 'active' END, %(entry)s
      FROM credits_issuance i, generate_series(0, %(blocks)s - 1) n WHERE i.id > %(issuance)s;
    INSERT INTO credits_retirement (account_id, serials, quantity_t, key, beneficiary_name, beneficiary_type,
        beneficiary_code, on_behalf, purpose, year, public_text, retired_by_id, retired_at)
    SELECT %(account)s, int8multirange(serials), %(block)s, 'bench-' || id, 'Beneficiary ' || id %% 997, 'organisation',
           '', false, 'voluntary', 2024, '', %(person)s, now()
      FROM credits_holding WHERE status = 'retired' AND opened_by_id = %(entry)s AND issuance_id > %(issuance)s;
"""
TABLES = ("projects_project", "credits_issuancerequest", "credits_issuance", "credits_allotment", "credits_holding")
RESTING = (*TABLES, "credits_retirement")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_pages", description=__doc__.split("\n\n")[1])
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--holdings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    os.environ["DATABASE_POOL"] = "true"  # as the web process of ``manage.py up`` has it
    with servers() as owner_url:
        code = fill(owner_url, asked.projects, asked.holdings)
        measure(owner_url, code, asked.rounds)


def fill(owner_url: str, projects: int, holdings: int) -> str:
    """One project through the services, its copies and their ledger by plain SQL; the code of a copy.

    The triggers that guard the ledger rest meanwhile; those that count what the public sees do not.
    """
    import psycopg  # noqa: PLC0415

    from registry.credits.models import Account, Entry  # noqa: PLC0415
    from registry.projects.models import Project  # noqa: PLC0415
    from tests.registry.certificates.world import certificate  # noqa: PLC0415
    from tests.registry.public.world import retirement  # noqa: PLC0415

    start = time.perf_counter()
    made = certificate()
    retirement(made.project, "Tea Co.")
    blocks = max(1, holdings // projects)
    facts = {
        "projects": projects,
        "project": made.project_id,
        "request": made.issuance.request_id,
        "issuance": made.issuance_id,
        "first": made.issuance.serials.upper + 1,
        "account": Account.objects.get(kind="holder", owner=made.project.proponent).pk,
        "entry": Entry.objects.earliest("id").pk,
        "block": BLOCK,
        "each": BLOCK * blocks,
        "blocks": blocks,
        "every": RETIRED_EVERY,
    }
    columns = {field.column: f"p.{field.column}" for field in Project._meta.fields if field.name != "id"}
    columns |= {
        "code": "'KC-' || p.division_code || '-' || lpad(n::text, 6, '0')",
        "name_en": "p.name_en || ' ' || n",
        "division_code": "lpad((520100 + n % 88)::text, 6, '0')",
    }
    with psycopg.connect(owner_url, autocommit=True) as owner:
        facts["person"] = owner.execute(PEOPLE).fetchone()[0]
        _rest(owner, "DISABLE")
        names, values = ", ".join(columns), ", ".join(columns.values()).replace("%", "%%")
        owner.execute(PROJECTS.format(columns=names, values=values), facts)
        for statement in LEDGER.split(";\n"):
            if statement.strip():
                owner.execute(statement, facts)
        _rest(owner, "ENABLE")
        owner.execute("VACUUM ANALYZE")
    print(f"{projects:,} projects and {projects * blocks:,} holdings in {time.perf_counter() - start:.0f} s")
    return Project.objects.exclude(pk=made.project_id).latest("id").code


def _rest(owner: Any, what: str) -> None:
    for table in RESTING:
        owner.execute(f"ALTER TABLE {table} {what} TRIGGER USER")
        for trigger in _counting(owner, table):
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def _counting(owner: Any, table: str) -> list[str]:
    """The table's triggers that count what the public sees."""
    rows = owner.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND starts_with(tgname, 'public_')", [table]
    )
    return [name for (name,) in rows.fetchall()]


def measure(owner_url: str, code: str, rounds: int) -> None:
    import psycopg  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    from tests.registry.credits.over_http import Server  # noqa: PLC0415

    pages = {
        "start page": "/",
        "registry, map and list": "/registry/",
        "one county": "/registry/?county=520107",
        "a project": f"/registry/p/{code}/",
        "retirements": "/registry/retirements/",
    }
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.ledger.http_settings"
    server = Server(settings.DATABASE_URL)
    try:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            for path in ("/trivial", *pages.values()):
                for _warming in range(5):
                    _first_byte(server.port, path)
            for what, path in pages.items():
                _line(owner, server.port, what, path, rounds)
    finally:
        server.stop()


def _line(owner: Any, port: int, what: str, path: str, rounds: int) -> None:
    taken: dict[str, list[float]] = {"trivial": [], "cold": [], "warm": []}
    for _round in range(rounds):
        taken["trivial"].append(_first_byte(port, "/trivial"))
        for subject in ("projects", "credits", "periods"):
            owner.execute("SELECT public_count(%s, 0, 0)", [subject])
        taken["cold"].append(_first_byte(port, path))
        taken["warm"].append(_first_byte(port, path))
    trivial, cold, warm = (statistics.median(taken[name]) for name in ("trivial", "cold", "warm"))
    gates = "" if cold < COLD_GATE * trivial and warm < WARM_GATE * trivial else "   over a gate"
    print(
        f"  {what:<24} trivial {1000 * trivial:6.1f} ms   cold {1000 * cold:7.1f} ms {times(cold, trivial):>8}"
        f"   warm {1000 * warm:6.1f} ms {times(warm, trivial):>8}{gates}",
        flush=True,
    )


def _first_byte(port: int, path: str) -> float:
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    talk.connect()
    start = time.perf_counter()
    talk.request("GET", path, headers={"Accept-Language": "en"})
    answer = talk.getresponse()  # the status line and headers are there
    answer.read(1)
    seconds = time.perf_counter() - start
    answer.read()
    talk.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return seconds


if __name__ == "__main__":
    main()
