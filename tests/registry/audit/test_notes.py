"""Signed notes and checkpoints: the example of Go's reference implementation, round trips, and what is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.audit.notes import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Note,
    NoteInvalid,
    SigningKey,
    VerifierKey,
    key_id,
    open_checkpoint,
    read_keys,
)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
GO_CHECKSUM_LOG = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
AT = datetime(2026, 11, 1, 16, 0, tzinfo=UTC)


def key(name: str = "registry.test/log", secret: bytes = b"\x07" * 32) -> SigningKey:
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(secret))


def checkpoint(size: int = 18204) -> Checkpoint:
    return Checkpoint("registry.test/log", size, bytes(range(32)), AT)


def test_the_reference_note_is_read_verified_and_made_again_byte_for_byte():
    peter = VerifierKey.parse(PETER)
    assert Note.parse(SIGNED).signed_by([peter]) == [peter]
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(PETERS_SECRET)[1:])
    ours = SigningKey("PeterNeumann", private)
    assert str(ours.verifier) == PETER
    assert str(Note(TEXT, (ours.sign(TEXT),))) == SIGNED


def test_published_keys_are_read_and_printed_again():
    for text in (PETER, GO_CHECKSUM_LOG):
        assert str(VerifierKey.parse(text)) == text
    assert [each.name for each in read_keys(f"# the keys\n{PETER}\n\n{GO_CHECKSUM_LOG}\n")] == [
        "PeterNeumann",
        "sum.golang.org",
    ]


@pytest.mark.parametrize(
    "damage", [PETER[:-4], PETER.replace("c74f20a3", "c74f20a4"), PETER.replace("+A", "+B"), "", "x"]
)
def test_a_damaged_key_is_refused(damage):
    with pytest.raises(NoteInvalid):
        VerifierKey.parse(damage)


def test_a_checkpoint_goes_out_and_comes_in_again():
    note = str(checkpoint().signed(key()))
    assert note.split("\n")[:5] == [
        "registry.test/log",
        "18204",
        base64.b64encode(bytes(range(32))).decode(),
        "2026-11-01T16:00:00Z",
        "",
    ]
    assert open_checkpoint(note, [key().verifier], "registry.test/log") == checkpoint()


def test_checkpoints_of_other_makers_may_lack_the_time():
    plain = Checkpoint("example.org/log", 3, b"\1" * 32)
    theirs = key("example.org/log")
    assert open_checkpoint(str(plain.signed(theirs)), [theirs.verifier]) == plain


def test_a_changed_letter_breaks_the_signature():
    note = str(checkpoint().signed(key()))
    with pytest.raises(NoteInvalid) as refused:
        open_checkpoint(note.replace("18204", "18205"), [key().verifier])
    assert refused.value.code == "SIGNATURE_WRONG"


def test_only_keys_that_one_trusts_count():
    note = str(checkpoint().signed(key()))
    for stranger in (key(secret=b"\x08" * 32), key("another.test/log")):
        with pytest.raises(NoteInvalid) as refused:
            open_checkpoint(note, [stranger.verifier])
        assert refused.value.code == "KEY_UNKNOWN"


def test_a_checkpoint_of_another_log_is_told():
    with pytest.raises(NoteInvalid) as refused:
        open_checkpoint(str(checkpoint().signed(key())), [key().verifier], "other.test/log")
    assert refused.value.code == "OTHER_LOG"


def test_after_a_change_of_keys_old_and_new_checkpoints_verify():
    old, new = key(), key(secret=b"\x09" * 32)
    keys = [new.verifier, old.verifier]
    assert open_checkpoint(str(checkpoint(5).signed(old)), keys).size == 5
    both = checkpoint(6).signed(old, new)
    assert Note.parse(str(both)).signed_by(keys) == [old.verifier, new.verifier]
    assert open_checkpoint(str(checkpoint(7).signed(new)), keys).size == 7


def test_a_witness_signs_with_its_own_kind_of_key_and_time():
    witness = key("witness.test/w1", b"\x0a" * 32)
    public = witness.verifier.public
    known = VerifierKey("witness.test/w1", COSIGNATURE, public)
    text = checkpoint().text()
    seen = witness.cosign(text, AT)
    assert seen.key_id == key_id("witness.test/w1", COSIGNATURE, public) != key_id("witness.test/w1", ED25519, public)
    note = Note(text, (key().sign(text), seen))
    assert Note.parse(str(note)).signed_by([known]) == [known]
    with pytest.raises(NoteInvalid) as refused:  # a witness alone is not the log
        open_checkpoint(str(note), [known])
    assert refused.value.code == "KEY_UNKNOWN"


@pytest.mark.parametrize(
    "damage",
    [
        lambda note: note.rstrip("\n"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("— ", "- "),
        lambda note: note.replace("\n— ", "\n\n— "),
        lambda note: note + "more\n",
        lambda note: note.replace("18204", "018204"),
        lambda note: note.replace("18204", "-1"),
        lambda note: note.replace("18204", "٣"),
        lambda note: note.replace("18204", "18\t204"),
        lambda note: "",
        lambda note: "\n\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(damage):
    with pytest.raises(NoteInvalid):
        open_checkpoint(damage(str(checkpoint().signed(key()))), [key().verifier])


def test_base64_with_loose_ends_is_no_second_form_of_a_note():
    note = str(checkpoint().signed(key()))
    assert note.endswith("=\n")
    last = note[-3]
    loose = note[:-3] + chr(ord(last) + 1) + "=\n"  # the same bytes to a reader that does not look closely
    assert base64.b64decode(loose.rpartition(" ")[2]) == base64.b64decode(note.rpartition(" ")[2])
    with pytest.raises(NoteInvalid):
        open_checkpoint(loose, [key().verifier])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: data.decode("latin-1")))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    for read in (lambda: open_checkpoint(text, [key().verifier]), lambda: VerifierKey.parse(text)):
        with pytest.raises(NoteInvalid):
            read()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.integers(1, 255))
def test_no_flipped_byte_of_a_signed_checkpoint_passes(at, flip):
    data = bytearray(str(checkpoint().signed(key())).encode())
    data[at % len(data)] ^= flip
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(NoteInvalid):
        open_checkpoint(text, [key().verifier], "registry.test/log")
