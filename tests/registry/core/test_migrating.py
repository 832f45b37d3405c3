"""Migrations do less than Django's own, and make the same database."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import models
from django.db.migrations import operations
from django.db.migrations.state import ProjectState
from pgtrigger import Protect, Update
from pgtrigger.migrations import AddTrigger

from registry.core.embedded.postgres_server import programs
from registry.core.migrating import light_options

ROOT = Path(__file__).resolve().parents[3]


def state() -> ProjectState:
    """A spring, and a reading that refers to it."""
    made = ProjectState()
    key = ("id", models.BigAutoField(primary_key=True))
    operations.CreateModel("Spring", [key, ("code", models.CharField(max_length=9))]).state_forwards("core", made)
    spring = models.ForeignKey("core.Spring", models.PROTECT)
    operations.CreateModel("Reading", [key, ("spring", spring)]).state_forwards("core", made)
    assert made.apps.get_model("core", "Reading")
    return made


def changed(made: ProjectState) -> type[models.Model]:
    once = models.UniqueConstraint(fields=["code"], name="code_once")
    trigger = Protect(name="kept", operation=Update).compile(made.apps.get_model("core", "Spring"))
    for operation in (
        operations.AddConstraint("Spring", once),
        operations.AddIndex("Spring", models.Index(fields=["code"], name="by_code")),
        operations.AlterModelOptions("Spring", {"ordering": ["code"]}),
        AddTrigger("spring", trigger),
    ):
        operation.state_forwards("core", made)
    return made.apps.get_model("core", "Spring")


def test_the_model_is_the_same_and_its_neighbour_is_left_alone():
    plain, light = state(), state()
    neighbour = light.apps.get_model("core", "Reading")
    with light_options():
        made = changed(light)
    expected = changed(plain)._meta
    for option in ("constraints", "indexes", "ordering"):
        assert getattr(made._meta, option) == getattr(expected, option)
    assert [each.name for each in made._meta.triggers] == ["kept"]
    assert light.apps.get_model("core", "Reading") is neighbour


def test_fields_and_what_comes_after_are_rendered_as_ever():
    light = state()
    with light_options():
        changed(light)
        operations.AddField("Spring", "zone", models.CharField(max_length=40, default="")).state_forwards("core", light)
    reading = light.apps.get_model("core", "Reading")
    assert reading._meta.get_field("spring").remote_field.model is light.apps.get_model("core", "Spring")
    after = light.apps.get_model("core", "Reading")
    changed(light)
    assert light.apps.get_model("core", "Reading") is not after, "outside the block Django's own way is back"


PLAIN = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), interactive=False, verbosity=0)
"""


@pytest.mark.skipif("KCR_LONG" not in os.environ, reason="a whole database is made anew: KCR_LONG=1")
@pytest.mark.skipif("KCR_TEST_TEMPLATE" not in os.environ, reason="the server is not this session's own")
def test_the_database_is_the_same():
    """The dump of the database that our command made beside one that Django's own made."""
    server = urlsplit(os.environ["DATABASE_URL"])
    plain, ours = (
        urlunsplit(server._replace(path=f"/{name}")) for name in ("kcr_plain", os.environ["KCR_TEST_TEMPLATE"])
    )
    with psycopg.connect(urlunsplit(server), autocommit=True) as owner:
        owner.execute("CREATE DATABASE kcr_plain")
    env = {**os.environ, "DATABASE_URL": plain, "DJANGO_SETTINGS_MODULE": "registry.settings"}
    subprocess.run([sys.executable, "-c", PLAIN], cwd=ROOT, env=env, check=True)
    assert dump(plain) == dump(ours)


def dump(address: str) -> str:
    """The definitions as pg_dump writes them, without what the server's owner does for its own restore."""
    command = [programs() / "pg_dump", "--schema-only", "--restrict-key=same", address]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
