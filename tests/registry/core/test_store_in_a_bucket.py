"""The evidence store over a real S3-speaking server: written once, copied when needed, checked where it is kept."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from registry.core import store
from registry.core.errors import Refusal
from registry.core.store import folder

BUCKET = "evidence"


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(endpoint, settings, tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-the-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settings.EVIDENCE_STORE = tmp_path / "copies"
    settings.EVIDENCE_BUCKET, settings.EVIDENCE_S3_ENDPOINT = BUCKET, endpoint
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket=BUCKET)
    yield client
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


def test_a_file_is_kept_in_the_bucket_and_copied_by_a_machine_that_needs_it(client, settings, tmp_path):
    address = store.put(b"one spring")
    assert client.get_object(Bucket=BUCKET, Key=folder.name_of(address))["Body"].read() == b"one spring"
    settings.EVIDENCE_STORE = tmp_path / "another-machine"
    assert store.read(address) == b"one spring"
    assert store.path(address).is_relative_to(tmp_path / "another-machine")
    assert list(store.addresses()) == [address]


def test_the_bucket_is_asked_to_refuse_an_address_twice(client):
    address = store.put(b"once")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=BUCKET, Key=folder.name_of(address), Body=b"twice", IfNoneMatch="*")
    assert store.put(b"once") == address
    assert store.problem_of(address) is None


def test_an_object_changed_or_gone_in_the_bucket_is_noticed_beside_a_good_copy(client, settings, tmp_path):
    changed, gone = store.put(b"truth"), store.put(b"gone")
    client.put_object(Bucket=BUCKET, Key=folder.name_of(changed), Body=b"trust")
    client.delete_object(Bucket=BUCKET, Key=folder.name_of(gone))
    assert (store.problem_of(changed), store.problem_of(gone)) == ("altered", "missing")
    settings.EVIDENCE_STORE = tmp_path / "another-machine"
    for address, code in ((changed, "EVIDENCE_ALTERED"), (gone, "EVIDENCE_MISSING")):
        with pytest.raises(Refusal) as refused:
            store.path(address)
        assert refused.value.code == code
    assert [path for path in (tmp_path / "another-machine").rglob("*") if path.is_file()] == []
