"""Tampering with the stored log as the database's superuser, whom nothing refuses: what the offline check says of it.

The checker holds one old checkpoint, taken before. Every case is made twice: clumsily (only the events are touched) and
thoroughly (leaves and tiles are rewritten to fit, as somebody with full rights could; only the signature cannot be).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import override_settings

from registry.audit import checkpoints, checks, command, keys, logfile, notes, sequencing, tiles, upkeep, verifying
from registry.audit.models import Checkpoint, Event, Leaf, Verification
from registry.audit.tree import leaf_hash
from registry.core.actors import SYSTEM
from registry.core.embedded.database import SUPERUSER
from tests.registry.audit.log_of import grown, write

pytestmark = pytest.mark.django_db
SIZE, OLD, TARGET = 600, 520, 300
"""Records; the size of the old checkpoint that the checker keeps; where somebody meddles."""
TABLES = ("event", "pending", "leaf", "tile", "checkpoint", "log")


@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    """A session with every right, and every trigger and foreign key switched off."""
    parameters = {**connection.get_connection_params(), "user": SUPERUSER}
    plain = {key: value for key, value in parameters.items() if key in ("host", "port", "dbname", "user")}
    with psycopg.connect(**plain, autocommit=True) as session:
        session.execute("SET session_replication_role = replica")
        yield session


def run_sql(*statements: str) -> None:
    with superuser() as session:
        for statement in statements:
            session.execute(statement)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("log")


@pytest.fixture(autouse=True)
def _own_keys_and_copy(place):
    with keys_in(place):
        yield


def keys_in(place):
    return override_settings(
        KEYS_DIR=place / "keys",
        LOG_SIGNING_KEY=place / "keys" / "log.key",
        LOG_CHECKPOINTS_DIR=place / "checkpoints",
    )


@pytest.fixture(scope="module")
def drawer(django_db_setup, django_db_blocker, place):
    """One committed log for all cases, and the old checkpoint in the checker's drawer."""
    with django_db_blocker.unblock(), keys_in(place):
        run_sql(*(f"DELETE FROM audit_{table}" for table in TABLES))
        grown(100)
        old = grown(OLD - 100)
        grown(SIZE - OLD)
        run_sql(*(f"CREATE TABLE kept_{table} AS TABLE audit_{table}" for table in TABLES))
        connection.close()
    path = place / "kept-by-a-stranger.txt"
    path.write_text(old.note)
    yield path
    with django_db_blocker.unblock():
        run_sql(*(f"DELETE FROM audit_{table}" for table in TABLES), *(f"DROP TABLE kept_{table}" for table in TABLES))
        connection.close()


@pytest.fixture
def held(drawer):
    """The old checkpoint; whatever a test does to the log is mended after it."""
    yield drawer
    run_sql(
        *(f"DELETE FROM audit_{table}" for table in TABLES),
        *(f"INSERT INTO audit_{table} SELECT * FROM kept_{table}" for table in TABLES),
    )


@pytest.fixture
def check(tmp_path, capsys, held):
    """Export the log and check the file as a stranger would: with the published keys and the old checkpoint."""

    def run(*more: str) -> tuple[int, dict]:
        target = tmp_path / "log.txt"
        call_command("log", "export", str(target))
        capsys.readouterr()
        return verified(capsys, str(target), "--checkpoint", str(held), *more)

    return run


def verified(capsys, *arguments: str) -> tuple[int, dict]:
    from registry.__main__ import main

    status = main(["verify-log", *arguments, "--key", str(django_settings.KEYS_DIR / command.KEYS_FILE), "--json"])
    return status, json.loads(capsys.readouterr().out)


def rewritten(order: list[int]) -> None:
    """Build leaves and tiles anew over these events (numbers of events in order), as a thorough forger would."""
    with superuser() as session:
        for table in ("tile", "leaf", "pending"):
            session.execute(f"DELETE FROM audit_{table}")
        bodies = dict(session.execute("SELECT id, body FROM audit_event").fetchall())
        rows = [(index, pk, leaf_hash(bytes(bodies[pk]))) for index, pk in enumerate(order)]
        session.cursor().executemany("INSERT INTO audit_leaf (index, event_id, hash) VALUES (%s, %s, %s)", rows)
        for tile in tiles.complete_tiles(0, len(order)):
            session.execute(
                "INSERT INTO audit_tile (level, index, hashes, root) VALUES (%s, %s, %s, %s)",
                [tile.level, tile.index, tile.hashes, tile.root],
            )


