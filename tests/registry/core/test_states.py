"""Every state machine of the house, wherever its room: found by importing the rooms' ``states`` modules."""

import ast
import itertools
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils.translation import override

from registry.core import permissions
from registry.core.actors import PUBLIC, Actor
from registry.core.errors import IllegalTransition, Refusal
from registry.core.machines import document, document_path
from registry.core.machines import machines as in_rooms
from registry.core.roles import Role
from registry.core.states import State, StateMachine, Transition


def machines() -> list[StateMachine]:
    return [machine for _room, machine in in_rooms()]


@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_every_state_is_reachable(machine):
    reached, frontier = {machine.initial}, [machine.initial]
    while frontier:
        here = frontier.pop()
        for line in machine.transitions:
            if line.source == here and line.target not in reached:
                reached.add(line.target)
                frontier.append(line.target)
    assert reached == {state.name for state in machine.states}


@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_every_line_says_who(machine):
    table = permissions.table()
    assert {line.permission for line in machine.transitions} <= set(table)


@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_one_action_from_one_state_has_one_target(machine):
    pairs = [(line.source, line.action) for line in machine.transitions]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_from_every_state_an_end_is_in_reach(machine):
    """No dead end but the declared ones, and no circle without a way out of it."""
    assert machine.undeclared_ends == set(), "name them as ends=(...) of the machine, or give them a way out"
    to_an_end = set(machine.ends)
    while True:
        more = {line.source for line in machine.transitions if line.target in to_an_end} - to_an_end
        if not more:
            break
        to_an_end |= more
    assert to_an_end == {state.name for state in machine.states}


def test_an_undeclared_dead_end_is_found():
    trap = StateMachine(
        name="trap",
        initial="in",
        states=(State("in", "In"), State("stuck", "Stuck")),
        transitions=(Transition("in", "fall", "stuck", "projects.view"),),
    )
    assert trap.undeclared_ends == {"stuck"}
    assert replace(trap, ends=("stuck",)).undeclared_ends == set()


@pytest.mark.django_db
@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_the_database_allows_the_tables_changes_and_no_others(machine):
    """Read from the function that the migrations installed, not from what the code would install today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.prosrc FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid WHERE f.proname LIKE %s",
            [f"pgtrigger_{machine.name}_states_%"],
        )
        sources = [source for (source,) in cursor.fetchall()]
    assert len(sources) == 1, "the model of this machine has no trigger of it"
    allowed = set(re.findall(r"\('(\w+)', '(\w+)'\)", sources[0]))
    assert allowed == {(line.source, line.target) for line in machine.transitions}
    assert f"a row begins as {machine.initial}" in sources[0]


@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_a_page_offers_exactly_the_lines_whose_permission_the_visitor_has(machine):
    """Of any object in any state, for every role alone in every relation: what the table gives is what is offered."""
    bare = replace(machine, transitions=tuple(replace(line, guard=None) for line in machine.transitions))
    lines = {line.permission: permissions.table()[line.permission] for line in machine.transitions}
    relations = {given.relation for each in lines.values() for given in each} | {"any"}
    for role, relation in itertools.product([*Role, "system", "nobody"], sorted(relations)):
        actor = Actor("x", 1, 1, "developer", organisation_approved=True, roles=frozenset({str(role)}))
        for state in machine.states:
            thing = SimpleNamespace(state=state.name, relations_of=lambda _actor, one=relation: frozenset({one}))
            assert {line.action for line in bare.actions_of(actor, thing)} == {
                line.action
                for line in machine.transitions
                if line.source == state.name
                and any(
                    given.relation in ("any", relation) and (str(role) in given.roles or "public" in given.roles)
                    for given in lines[line.permission]
                )
            }


def test_nobody_changes_a_state_but_the_table():
    """No service writes a state itself: every change passes ``StateMachine.move``, which knows the table."""
    faults = []
    for path in [*Path("registry").rglob("*.py"), *Path("mrv").rglob("*.py")]:
        if "migrations" in path.parts or path == Path("registry/core/states.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                faults += [f"{path}:{node.lineno}" for each in targets if getattr(each, "attr", "") == "state"]
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("update", "update_or_create"):
                faults += [f"{path}:{node.lineno}" for each in node.keywords if each.arg == "state"]
    assert faults == []


def test_every_line_of_a_table_is_taken_by_a_service_of_its_room():
    """An action that no code outside the table names is a way that nobody can go."""
    unused = []
    for room, machine in in_rooms():
        code = "".join(
            path.read_text(encoding="utf-8")
            for path in Path(room.replace(".", "/")).rglob("*.py")
            if path.name not in ("states.py", "permissions.py") and "migrations" not in path.parts
        )
        unused += [f"{machine.name}: {line.action}" for line in machine.transitions if f'"{line.action}"' not in code]
    assert set(unused) <= WAYS_TO_COME


WAYS_TO_COME = {"certificate: supersede", "certificate: cancel"}
"""Drawn in the table before the service is written; nobody can go them, and the state says nothing untrue."""


def test_the_document_is_as_the_tables_are():
    assert document_path().read_text(encoding="utf-8") == document(), "run manage.py state_machines"


def test_an_act_out_of_place_is_refused_with_the_state_named():
    from registry.projects.states import PROJECT

    with pytest.raises(IllegalTransition) as refusal:
        PROJECT.target("draft", "register")
    assert refusal.value.code == "ILLEGAL_TRANSITION"
    with override("en"):
        assert "“Draft”" in str(refusal.value)
        assert "reload the page" in str(refusal.value)
    with override("zh-hans"):
        assert "“草稿”" in str(refusal.value)
        assert "刷新页面" in str(refusal.value)


def test_a_guard_holds_the_move_and_hides_the_button(monkeypatch):
    monkeypatch.setattr("registry.core.states.rows.update", lambda _row, *_names: None)
    refusal = Refusal("DOOR_LOCKED", "The door is locked.")
    machine = StateMachine(
        name="door",
        initial="shut",
        states=(State("shut", "Shut"), State("open", "Open")),
        transitions=(
            Transition("shut", "open", "open", "projects.view", lambda door: refusal if door.locked else None),
            Transition("open", "shut", "shut", "projects.view"),
        ),
    )
    door = SimpleNamespace(state="shut", locked=True, relations_of=lambda _actor: frozenset({"public"}))
    assert machine.actions_of(PUBLIC, door) == []
    with pytest.raises(Refusal) as held:
        machine.move(door, "open")
    assert (held.value.code, door.state) == ("DOOR_LOCKED", "shut")
    door.locked = False
    assert [line.action for line in machine.actions_of(PUBLIC, door)] == ["open"]
    assert (machine.move(door, "open"), door.state) == ("shut", "open")
