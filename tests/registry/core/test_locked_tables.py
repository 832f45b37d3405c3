"""PostgreSQL locks only rows that one may change: no service may lock what the application's role may only read."""

import ast

from django.apps import apps
from django.conf import settings

from registry.core.database_roles import rights_of_models


def locked_models():
    for floor in ("registry", "mrv"):
        for file in (settings.ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "lock":
                    yield node.args[0].id, str(file.relative_to(settings.ROOT))


def test_whatever_a_service_locks_the_application_may_change():
    rights, tables = rights_of_models(), {m.__name__: m._meta.db_table for m in apps.get_models()}
    locked = [(name, place) for name, place in locked_models() if name in tables]
    assert len(locked) > 40
    assert [(name, place) for name, place in locked if "UPDATE" not in " ".join(rights[tables[name]])] == []
