"""From the queue into the tree: every committed event once, in one row of places, and checkpoints over them."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from registry.audit import checkpoints, keys, notes, sequencing, tiles
from registry.audit.models import Checkpoint, Event, Leaf, Log, Pending, Tile
from registry.audit.services import record
from registry.audit.tree import leaf_hash, root_of
from registry.core.actors import SYSTEM
from registry.core.errors import Refusal
from tests.registry.audit import naive
from tests.registry.audit.log_of import grown, write
from tests.registry.credits.over_http import application_url
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db


def bodies() -> list[bytes]:
    return [bytes(leaf.event.body) for leaf in Leaf.objects.select_related("event").order_by("index")]


def test_an_event_waits_from_its_own_transaction_on_and_gets_its_place():
    first, second = write(2)
    assert set(Pending.objects.values_list("event_id", flat=True)) == {first.pk, second.pk}
    assert sequencing.sequence() == 2
    assert not Pending.objects.exists()
    assert [(leaf.index, leaf.event_id) for leaf in Leaf.objects.all()] == [(0, first.pk), (1, second.pk)]
    assert bytes(Leaf.objects.first().hash) == leaf_hash(bytes(first.body))
    assert sequencing.sequence() == 0


def test_two_events_alike_have_different_hashes():
    """Else who knows a hash could find out by trying what the event says."""
    with transaction.atomic():
        one, other = (record(SYSTEM, "test.act", Log(pk=1)) for _ in range(2))
    assert bytes(one.body) != bytes(other.body)


def test_the_stored_tree_is_that_of_the_formulas(monkeypatch):
    """Grown in batches over several tiles: the root, and every tile."""
    monkeypatch.setattr(sequencing, "BATCH", 150)
    for count in (1, 254, 1, 300, 260):
        write(count)
        sequencing.sequence()
        assert tiles.stored_tree().root() == naive.mth(bodies())
    assert list(Tile.objects.order_by("index").values_list("level", "index")) == [(0, 0), (0, 1), (0, 2)]
    for tile in Tile.objects.all():
        leaves = [leaf_hash(body) for body in bodies()[tile.index * 256 :][:256]]
        assert (bytes(tile.hashes), bytes(tile.root)) == (b"".join(leaves), root_of(leaves))


def test_upper_levels_of_tiles_are_built_when_they_are_complete(monkeypatch):
    """With tiles of four: the same code, a tree of many levels."""
    from registry.audit import tree

    for module in (tree, tiles):
        monkeypatch.setattr(module, "TILE_WIDTH", 4)
    monkeypatch.setattr(tree, "TILE_HEIGHT", 2)
    monkeypatch.setattr(sequencing, "BATCH", 23)
    for count in (3, 14, 50, 5, 190):
        write(count)
        with triggers_off(Tile):  # which know tiles of 256
            sequencing.sequence()
        made, entries = tiles.stored_tree(), bodies()
        assert made.root() == naive.mth(entries)
        assert made.inclusion_proof(len(entries) // 3) == naive.path(len(entries) // 3, entries)
        assert made.consistency_proof(len(entries) // 2 + 1) == naive.proof(len(entries) // 2 + 1, entries)
    assert Tile.objects.filter(level=3).count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_event_is_lost_under_parallel_writers():
    """Eight writers commit out of the order of their ids, one rolls back now and then; two sequencers run meanwhile."""
    write(1)
    stop, faults = threading.Event(), []

    def writer(number: int) -> None:
        with psycopg.connect(application_url()) as own:
            for n in range(40):
                with own.transaction(force_rollback=n % 10 == 9):
                    own.execute(
                        "INSERT INTO audit_event (clock_offset_s, roles, action, object_type, object_id, refused,"
                        " reason, body) VALUES (0, '', 'test.act', 't', %s, false, '', %s)",
                        [f"{number}-{n}", f'{{"writer":{number},"n":{n}}}'.encode()],
                    )
                    own.execute("SELECT pg_sleep(random() * 0.01)")

    def sequencer() -> None:
        try:
            while not stop.is_set():
                sequencing.sequence()
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    sequencers = [threading.Thread(target=sequencer) for _ in range(2)]
    writers = [threading.Thread(target=writer, args=(number,)) for number in range(8)]
    for thread in (*sequencers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sequencers:
        thread.join()
    assert faults == []
    sequencing.sequence()
    assert Event.objects.count() == 1 + 8 * 36 == Leaf.objects.count()
    assert list(Leaf.objects.values_list("index", flat=True)) == list(range(1 + 8 * 36))
    assert not Pending.objects.exists()
    assert tiles.stored_tree().root() == naive.mth(bodies())
    placed = list(Leaf.objects.values_list("event_id", flat=True))
    assert placed != sorted(placed), "they did commit out of the order of their ids: reading id > last would lose some"


# --- checkpoints ------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_signed_kept_and_never_goes_back():
    first = grown(3)
    opened = notes.open_checkpoint(first.note, keys.verifier_keys(), checkpoints.this_log().origin)
    assert (opened.size, opened.root) == (3, naive.mth(bodies()))
    second = grown(300)
    assert second.size == 303
    assert checkpoints.copy_path(checkpoints.this_log()).read_text() == second.note
    refused = pytest.raises(DatabaseError, match="never goes back")
    with refused, transaction.atomic():
        Checkpoint.objects.create(size=3, root=first.root, at=first.at, note=first.note)


def test_the_timer_signs_when_the_log_grew_and_once_a_day(settings):
    settings.LOG_CHECKPOINT_EVERY_S = 0
    assert checkpoints.extend() is None, "an empty log has nothing to sign"
    write(1)
    assert checkpoints.extend().size == 1
    assert checkpoints.extend() == checkpoints.extend(), "nothing new, nothing signed"
    write(1)
    assert checkpoints.extend().size == 2
    settings.LOG_CHECKPOINT_EVERY_S = 240
    write(1)
    assert checkpoints.extend().size == 2, "too soon"
    assert checkpoints.covering(3).size == 3, "unless somebody waits for it"


def test_an_older_copy_of_the_database_refuses_to_sign():
    """As after a restore: rows, tree and checkpoints of yesterday, and the copy outside of today."""
    yesterday = grown(5)
    grown(4)
    for model in (Checkpoint, Leaf, Event):
        with triggers_off(model):
            if model is Checkpoint:
                model.objects.exclude(pk=yesterday.pk).delete()
            elif model is Leaf:
                gone = list(model.objects.filter(index__gte=5).values_list("event_id", flat=True))
                model.objects.filter(index__gte=5).delete()
            else:
                model.objects.filter(pk__in=gone).delete()
    with pytest.raises(Refusal) as refused:
        checkpoints.sign()
    assert refused.value.code == "LOG_BROKEN"
    assert "9" in str(refused.value)
    write(7)  # growing past it again does not help: the records are others
    sequencing.sequence()
    assert tiles.stored_size() == 12
    with pytest.raises(Refusal) as refused:
        checkpoints.sign()
    assert refused.value.code == "LOG_BROKEN"


def test_without_the_copy_outside_nothing_is_signed_until_a_kept_checkpoint_is_adopted():
    kept = grown(5)
    grown(1)
    log = checkpoints.this_log()
    checkpoints.copy_path(log).unlink()
    with pytest.raises(Refusal) as refused:
        checkpoints.sign()
    assert refused.value.code == "CHECKPOINT_COPY_MISSING"
    with pytest.raises(Refusal):
        checkpoints.adopt(kept.note.replace("\n5\n", "\n6\n"))
    assert checkpoints.adopt(kept.note).size == 5
    assert checkpoints.sign().size == 6


def test_a_changed_leaf_is_noticed_before_signing():
    grown(5)
    with triggers_off(Leaf):
        Leaf.objects.filter(index=2).update(hash=b"\0" * 32)
    with pytest.raises(Refusal) as refused:
        checkpoints.sign()
    assert refused.value.code == "LOG_BROKEN"


def test_an_event_taken_from_the_queue_by_force_stops_the_sequencer():
    (event,) = write(1)
    with triggers_off(Event):
        Event.objects.filter(pk=event.pk).delete()
    with pytest.raises(Refusal) as refused:
        sequencing.sequence()
    assert refused.value.code == "LOG_BROKEN"


# --- keys -------------------------------------------------------------------------------------------------------


def test_after_a_change_of_keys_old_checkpoints_verify_and_the_new_time_is_signed_by_both():
    old = grown(2)
    changed = checkpoints.change_key(actor=SYSTEM)
    new = grown(1)
    first, second = keys.verifier_keys()
    assert [each.id for each in notes.Note.parse(changed.note).signed_by([first, second])] == [second.id, first.id]
    assert notes.Note.parse(old.note).signed_by([first]) == [first]
    assert notes.Note.parse(new.note).signed_by([first, second]) == [second]
    for row in (old, changed, new):
        assert notes.open_checkpoint(row.note, keys.verifier_keys()).size == row.size
    assert Event.objects.filter(action="audit.change_key").count() == 1


def test_production_makes_no_key_and_signs_with_no_demonstration_key(settings):
    grown(1)
    settings.PRODUCTION = True
    keys._load.cache_clear()
    with pytest.raises(Refusal) as refused:
        checkpoints.sign()
    assert refused.value.code == "LOG_KEY_IS_DEMO"
    settings.LOG_SIGNING_KEY = settings.KEYS_DIR / "another.key"
    with pytest.raises(Refusal) as refused:
        checkpoints.sign()
    assert refused.value.code == "LOG_KEY_MISSING"
    assert checkpoints.change_key(actor=SYSTEM).size == 1, "the operator makes the first one"


def test_a_key_that_others_may_read_is_not_used(settings):
    grown(1)
    settings.LOG_SIGNING_KEY.chmod(0o644)
    keys._load.cache_clear()
    with pytest.raises(Refusal) as refused:
        checkpoints.sign()
    assert refused.value.code == "LOG_KEY_UNUSABLE"


def test_a_witness_cosigns_and_a_stranger_does_not(settings):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from registry.core.actors import PUBLIC

    row = grown(3)
    witness, stranger = (notes.SigningKey("witness.test/w", Ed25519PrivateKey.generate()) for _ in range(2))
    known = notes.VerifierKey("witness.test/w", notes.COSIGNATURE, witness.verifier.public)
    (settings.KEYS_DIR / keys.WITNESSES_FILE).write_text(f"{known}\n")
    text = notes.Note.parse(row.note).text
    line = str(witness.cosign(text, row.at))
    for _ in range(2):
        assert checkpoints.add_cosignature(actor=PUBLIC, line=line).checkpoint == row
    assert row.cosignatures.count() == 1
    for wrong in (str(stranger.cosign(text, row.at)), str(witness.cosign(text.replace("3", "4"), row.at)), "— x", ""):
        with pytest.raises(Refusal) as refused:
            checkpoints.add_cosignature(actor=PUBLIC, line=wrong)
        assert refused.value.code == "COSIGNATURE_WRONG"


# --- what the database itself refuses ---------------------------------------------------------------------------

REFUSED = {
    "a leaf out of the row": "INSERT INTO audit_leaf (index, event_id, hash)"
    " SELECT 9, id, sha256('\\x00'::bytea || body) FROM audit_event WHERE id IN (SELECT event_id FROM audit_pending)",
    "a leaf that is not its event's": "INSERT INTO audit_leaf (index, event_id, hash) SELECT 3, event_id, sha256('x')"
    " FROM audit_pending",
    "an event out of the queue": "DELETE FROM audit_pending",
    "another event in its place": "UPDATE audit_pending SET event_id = 0",
    "a changed leaf": "UPDATE audit_leaf SET hash = sha256('x')",
    "a leaf taken out": "DELETE FROM audit_leaf",
    "a changed checkpoint": "UPDATE audit_checkpoint SET size = 1",
    "a checkpoint taken out": "DELETE FROM audit_checkpoint",
    "a checkpoint of what is not there": "INSERT INTO audit_checkpoint (size, root, at, note)"
    " VALUES (9, 'x', now(), '')",
    "another root of the same size": "INSERT INTO audit_checkpoint (size, root, at, note) VALUES (3, 'x', now(), '')",
    "half a tile": "INSERT INTO audit_tile (level, index, hashes, root) VALUES (0, 0, 'x', 'x')",
    "another log": "UPDATE audit_log SET origin = 'x'",
    "a second log": "INSERT INTO audit_log (id, origin) VALUES (2, 'x')",
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(what):
    grown(3)
    write(1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REFUSED[what])


HELD_BY_TRIGGERS = sorted(set(REFUSED) - {"a second log", "another log", "another event in its place"})


@pytest.mark.parametrize("what", HELD_BY_TRIGGERS)
def test_without_its_trigger_each_would_have_passed(what):
    """The counterpart: what refuses is the trigger and nothing else by chance."""
    grown(3)
    write(1)
    with ExitStack() as stack:
        for model in (Event, Pending, Leaf, Tile, Checkpoint):
            stack.enter_context(triggers_off(model))
        with connection.cursor() as cursor:
            cursor.execute(REFUSED[what])
            assert cursor.rowcount > 0


@pytest.mark.django_db(transaction=True)
def test_the_applications_role_may_add_to_the_log_and_nothing_else():
    grown(3)
    forbidden = [
        f"{verb} audit_{table}{rest}"
        for table in ("event", "leaf", "tile", "checkpoint", "log", "cosignature")
        for verb, rest in (("DELETE FROM", ""), ("UPDATE", " SET id = id"), ("TRUNCATE", " CASCADE"))
    ] + ["TRUNCATE audit_pending", "UPDATE audit_pending SET event_id = 1", "DELETE FROM audit_verification"]
    allowed = []
    with psycopg.connect(application_url(), autocommit=True) as application:
        for statement in forbidden:
            try:
                application.execute(statement.replace("id = id", "index = index") if "leaf" in statement else statement)
                allowed.append(statement)
            except psycopg.errors.InsufficientPrivilege:
                pass
    assert allowed == []
