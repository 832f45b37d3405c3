import hashlib
import io
import os

import pytest

from registry.core import store
from registry.core.errors import Refusal


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.EVIDENCE_STORE = tmp_path / "store"


def test_bytes_are_kept_under_their_digest():
    digest = store.put(b"one spring")
    assert digest == hashlib.sha256(b"one spring").hexdigest()
    assert store.read(digest) == b"one spring"


def test_the_same_bytes_twice_are_kept_once(tmp_path):
    assert store.put(io.BytesIO(b"x" * 3_000_000)) == store.put(b"x" * 3_000_000)
    assert sum(1 for path in (tmp_path / "store").rglob("*") if path.is_file()) == 1


def test_a_missing_and_an_altered_file_are_named():
    digest = store.put(b"truth")
    path = store.path(digest)
    os.chmod(path, 0o644)
    path.write_bytes(b"lies!")
    with pytest.raises(Refusal) as altered:
        store.read(digest)
    assert altered.value.code == "EVIDENCE_ALTERED"
    assert digest in str(altered.value)
    path.unlink()
    with pytest.raises(Refusal) as missing:
        store.read(digest)
    assert missing.value.code == "EVIDENCE_MISSING"


def test_a_broken_source_leaves_nothing(tmp_path):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError("cable pulled")

    with pytest.raises(OSError, match="cable"):
        store.put(Broken())
    assert not list((tmp_path / "store").rglob("*.*"))
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
