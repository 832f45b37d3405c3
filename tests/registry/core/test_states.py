"""Every state machine of the house, wherever its room: found by importing the rooms' ``states`` modules."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.utils.translation import override

from registry.core import permissions
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, Refusal
from registry.core.states import State, StateMachine, Transition


def machines() -> list[StateMachine]:
    found = {}
    for app in apps.get_app_configs():
        try:
            module = importlib.import_module(f"{app.name}.states")
        except ModuleNotFoundError:
            continue
        for value in vars(module).values():
            if isinstance(value, StateMachine):
                found[value.name] = value
    return list(found.values())


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
