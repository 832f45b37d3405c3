"""State machines as tables: from, action, to, who, guard.

One table yields the service's guard (:meth:`StateMachine.move`), the database trigger that refuses every other
change of state (:meth:`StateMachine.trigger`), the buttons of a page (:meth:`StateMachine.actions_of`) and the test
that every state can be reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import rows
from registry.core.actors import Actor
from registry.core.errors import IllegalTransition, Refusal
from registry.core.permissions import may


@dataclass(frozen=True)
class State:
    name: str
    label: Any
    tone: str = "secondary"
    """Bootstrap colour word of the badge; the badge always carries icon and word besides."""
    icon: str = "○"


@dataclass(frozen=True)
class Transition:
    source: str
    action: str
    target: str
    permission: str
    """The action of the permission table that says who."""
    guard: Callable[[Any], Refusal | None] | None = None
    """What must hold besides: given the object, the refusal that says what does not, or None."""


@dataclass(frozen=True)
class StateMachine:
    name: str
    states: tuple[State, ...]
    initial: str
    transitions: tuple[Transition, ...]
    ends: tuple[str, ...] = ()
    """The states in which a record may rest for good: a test holds that no other is without a way out."""

    def __post_init__(self) -> None:
        names = {state.name for state in self.states}
        used = {self.initial} | {t.source for t in self.transitions} | {t.target for t in self.transitions}
        if names != used:
            raise ValueError(f"machine {self.name}: states and transitions disagree on {names ^ used}")

    @property
    def undeclared_ends(self) -> set[str]:
        """States without a way out that the table does not name as ends."""
        return {state.name for state in self.states} - {t.source for t in self.transitions} - set(self.ends)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(state.name, state.label) for state in self.states]

    def state(self, name: str) -> State:
        return next(state for state in self.states if state.name == name)

    def target(self, source: str, action: str) -> str:
        """The state after ``action``; raises :class:`IllegalTransition` when the table has no such line."""
        return self.line(source, action).target

    def line(self, source: str, action: str) -> Transition:
        for transition in self.transitions:
            if transition.source == source and transition.action == action:
                return transition
        raise IllegalTransition(
            "ILLEGAL_TRANSITION",
            _("This cannot be done now: the record is in the state “%(state)s”. Nothing was changed; reload the page."),
            state=self.state(source).label,
        )

    def move(self, obj: models.Model, action: str, **changes: Any) -> str:
        """Change the state of a locked row (and set ``changes`` beside it); return the state before.

        Raises :class:`IllegalTransition`, or the refusal of the line's guard.
        """
        before: str = obj.state  # type: ignore[attr-defined]
        line = self.line(before, action)
        refusal = line.guard(obj) if line.guard is not None else None
        if refusal is not None:
            raise refusal
        obj.state = line.target  # type: ignore[attr-defined]
        for field, value in changes.items():
            setattr(obj, field, value)
        rows.update(obj, "state", *changes)
        return before

    def actions_of(self, actor: Actor, obj: Any) -> list[Transition]:
        """The lines that this actor may take on this object now: what a page shows as buttons."""
        return [
            t
            for t in self.transitions
            if t.source == obj.state and may(actor, t.permission, obj) and (t.guard is None or t.guard(obj) is None)
        ]

    def field(self, **options: Any) -> models.CharField[str, str]:
        return models.CharField(
            _("state"), max_length=32, choices=self.choices, default=self.initial, editable=False, **options
        )

    def trigger(self) -> pgtrigger.Trigger:
        """The same table inside the database: rows begin in the initial state and change only along a line."""
        pairs = sorted({(t.source, t.target) for t in self.transitions})
        allowed = ", ".join(f"('{source}', '{target}')" for source, target in pairs)
        return pgtrigger.Trigger(
            name=f"{self.name}_states",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            func=f"""
                IF TG_OP = 'INSERT' THEN
                    IF NEW.state <> '{self.initial}' THEN
                        RAISE EXCEPTION '{self.name}: a row begins as {self.initial}, not as %', NEW.state
                            USING ERRCODE = 'check_violation';
                    END IF;
                ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({allowed}) THEN
                    RAISE EXCEPTION '{self.name}: no way from % to %', OLD.state, NEW.state
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            """,
        )


def append_only(name: str) -> pgtrigger.Protect:
    """A trigger that refuses UPDATE and DELETE: for journals, logs and whatever was signed."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)
