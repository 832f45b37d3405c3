"""``manage.py evidence fsck`` finds what is gone or changed; every column that names a file is among those it reads."""

import os
import re
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils.translation import override

from registry.core import store
from registry.projects.models import ProjectDocument
from tests.registry.credits.world import registered_project

NOT_AN_ADDRESS = {
    "complaints.Complaint.secret_sha256": "of a secret",
    "organisations.ApiToken.token_sha256": "of a secret",
    "organisations.Invitation.token_sha256": "of a secret",
    "certificates.Certificate.unsigned_sha256": "drawn again from the record when asked for",
    "uploads.Upload.canonical_sha256": "of the readings, whatever file holds them",
}


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.EVIDENCE_STORE = tmp_path / "store"


def fsck():
    out, err = StringIO(), StringIO()
    with override("en"):
        try:
            call_command("evidence", "fsck", stdout=out, stderr=err)
        except CommandError as error:
            return str(error), err.getvalue()
        return out.getvalue(), err.getvalue()


def document(project, data):
    return ProjectDocument.objects.create(
        project=project, kind="design", file_name="a.pdf", sha256=store.put(data), size_bytes=len(data)
    )


@pytest.fixture
def project(db):
    return registered_project()


def test_whole_files_are_counted(project):
    document(project, b"one")  # beside the design document of the project's own file
    document(project, b"two")
    said, complaints = fsck()
    assert said == "3 stored files read: all whole and unchanged.\n"
    assert complaints == ""


def test_a_changed_and_a_missing_file_are_named_with_their_row(project):
    changed, gone = document(project, b"truth"), document(project, b"gone")
    os.chmod(store.path(changed.sha256), 0o644)
    store.path(changed.sha256).write_bytes(b"trust")
    store.path(gone.sha256).unlink()
    said, complaints = fsck()
    assert said.startswith("2 of 3 stored files are missing or altered.")
    assert f"altered  {changed.sha256}  projects.ProjectDocument {changed.pk} sha256" in complaints
    assert f"missing  {gone.sha256}  projects.ProjectDocument {gone.pk} sha256" in complaints


def test_a_file_without_a_row_is_told_and_harms_nothing(project):
    store.put(b"left over")
    said, complaints = fsck()
    assert said.startswith("1 stored files are named by no row")
    assert complaints == ""


def test_every_column_with_a_digest_is_read_or_says_why_not():
    silent = [
        name
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if re.search(r"(^|_)sha256$", field.name)
        and (name := f"{model._meta.label}.{field.name}") not in NOT_AN_ADDRESS
        and field.name not in getattr(model, "stored_files", ())
    ]
    assert silent == []
