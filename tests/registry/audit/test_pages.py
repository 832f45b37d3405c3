"""The public page of the log, its files and proofs, and the authority's explorer."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from registry.audit import checkpoints, keys, notes, proofs, selectors, sequencing, tiles, upkeep
from registry.audit.models import Checkpoint, Event, Leaf, Verification
from registry.audit.services import record
from registry.audit.tree import leaf_hash, root_of
from registry.core.roles import Role
from registry.organisations.models import User
from tests.people import authority, official
from tests.registry.audit.log_of import grown, write
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def public():
    cache.clear()
    return Client(headers=ENGLISH)


@pytest.fixture
def auditor():
    actor = official(Role.AUDITOR)
    client = Client(headers=ENGLISH)
    client.force_login(User.objects.get(pk=actor.user_id))
    client.actor = actor
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


# --- what anybody may see ---------------------------------------------------------------------------------------


def test_the_page_says_so_before_the_first_checkpoint(public):
    assert "No checkpoint was signed yet" in text(public.get("/log/"))
    assert public.get("/log/checkpoint").status_code == 404
    assert public.get("/api/v1/log/checkpoints/newest/").status_code == 404


def test_the_newest_checkpoint_and_the_keys_are_there_to_be_saved(public):
    row = grown(300)
    page = text(public.get("/log/"))
    assert "300" in page
    assert str(keys.verifier_keys()[0]) in page
    saved = public.get("/log/checkpoint").content.decode()
    published = notes.read_keys(public.get("/log/keys").content.decode())
    assert notes.open_checkpoint(saved, published).root == bytes(row.root)
    assert public.get("/log/checkpoint/300").content.decode() == saved
    assert public.get("/log/checkpoint/299").status_code == 404


def test_a_kept_checkpoint_is_held_against_the_log(public):
    old = grown(3)
    grown(2)
    answer = text(public.get("/log/", {"checkpoint": old.note.replace("\n", "\r\n")}))
    assert "The first 3 records are exactly those" in answer
    assert reverse("transparency:consistency", args=[3, 5]) in answer
    wrong = {
        "The signature does not fit": old.note.replace("\n3\n", "\n4\n"),
        "This is no signed checkpoint": "nonsense",
        "This checkpoint is of another log": old.note.replace("/log/", "/gol/", 1),
        "No key of this log": str(notes.Note.parse(old.note).text) + "\n" + str(_stranger().sign("x")) + "\n",
    }
    for said, note in wrong.items():
        assert said in text(public.get("/log/", {"checkpoint": note})), said
    with triggers_off(Leaf):
        Leaf.objects.filter(index=1).update(hash=b"\0" * 32)
    assert "it was rewritten" in text(public.get("/log/", {"checkpoint": old.note}))


def _stranger() -> notes.SigningKey:
    return notes.SigningKey("stranger", Ed25519PrivateKey.generate())


def test_a_record_is_found_by_its_leaf_hash(public):
    (event,) = write(1)
    grown(20)
    found = leaf_hash(bytes(event.body)).hex()
    assert "It is record 0 of 21" in text(public.get("/log/", {"leaf": found}))
    assert "has no record with this hash" in text(public.get("/log/", {"leaf": "0" * 64}))
    assert "64 hexadecimal digits" in text(public.get("/log/", {"leaf": "x"}))


def test_tiles_are_those_of_the_tree_and_nothing_beyond_the_checkpoint(public):
    grown(600)
    write(5)
    sequencing.sequence()
    hashes = [bytes(leaf.hash) for leaf in Leaf.objects.all()]

    def read(address: str) -> bytes:
        answer = public.get(f"/log/tile/{address}")
        assert answer.status_code == 200, address
        assert "immutable" in answer["Cache-Control"]
        return answer.content

    assert read("0/000") == b"".join(hashes[:256])
    assert read("0/001") == b"".join(hashes[256:512])
    assert read("0/002.p/88") == b"".join(hashes[512:600])
    assert read("1/000.p/2") == root_of(hashes[:256]) + root_of(hashes[256:512])
    for address in ("0/002", "0/002.p/89", "0/003", "1/000", "1/000.p/3", "2/000.p/1", "0/2", "0/x001/000", "9/000",
                    "0/000.p/256", "0/000.p/0", "0/" + "x999/" * 5 + "999"):  # fmt: skip
        assert public.get(f"/log/tile/{address}").status_code == 404, address


def test_proofs_by_api_need_no_account_and_hold(public):
    old = grown(40)
    grown(300)
    given = public.get("/api/v1/log/keys/").json()
    published = [notes.VerifierKey.parse(key) for key in given["keys"]]
    for query in (
        {"index": 17},
        {"leaf_hash": bytes(Leaf.objects.get(index=17).hash).hex()},
        {"index": 17, "size": 40},
    ):
        proof = proofs.Inclusion.from_dict(public.get("/api/v1/log/inclusion/", query).json())
        assert proof.check(published, given["origin"]).size == query.get("size", 340)
    consistency = proofs.Consistency.from_dict(public.get("/api/v1/log/consistency/", {"old": 40}).json())
    assert [each.size for each in consistency.check(published)] == [40, 340]
    listed = public.get("/api/v1/log/checkpoints/").json()["results"]
    assert [each["size"] for each in listed] == [340, 40]
    assert listed[1]["note"] == old.note


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("inclusion/", 422),
        ("inclusion/?index=1&leaf_hash=00", 422),
        ("inclusion/?index=99", 422),
        ("inclusion/?index=-1", 422),
        ("inclusion/?index=" + "9" * 5000, 422),
        ("inclusion/?leaf_hash=zz", 422),
        ("inclusion/?leaf_hash=" + "0" * 64, 404),
        ("inclusion/?index=1&size=7", 404),
        ("consistency/", 422),
        ("consistency/?old=7", 404),
        ("consistency/?old=5&new=3", 422),
    ],
)
def test_what_cannot_be_proven_is_refused_with_a_reason(public, address, status):
    grown(3)
    grown(2)
    answer = public.get(f"/api/v1/log/{address}")
    assert answer.status_code == status
    assert answer.json()["code"]


def test_a_witness_cosigns_by_api_and_its_line_is_published(public, settings):
    row = grown(3)
    witness = _stranger()
    known = notes.VerifierKey(witness.name, notes.COSIGNATURE, witness.verifier.public)
    (settings.KEYS_DIR / keys.WITNESSES_FILE).write_text(f"{known}\n")
    line = str(witness.cosign(notes.Note.parse(row.note).text, row.at))
    sent = {"data": json.dumps({"line": line}), "content_type": "application/json"}
    answer = public.post("/api/v1/log/cosignatures/", **sent, headers={"Idempotency-Key": "a-key-of-12-signs"})
    assert answer.status_code == 201
    published = public.get("/log/checkpoint").content.decode()
    assert notes.Note.parse(published).signed_by([known]) == [known]
    assert notes.open_checkpoint(published, keys.verifier_keys()).size == 3
    assert "stranger" in text(public.get("/log/"))


# --- the explorer -----------------------------------------------------------------------------------------------


def test_officials_search_by_person_record_act_and_time(auditor):
    office = authority()
    with transaction.atomic():
        record(auditor.actor, "organisations.invite", office, reason="第一")
        record(auditor.actor, "organisations.close", office, reason="第二")
    cases = {
        ("person", "auditor"): {"第一", "第二"},
        ("person", str(auditor.actor.user_id)): {"第一", "第二"},
        ("person", "nobody of this name"): set(),
        ("act", "organisations.close"): {"第二"},
        ("kind", "organisations.Organisation"): {"第一", "第二"},
        ("kind", "projects.Project"): set(),
        ("record", str(office.pk)): {"第一", "第二"},
        ("from", "2000-01-01"): {"第一", "第二"},
        ("to", "2000-01-01"): set(),
        ("from", "not a date"): {"第一", "第二"},
        ("refused", "yes"): set(),
    }
    for (name, value), wanted in cases.items():
        page = text(auditor.get("/audit/", {name: value}))
        assert {word for word in ("第一", "第二") if word in page} == wanted, (name, value)


def test_pages_of_the_list_follow_each_other_both_ways(auditor):
    write(120)
    everything = list(Event.objects.order_by("-pk").values_list("pk", flat=True))
    seen, page = [], selectors.events_page(auditor.actor, selectors.Asked())
    while True:
        seen += [event.pk for event in page.events]
        if page.older is None:
            break
        page = selectors.events_page(auditor.actor, selectors.Asked(), before=page.older)
    assert seen == everything
    back = selectors.events_page(auditor.actor, selectors.Asked(), after=page.newer)
    assert [event.pk for event in back.events] == everything[50:100]
    first = selectors.events_page(auditor.actor, selectors.Asked(), after=back.newer)
    assert ([event.pk for event in first.events], first.newer) == (everything[:50], None)
    assert auditor.get("/audit/", {"before": "x", "after": "9" * 400}).status_code == 200


def test_an_event_shows_what_it_says_and_its_proof(auditor, tmp_path):
    office = authority()
    with transaction.atomic():
        event = record(
            auditor.actor, "projects.submit", office, before={"state": "draft"}, after={"state": "submitted"}
        )
    address = reverse("transparency:event", args=[event.pk])
    assert "It waits for its place" in text(auditor.get(address))
    assert auditor.get(f"{address}proof.json").status_code == 404
    proof = upkeep.proof_now(event)
    page = text(auditor.get(address))
    assert "Proven." in page
    assert "submitted" in page
    assert proof.leaf.hex() in page
    saved = proofs.read(auditor.get(f"{address}proof.json").content)
    assert saved.check(keys.verifier_keys()).size == Checkpoint.objects.first().size
    assert saved.record == bytes(event.body)
    with triggers_off(Event):
        Event.objects.filter(pk=event.pk).update(body=b'{"forged": 1}')
    assert "The proof does not hold." in text(auditor.get(address))


def test_the_saved_proof_is_checked_offline_and_a_forged_one_is_not(auditor, tmp_path, capsys, settings):
    from registry.__main__ import main

    (event,) = write(1)
    grown(30)
    path = tmp_path / "proof.json"
    content = auditor.get(reverse("transparency:event_proof", args=[event.pk])).content
    path.write_bytes(content)
    arguments = ["verify-log", str(path), "--key", str(settings.KEYS_DIR / "log-keys.txt")]
    assert main(arguments) == 0
    assert "证明成立 PROVEN" in capsys.readouterr().out
    forged = json.loads(content)
    forged["record"] = forged["record"].replace("test.act", "best.act")
    path.write_text(json.dumps(forged))
    assert main(arguments) == 1
    assert "NOT PROVEN" in capsys.readouterr().out


def test_the_button_answers_clearly_whether_the_log_is_as_signed(auditor, monkeypatch):
    sent = []
    monkeypatch.setattr("registry.celery.app.send_task", lambda _name, args, **_: sent.append(args[0]))
    grown(20)
    assert "not checked yet" in text(auditor.get("/audit/"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda function, **_: function())
        assert auditor.post("/audit/verify/").status_code == 302
    assert "hx-get" in text(auditor.get("/audit/verification/"))
    upkeep.run_verification(sent[0])
    page = text(auditor.get("/audit/verification/"))
    assert "The log is intact." in page
    assert "hx-get" not in page
    assert tiles.stored_tree().root().hex() in page
    with triggers_off(Event):
        Event.objects.filter(leaf__index=4).update(body=b'{"forged": 1}')
    upkeep.verify_tonight()
    page = text(auditor.get("/audit/"))
    assert "The log is not as it was signed." in page
    assert "Record 4 was changed" in page
    assert "第 4 条记录被改动" in text(auditor.get("/audit/", headers={"accept-language": "zh-hans"}))
    assert "The audit log is not as it was signed" in text(auditor.get("/to-do/"))


def test_an_export_through_the_page_verifies_and_is_recorded(auditor, tmp_path, settings):
    from registry.__main__ import main

    grown(20)
    answer = auditor.get("/audit/export/")
    path = tmp_path / "log.txt"
    path.write_bytes(b"".join(answer))
    assert main(["verify-log", str(path), "--key", str(settings.KEYS_DIR / "log-keys.txt")]) == 0
    assert Event.objects.get(action="audit.export").actor_id == auditor.actor.user_id


def test_nobody_else_reads_the_log(public):
    grown(1)
    for address in (
        "/audit/",
        "/audit/events/1/",
        "/audit/events/1/proof.json",
        "/audit/verification/",
        "/audit/export/",
    ):
        assert public.get(address).status_code == 403, address
    assert public.post("/audit/verify/").status_code == 403
    assert not Verification.objects.exists()


def test_a_request_has_one_number_in_its_answer_and_in_its_events(public):
    answer = public.post("/audit/verify/")
    event = Event.objects.get(refused=True)
    assert json.loads(bytes(event.body))["request"] == answer["X-Request-ID"] != ""


def test_a_damaged_proof_is_refused_and_nothing_else(auditor):
    (event,) = write(1)
    grown(12)
    content = selectors.proof_of(event).to_dict()
    assert b64decode(content["leaf_hash"]) == leaf_hash(bytes(event.body))
    for name in content:
        for value in (None, 7, -1, "x", "é", [], {}, [1], ["x"], "\ud800"):
            if name == "record" and value is None:
                continue
            with pytest.raises((proofs.ProofInvalid, proofs.NoteInvalid)):
                proofs.Inclusion.from_dict({**content, name: value}).check(keys.verifier_keys())
    for data in (b"", b"[]", b"3", b"{}", b'{"schema":1}', b"\xff"):
        with pytest.raises(proofs.ProofInvalid):
            proofs.read(data)
    assert checkpoints.this_log().origin in content["checkpoint"]
