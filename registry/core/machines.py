"""All state machines of the house, and their pictures: drawn from the same tables that guard the services."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils.translation import override

from registry.core.permissions import ANY, needs_fresh_factor, table
from registry.core.states import State, StateMachine, Transition

HEAD = """# State machines

Drawn by `manage.py state_machines` from the tables in each room's `states.py`; do not edit. The same table yields the
guard of the services, the trigger in the database, the buttons of the pages and the API's list of `actions`.
"fresh" after the roles: the second factor is shown again at the act.
"""


def machines() -> list[tuple[str, StateMachine]]:
    """Each with the name of its room, in the order in which the rooms stand; a machine is listed once."""
    found: dict[str, tuple[str, StateMachine]] = {}
    for app in apps.get_app_configs():
        try:
            module = importlib.import_module(f"{app.name}.states")
        except ModuleNotFoundError:
            continue
        for value in vars(module).values():
            if isinstance(value, StateMachine):
                found.setdefault(value.name, (app.name, value))
    return list(found.values())


def document_path() -> Path:
    return Path(settings.ROOT) / "docs" / "state-machines.md"


def document() -> str:
    """The whole text of ``docs/state-machines.md``."""
    with override("en"):
        parts = [HEAD]
        for room, machine in machines():
            parts.append("\n".join(_section(room, machine)))
        return "\n".join(parts) + "\n"


def _section(room: str, machine: StateMachine) -> Iterator[str]:
    yield f"\n## {machine.name.replace('_', ' ').capitalize()}\n"
    yield f"`{room}.states` · begins as `{machine.initial}` · ends: {_ends(machine)}\n"
    yield "```mermaid"
    yield from _drawing(machine)
    yield "```\n"
    yield "| state | 中文 | English |"
    yield "|---|---|---|"
    for state in machine.states:
        yield f"| `{state.name}` | {_in('zh-hans', state)} | {_in('en', state)} |"
    yield "\n| | from | act | to | who | guard |"
    yield "|---|---|---|---|---|---|"
    for number, line in enumerate(machine.transitions, start=1):
        yield f"| {number} | `{line.source}` | `{line.action}` | `{line.target}` | {_who(line)} | {_guard(line)} |"


def _ends(machine: StateMachine) -> str:
    return ", ".join(f"`{name}`" for name in machine.ends) or "never"


def _in(language: str, state: State) -> str:
    with override(language):
        return str(state.label)


def _drawing(machine: StateMachine) -> Iterator[str]:
    """One arrow for each pair of states, with the acts upon it."""
    yield "stateDiagram-v2"
    for state in machine.states:
        yield f'    state "{state.label}" as {state.name}'
    yield f"    [*] --> {machine.initial}"
    pairs: dict[tuple[str, str], list[str]] = {}
    for line in machine.transitions:
        pairs.setdefault((line.source, line.target), []).append(line.action)
    for (source, target), actions in pairs.items():
        yield f"    {source} --> {target}: {', '.join(dict.fromkeys(actions))}"
    for name in machine.ends:
        yield f"    {name} --> [*]"


def _who(line: Transition) -> str:
    """The roles and relations that the permission table gives the act to."""
    said = []
    for each in table().get(line.permission, ()):
        roles = ", ".join(sorted(each.roles))
        said.append(roles if each.relation == ANY else f"{roles} ({each.relation})")
    fresh = ", fresh" if needs_fresh_factor(line.permission) else ""
    return f"{'; '.join(said)}{fresh} · `{line.permission}`"


def _guard(line: Transition) -> str:
    if line.guard is None:
        return ""
    return " ".join((line.guard.__doc__ or line.guard.__name__.strip("_").replace("_", " ")).split())
