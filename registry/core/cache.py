"""Keys of the shared cache: one Redis may serve several databases, which must not count each other's attempts."""

from __future__ import annotations

from django.db import connection


def key_of(key: str, key_prefix: str, version: int) -> str:
    return f"kcr:{connection.settings_dict['NAME']}:{key_prefix}:{version}:{key}"