def placed() -> list[int]:
    return list(Leaf.objects.order_by("index").values_list("event_id", flat=True))


def change(pk: int) -> None:
    body = bytes(Event.objects.get(pk=pk).body).replace(b'"n":', b'"n":9')
    with superuser() as session:
        session.execute("UPDATE audit_event SET body = %s WHERE id = %s", [body, pk])


def codes(outcome: dict) -> list[str]:
    return [reason["code"] for reason in outcome["reasons"]]


def said(outcome: dict) -> str:
    return " ".join(f"{reason['zh']} {reason['en']}" for reason in outcome["reasons"])


def test_an_untouched_log_is_intact(check):
    status, outcome = check()
    assert (status, outcome["intact"], codes(outcome), outcome["notes"]) == (0, True, [], [])
    assert outcome["facts"]["记录 Records"] == str(SIZE)
    assert outcome["facts"]["相符的检查点 Checkpoints that agree"] == "4"


# --- clumsily: only the events are touched ----------------------------------------------------------------------


def test_a_changed_record_is_named(check):
    change(placed()[TARGET])
    status, outcome = check()
    assert status == 1
    assert codes(outcome) == ["RECORD_CHANGED", "LOG_REWRITTEN"]
    assert f"第 {TARGET} 条记录被改动" in said(outcome)
    assert f"Record {TARGET} was changed" in said(outcome)


def test_a_deleted_record_is_named(check):
    run_sql(f"DELETE FROM audit_event WHERE id = {placed()[TARGET]}")
    status, outcome = check()
    assert (status, codes(outcome)) == (1, ["RECORD_MISSING"])
    assert f"Record {TARGET} was deleted" in said(outcome)


def test_a_record_deleted_with_its_leaf_is_named(check):
    pk = placed()[TARGET]
    run_sql(f"DELETE FROM audit_leaf WHERE event_id = {pk}", f"DELETE FROM audit_event WHERE id = {pk}")
    status, outcome = check()
    assert (status, codes(outcome)) == (1, ["RECORD_MISSING"])


def test_swapped_records_are_named(check):
    one, other = placed()[TARGET], placed()[TARGET + 7]
    run_sql(
        "UPDATE audit_event e SET body = o.body FROM audit_event o"
        f" WHERE e.id IN ({one}, {other}) AND o.id = {one} + {other} - e.id"
    )
    status, outcome = check()
    assert status == 1
    assert codes(outcome) == ["RECORDS_REORDERED", "LOG_REWRITTEN"]
    assert f"Records {TARGET} to {TARGET + 7} were reordered" in said(outcome)


def test_an_event_written_past_the_log_is_found_in_the_database(held):
    run_sql(
        "INSERT INTO audit_event (clock_offset_s, roles, action, object_type, object_id, refused, reason, body)"
        " VALUES (0, '', 'x', '', '', false, '', '{}')"
    )
    outcome, _seconds = checks.verify_stored()
    assert [fault.code for fault in outcome.faults] == ["EVENTS_UNLOGGED"]


def test_a_changed_tile_is_found_in_the_database(held):
    run_sql("UPDATE audit_tile SET hashes = decode(repeat('01', 8192), 'hex') WHERE index = 1")
    outcome, _seconds = checks.verify_stored()
    assert "TREE_CHANGED" in [fault.code for fault in outcome.faults]


# --- thoroughly: the tree is rewritten to fit -------------------------------------------------------------------


def bracketed(outcome: dict) -> None:
    """The checkpoints say between which records it is: after that of 100, before that of 520."""
    assert codes(outcome)[0] == "LOG_REWRITTEN"
    assert f"records 100 to {OLD - 1}" in said(outcome)
    assert f"第 100 至 {OLD - 1} 条" in said(outcome)


def test_a_change_fitted_into_the_tree_is_found(check):
    order = placed()
    change(order[TARGET])
    rewritten(order)
    status, outcome = check()
    assert status == 1
    bracketed(outcome)


def test_a_deletion_fitted_into_the_tree_is_found(check):
    order = placed()
    gone = order.pop(TARGET)
    rewritten(order)
    run_sql(f"DELETE FROM audit_event WHERE id = {gone}")
    status, outcome = check()
    assert status == 1
    bracketed(outcome)


