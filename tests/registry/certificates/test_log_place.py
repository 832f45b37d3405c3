"""The audit log inside a certificate: drawn, attached, checked offline, and bound to this certificate alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader

from registry.audit import checks, notes
from registry.audit import keys as log_keys
from registry.audit.models import Event
from registry.audit.proofs import Inclusion
from registry.audit.tree import Frontier, Tree, leaf_hash
from registry.certificates import keys, services
from registry.certificates.checking import check
from registry.certificates.drawing import draw
from registry.certificates.drawing.record import SCHEMA
from registry.certificates.fonts import build_fonts
from registry.certificates.log_place import PROOF_NAME
from registry.certificates.signing import sign
from registry.core import store
from tests.registry.certificates import sample
from tests.registry.certificates.world import certificate
from tests.registry.credits.world import registered_project

KEY = notes.SigningKey("registry.test/log/1", Ed25519PrivateKey.from_private_bytes(b"\x05" * 32))


def issued(record: bytes, action: str = "certificates.issue") -> bytes:
    return rfc8785.dumps({"action": action, "after": {"record_sha256": hashlib.sha256(record).hexdigest()}})


def proof_of(event: bytes, *, index: int = 5, size: int = 9, key: notes.SigningKey = KEY) -> Inclusion:
    """A small log in which ``event`` is record ``index``, under a checkpoint."""
    leaves = [leaf_hash(event if n == index else f"{n}".encode()) for n in range(size)]
    tree = Tree(size, lambda wanted: [b"".join(leaves)[: 32 * width] for _level, _index, width in wanted])
    grown = Frontier()
    grown.extend(leaves)
    checkpoint = notes.Checkpoint(KEY.name, size, grown.root(), datetime(2022, 7, 18, 9, tzinfo=UTC))
    return Inclusion(index, leaves[index], tuple(tree.inclusion_proof(index)), str(checkpoint.signed(key)), event)


def verdict_on(proof: Inclusion | bytes, *known: notes.VerifierKey):
    content = proof if isinstance(proof, bytes) else proof.to_json()
    unsigned = with_proof(content)
    return check(sign(unsigned, sample.key()).data, sample.roots(), log_keys=known)


def with_proof(content: bytes) -> bytes:
    from unittest import mock

    from registry.certificates.drawing import document

    place = document.LogPlace.of(proof_of(issued(sample.issuance().to_json())).to_json())
    with mock.patch.object(document.LogPlace, "of", return_value=place):  # drawn from a good one, attached as given
        return draw(sample.issuance(), sample.fonts_dir(), content)


def codes(verdict) -> tuple[list[str], list[str]]:
    return [each.code for each in verdict.reasons], [each.code for each in verdict.notes]


def test_a_certificate_with_its_place_in_the_log_checks_out_offline():
    verdict = verdict_on(proof_of(issued(sample.issuance().to_json())), KEY.verifier)
    assert verdict.genuine
    assert "IN_THE_LOG" in codes(verdict)[1]
    assert (verdict.log_place.index, verdict.log_place.size, verdict.log_place.signed) == (5, 9, True)
    assert verdict.as_dict()["log"]["origin"] == KEY.name
    assert verdict.record["schema"] == SCHEMA


def test_without_the_logs_key_the_proof_still_binds_and_the_signature_is_left_open():
    verdict = verdict_on(proof_of(issued(sample.issuance().to_json())))
    assert verdict.genuine
    assert "LOG_KEYS_UNKNOWN" in codes(verdict)[1]
    assert not verdict.log_place.signed


def test_certificates_without_a_proof_go_on_verifying():
    verdict = check(sign(sample.drawn(), sample.key()).data, sample.roots(), log_keys=[KEY.verifier])
    assert verdict.genuine
    assert verdict.log_place is None


GOOD = sample.issuance
WRONG = {
    "of another certificate": lambda: proof_of(issued(sample.statement().to_json())),
    "of another act": lambda: proof_of(issued(GOOD().to_json(), "certificates.render")),
    "at another place": lambda: replace(proof_of(issued(GOOD().to_json())), index=6),
    "with another leaf": lambda: replace(proof_of(issued(GOOD().to_json())), leaf=b"\0" * 32),
    "without the event": lambda: replace(proof_of(issued(GOOD().to_json())), record=None),
    "with a shorter way": lambda: replace(proof_of(issued(GOOD().to_json())), path=()),
    "signed by a stranger": lambda: proof_of(
        issued(GOOD().to_json()), key=notes.SigningKey(KEY.name, Ed25519PrivateKey.generate())
    ),
    "of no JSON": lambda: b"{",
    "of another kind": lambda: b'{"schema": "kcr-log-consistency/1"}',
}


OF_ANOTHER_RECORD = ("of another certificate", "of another act")


@pytest.mark.parametrize("how", WRONG)
def test_a_proof_that_does_not_hold_is_told(how):
    reasons, _notes = codes(verdict_on(WRONG[how](), KEY.verifier))
    assert reasons == ["RECORD_DIFFERS_FROM_LOG" if how in OF_ANOTHER_RECORD else "LOG_PROOF_WRONG"]


def test_the_annex_tells_the_place_and_both_files_are_attached():
    proof = proof_of(issued(sample.issuance().to_json()))
    drawn = draw(sample.issuance(), sample.fonts_dir(), proof.to_json())
    assert draw(sample.issuance(), sample.fonts_dir(), proof.to_json()) == drawn, "the same bytes each time"
    reader = PdfReader(BytesIO(drawn))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for said in ("在审计日志中的位置", "Placeintheauditlog", KEY.name, proof.leaf.hex(), "5/9", "2022-07-1809:00UTC"):
        assert said in text
    assert list(reader.attachments) == [PROOF_NAME, "record.json"]
    assert reader.attachments[PROOF_NAME] == [proof.to_json()]
    assert len(reader.pages) == 2


@pytest.mark.django_db
def test_the_service_waits_for_the_leaf_and_the_certificate_then_witnesses_the_log(settings, tmp_path, capsys):
    from registry.__main__ import main

    build_fonts(settings.NODE_MODULES, settings.FONTS_DIR)
    settings.EVIDENCE_STORE, settings.KEYS_DIR = tmp_path / "store", tmp_path / "keys"
    settings.LOG_SIGNING_KEY, settings.LOG_CHECKPOINTS_DIR = tmp_path / "keys" / "log.key", tmp_path / "checkpoints"
    made = services.render_now(certificate(registered_project()))
    proof = Inclusion.from_dict(json.loads(bytes(made.log_proof)))
    event = Event.objects.get(action="certificates.issue")
    assert (proof.record, proof.index) == (bytes(event.body), event.leaf.index)
    data = store.read(made.signed_sha256)
    assert check(data, keys.trusted_roots(), log_keys=log_keys.verifier_keys()).log_place.signed
    again = draw(made.content, settings.FONTS_DIR, bytes(made.log_proof))
    assert hashlib.sha256(again).hexdigest() == made.unsigned_sha256

    # the holder's own check, and the checkpoint in the certificate held against a log that was rewritten meanwhile
    file, note, log = tmp_path / "c.pdf", tmp_path / "note.txt", tmp_path / "log.txt"
    file.write_bytes(data)
    trust = ["--trust", str(tmp_path / "keys" / "root.pem"), "--log-key", str(tmp_path / "keys" / "log-keys.txt")]
    assert main(["verify-certificate", str(file), *trust, "--save-checkpoint", str(note)]) == 0
    assert "审计日志 Audit log" in capsys.readouterr().out
    pieces = b"".join(checks.export()[1])
    check_log = ["verify-log", str(log), "--checkpoint", str(note), "--key", str(tmp_path / "keys" / "log-keys.txt")]
    log.write_bytes(pieces)
    assert main(check_log) == 0
    log.write_bytes(pieces.replace(b'"projects.submit"', b'"projects.return"', 1))
    assert main(check_log) == 1
