"""The S3-compatible bucket of the evidence store, reached through django-storages.

Credentials come from the environment as every S3 client takes them (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``)
or from the machine's role.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

from registry.core.store import folder

_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_ABSENT = {"NoSuchKey", "NotFound", "404"}


def keep(path: Path, sha256: str) -> None:
    """Write the object once: the bucket itself refuses to write an address a second time."""
    with path.open("rb") as body:
        try:
            _client().put_object(
                Bucket=settings.EVIDENCE_BUCKET, Key=folder.name_of(sha256), Body=body, IfNoneMatch="*"
            )
        except ClientError as error:
            if _code(error) not in _TAKEN:
                raise


def blocks(sha256: str) -> Iterator[bytes] | None:
    """The object block by block; None when it is not there."""
    try:
        found = _client().get_object(Bucket=settings.EVIDENCE_BUCKET, Key=folder.name_of(sha256))
    except ClientError as error:
        if _code(error) in _ABSENT:
            return None
        raise
    return iter(found["Body"].iter_chunks(folder.BLOCK))


def addresses() -> Iterator[str]:
    pages = _client().get_paginator("list_objects_v2").paginate(Bucket=settings.EVIDENCE_BUCKET)
    return (item["Key"].rsplit("/", 1)[-1] for page in pages for item in page.get("Contents", ()))


def _client() -> Any:
    return _storage(settings.EVIDENCE_BUCKET, settings.EVIDENCE_S3_ENDPOINT).connection.meta.client


@cache
def _storage(bucket: str, endpoint: str) -> S3Storage:
    return S3Storage(bucket_name=bucket, endpoint_url=endpoint or None, default_acl=None)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
