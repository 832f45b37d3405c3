"""What the rooms' tests have in common; each module says with ``usefixtures`` which of it it works under."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from registry.core.actors import Actor
from registry.core.roles import Role
from tests.mrv.evidence import Site, site
from tests.people import developer, member


@pytest.fixture
def own_store(settings: Any, tmp_path: Path) -> None:
    """Stored files go into the test's own folder."""
    settings.EVIDENCE_STORE = tmp_path / "store"


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def stranger() -> Actor:
    """An editor of another developer."""
    return member(developer("Another", "DEV-9"), Role.EDITOR)


@pytest.fixture
def jiangkou() -> Site:
    """The spring at Jiangkou, registered, with nothing uploaded yet."""
    return site()