def test_an_insertion_fitted_into_the_tree_is_found(check):
    order = placed()
    run_sql(
        "INSERT INTO audit_event (id, clock_offset_s, roles, action, object_type, object_id, refused, reason, body)"
        " VALUES (999999999, 0, '', 'x', '', '', false, '', '{\"forged\":true}')"
    )
    order.insert(TARGET, 999999999)
    rewritten(order)
    status, outcome = check()
    assert status == 1
    bracketed(outcome)


def test_a_new_order_fitted_into_the_tree_is_found(check):
    order = placed()
    order[TARGET], order[TARGET + 1] = order[TARGET + 1], order[TARGET]
    rewritten(order)
    status, outcome = check()
    assert status == 1
    bracketed(outcome)


def test_a_log_cut_off_is_found(check):
    rewritten(placed()[:TARGET])
    status, outcome = check()
    assert (status, codes(outcome)) == (1, ["LOG_TRUNCATED"])
    assert f"ends after {TARGET} record(s), {SIZE} should be there" in said(outcome)


def test_an_older_copy_is_found(check):
    """All tables as they were, checkpoints too: only the checkpoint in the drawer knows."""
    rewritten(placed()[:TARGET])
    run_sql("DELETE FROM audit_checkpoint WHERE size > 100")
    status, outcome = check()
    assert (status, codes(outcome)) == (1, ["LOG_ROLLED_BACK"])
    assert f"{TARGET} record(s), but the checkpoint" in said(outcome)
    assert f"was signed over {OLD}" in said(outcome)


def test_a_log_begun_anew_is_another_log(check, settings):
    run_sql("DELETE FROM audit_checkpoint", "DELETE FROM audit_tile", "DELETE FROM audit_leaf")
    run_sql(
        "ALTER TABLE audit_log DISABLE TRIGGER USER",
        "DELETE FROM audit_log",
        "ALTER TABLE audit_log ENABLE TRIGGER USER",
    )
    before = transaction.savepoint()
    grown(3)
    status, outcome = check()
    transaction.savepoint_rollback(before)  # else its rows would be in the way of those that are put back
    assert (status, codes(outcome)) == (1, ["OTHER_LOG"])


def test_a_forger_with_another_key_gets_nowhere(check):
    """Everything rewritten and signed again, with a key of one's own under the same name."""
    order = placed()
    change(order[TARGET])
    rewritten(order)
    log, at = checkpoints.this_log(), Checkpoint.objects.first().at
    forged = notes.Checkpoint(log.origin, SIZE, tiles.stored_tree().root(), at)
    note = str(forged.signed(notes.SigningKey(log.origin, Ed25519PrivateKey.generate())))
    with superuser() as session:
        session.execute("DELETE FROM audit_checkpoint")
        session.execute(
            "INSERT INTO audit_checkpoint (size, root, at, note) VALUES (%s, %s, %s, %s)", [SIZE, forged.root, at, note]
        )
    status, outcome = check()
    assert status == 1
    assert codes(outcome) == ["KEY_UNKNOWN", "LOG_REWRITTEN"]


# --- meddling with the exported file ----------------------------------------------------------------------------


@pytest.fixture
def lines(tmp_path, held):
    target = tmp_path / "log.txt"
    call_command("log", "export", str(target))
    return target, target.read_bytes().splitlines(keepends=True)


def record_line(index: int) -> int:
    return 1 + index + index // 256  # the header, and a line of hashes after every 256


EDITS = {
    "RECORD_CHANGED": lambda ls, at: [*ls[:at], ls[at].replace(b'"n":', b'"n":1'), *ls[at + 1 :]],
    "RECORD_MISSING": lambda ls, at: [*ls[:at], b"\n", *ls[at + 1 :]],
    "RECORDS_DELETED": lambda ls, at: [*ls[:at], *ls[at + 3 :]],
    "RECORDS_INSERTED": lambda ls, at: [*ls[:at], ls[at + 20], b'{"forged":true}\n', *ls[at:]],
    "RECORDS_REORDERED": lambda ls, at: [*ls[:at], ls[at + 1], ls[at], *ls[at + 2 :]],
    "LOG_TRUNCATED": lambda ls, at: ls[:at],
}


@pytest.mark.parametrize("code", EDITS)
def test_every_edit_of_the_file_is_named_with_its_place(code, lines, held, capsys):
    target, content = lines
    target.write_bytes(b"".join(EDITS[code](content, record_line(TARGET))))
    capsys.readouterr()
    status, outcome = verified(capsys, str(target), "--checkpoint", str(held))
    assert status == 1
    assert code in codes(outcome)
    assert str(TARGET) in said(outcome)


