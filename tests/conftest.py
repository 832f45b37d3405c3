"""Fixtures for every test. The servers come from ``tests/plugins/services.py``, before Django is loaded."""

from __future__ import annotations

import os
from typing import Any

import pytest
from allauth.account.internal.flows import login as records
from allauth.account.internal.userkit import user_id_to_str
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.people import FOR_EVER

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # how long an example takes says something of the machine, nothing of the property

_plain = Client.force_login


def _with_second_factor(self: Client, user: Any, backend: str | None = None, *, second_factor: bool = True) -> None:
    """A test's person has just shown both factors, unless the test says otherwise."""
    _plain(self, user, backend)
    if second_factor:
        session = self.session
        session[records.AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "mfa", "at": FOR_EVER.timestamp(), "reauthenticated": True}
        ]
        session[records._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
        session.save()


@pytest.fixture(scope="session", autouse=True)
def _people_show_their_second_factor():
    Client.force_login = _with_second_factor
    yield
    Client.force_login = _plain


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once():
    """Every test's client loads the middleware anew; a server does it once, and looks through all files for it."""
    look_for, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look_for(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = once
    yield
    WhiteNoiseMiddleware.add_files_from_finders = look_for


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Test databases are copies of the migrated one (``tests/plugins/template.py``), where the servers are our own."""
    if template := os.environ.get("KCR_TEST_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = template
