"""Keys and signatures: made once, for the owner only; the drawn bytes stay in front; RSA, one signature, whole file."""

import hashlib
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from registry.certificates import signing
from registry.certificates.checking import check, read_roots, unsigned_part
from registry.certificates.signing import KEY_FILE, ROOT_FILE, SIGNER_FILE, KeyUnusable, ensure_demo_key, load_key, sign
from tests.registry.certificates import sample

FILES = (KEY_FILE, ROOT_FILE, SIGNER_FILE)


def copy_of_key(tmp_path, source=None):
    key_dir = tmp_path / "key"
    key_dir.mkdir()
    for name in FILES:
        (key_dir / name).write_bytes(((source or sample.key_dir()) / name).read_bytes())
        (key_dir / name).chmod(0o600)
    return key_dir


def test_a_signed_file_begins_with_the_drawn_bytes_and_both_digests_are_known():
    signed, drawn = sample.signed(), sample.drawn()
    assert signed.data.startswith(drawn)
    assert unsigned_part(signed.data) == drawn
    assert signed.unsigned_sha256 == hashlib.sha256(drawn).hexdigest()
    assert signed.signed_sha256 == hashlib.sha256(signed.data).hexdigest()


def test_the_signature_claims_the_time_it_was_told():
    moment = datetime(2022, 7, 18, 3, 30, tzinfo=UTC)
    verdict = check(sign(sample.drawn(), sample.key(), signed_at=moment).data, sample.roots())
    assert verdict.genuine
    assert verdict.signed_at == moment


def test_signing_outside_the_certificates_validity_is_refused():
    with pytest.raises(KeyUnusable) as refused:
        sign(sample.drawn(), sample.key(), signed_at=datetime(2080, 1, 1, tzinfo=UTC))
    assert "2080-01-01" in refused.value.zh
    assert "2080-01-01" in refused.value.en


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        sign(sample.drawn(), sample.key(), signed_at=datetime(2022, 7, 18))


def test_the_key_is_for_its_owner_only_and_made_once():
    directory = sample.key_dir()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {path.name for path in directory.iterdir()} == set(FILES)
    assert all(stat.S_IMODE((directory / name).stat().st_mode) == 0o600 for name in FILES)
    before = (directory / KEY_FILE).read_bytes()
    ensure_demo_key(directory)
    assert (directory / KEY_FILE).read_bytes() == before


def test_processes_that_ask_at_once_get_the_same_key(tmp_path):
    (tmp_path / "notes.txt").write_text("something else of the operator's")
    program = (
        "import sys; from pathlib import Path; from registry.certificates.signing import ensure_demo_key; "
        "print(ensure_demo_key(Path(sys.argv[1])).signer.signing_cert.sha256_fingerprint)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], cwd=sample.ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    printed = {process.communicate(timeout=60)[0] for process in running}
    assert len(printed) == 1
    assert all(process.returncode == 0 for process in running)
    assert (tmp_path / "notes.txt").exists()
    assert load_key(tmp_path).signer.signing_cert.public_key.bit_size == 3072


def test_a_key_that_others_can_read_is_refused(tmp_path):
    directory = copy_of_key(tmp_path)
    (directory / KEY_FILE).chmod(0o640)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        load_key(directory)


def test_a_key_of_another_certificate_is_refused(tmp_path):
    directory = copy_of_key(tmp_path)
    (directory / SIGNER_FILE).write_bytes((sample.other_key_dir() / SIGNER_FILE).read_bytes())
    with pytest.raises(KeyUnusable, match="does not belong"):
        load_key(directory)


@pytest.mark.parametrize("name", FILES)
def test_a_key_directory_with_a_part_missing_or_spoilt_says_so(tmp_path, name):
    directory = copy_of_key(tmp_path)
    if name != ROOT_FILE:
        (directory / name).write_bytes(b"spoilt")
        with pytest.raises(KeyUnusable, match="cannot be read"):
            load_key(directory)
    (directory / name).unlink()
    with pytest.raises(KeyUnusable, match="cannot be read"):
        load_key(directory)


def test_a_key_half_made_by_a_killed_process_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "_KEY_BITS", 2048)
    directory = copy_of_key(tmp_path)
    (directory / KEY_FILE).unlink()
    key = ensure_demo_key(directory)
    assert check(sign(sample.drawn(), key).data, read_roots(key.root_pem)).genuine