def test_a_log_without_its_lines_of_hashes_still_shows_against_the_checkpoint(lines, held, capsys):
    target, content = lines
    plain = [line for line in content if not line.startswith(b"#")]
    target.write_bytes(b"".join(plain))
    capsys.readouterr()
    assert verified(capsys, str(target), "--checkpoint", str(held))[0] == 0
    target.write_bytes(b"".join([*plain[:50], *plain[51:]]))
    status, outcome = verified(capsys, str(target), "--checkpoint", str(held))
    assert status == 1
    assert "LOG_REWRITTEN" in codes(outcome)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"format":"kcr-log/9"}', b"%PDF-1.7", b'{"format": 1}\n', b"\xff"]
)
def test_what_is_no_log_is_told_and_no_traceback(content, tmp_path, held, capsys):
    target = tmp_path / "other"
    target.write_bytes(content)
    status, outcome = verified(capsys, str(target))
    assert (status, codes(outcome)[0] in ("NOT_A_LOG", "PROOF_WRONG")) == (1, True)
    assert verified(capsys, str(tmp_path / "nothing"))[1]["reasons"][0]["code"] == "NO_FILE"


def test_the_command_runs_alone_without_django_and_speaks_both_languages(tmp_path, held):
    target = tmp_path / "log.txt"
    call_command("log", "export", str(target))
    source = (
        "import sys; from registry.__main__ import main; status = main(sys.argv[1:]);"
        " assert 'django' not in sys.modules; sys.exit(status)"
    )
    keys_file = str(django_settings.KEYS_DIR / command.KEYS_FILE)
    done = subprocess.run(
        [sys.executable, "-c", source, "verify-log", str(target), "--checkpoint", str(held), "--key", keys_file],
        capture_output=True,
        text=True,
        check=False,
        cwd=django_settings.ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert "日志完好 INTACT" in done.stdout


# --- the check inside the database ------------------------------------------------------------------------------


def test_the_stored_log_is_verified_and_the_answer_kept(held):
    write(2)
    asked = upkeep.ask_verification(actor=SYSTEM)
    assert upkeep.ask_verification(actor=SYSTEM) == asked, "one at a time"
    done = upkeep.run_verification(asked.pk)
    assert (done.result, done.records, done.confirmed_size, done.pending) == ("intact", SIZE, SIZE, 2)
    change(placed()[TARGET])
    broken = upkeep.verify_tonight()
    assert broken.result == Verification.Result.BROKEN
    assert broken.faults[0]["code"] == "RECORD_CHANGED"
    with pytest.raises(CommandError, match=r"intact|完好"):
        call_command("log", "verify")


def test_what_the_file_says_is_what_is_stored(held, tmp_path):
    target = tmp_path / "log.txt"
    call_command("log", "export", str(target))
    with target.open("rb") as file:
        header = logfile.read_header(file)
        blocks = list(logfile.read_blocks(file))
    assert header.records == SIZE == sum(len(block.bodies) for block in blocks)
    assert [notes.open_checkpoint(note, keys.verifier_keys()).size for note in header.checkpoints] == [100, OLD, SIZE]
    stored = [
        bytes(body) for body in Event.objects.order_by("leaf__index").exclude(leaf=None).values_list("body", flat=True)
    ]
    assert [body for block in blocks for body in block.bodies] == stored
    assert Event.objects.filter(action="audit.export").count() == 1


def test_a_body_that_is_no_line_survives_the_file(held, tmp_path):
    run_sql(f"UPDATE audit_event SET body = '#not\n{{json' WHERE id = {placed()[TARGET]}")
    kept = b"".join(bytes(leaf.hash) for leaf in Leaf.objects.all())
    pieces = b"".join(logfile.write(logfile.header_of("x", SIZE, [], []), checks.stored_blocks(SIZE)))
    path = tmp_path / "log.txt"
    path.write_bytes(pieces)
    with path.open("rb") as file:
        logfile.read_header(file)
        bodies = [body for block in logfile.read_blocks(file) for body in block.bodies]
    assert bodies[TARGET] == b"#not\n{json"
    outcome = verifying.verify(verifying.blocks_of(bodies, kept), [])
    assert [(fault.code, fault.record) for fault in outcome.faults] == [("RECORD_CHANGED", TARGET)]


def test_sequencing_goes_on_beside_a_verification(held):
    write(3)
    sequencing.sequence()
    outcome, _seconds = checks.verify_stored()
    assert (outcome.good, outcome.records) == (True, SIZE + 3)
