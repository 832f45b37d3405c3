"""Pieces that the answers of every room share."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.core.actors import PUBLIC
from registry.core.states import StateMachine

LARGEST = 2**62 - 1
"""Of the numbers that programs send as keys, serials and tonnes: what is larger fits no column."""


class ModelOut(serializers.ModelSerializer):
    # What is answered of a record. Its fields are made from the model once in a language, not for every answer.
    # No docstring: each answer's description would inherit it.
    _made: ClassVar[dict[tuple[type, str | None], dict[str, serializers.Field]]] = {}

    def get_fields(self) -> dict[str, serializers.Field]:
        which = (type(self), get_language())
        if which not in self._made:
            self._made[which] = super().get_fields()
        return copy.deepcopy(self._made[which])


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Actions(serializers.Field):
    """The acts that this actor may take on the record now, from its state machine and the permission table."""

    def __init__(self, machine: StateMachine, **kwargs: Any) -> None:
        self.machine = machine
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, record: Any) -> list[str]:
        return [line.action for line in self.machine.actions_of(self.context.get("actor", PUBLIC), record)]


@extend_schema_field(OpenApiTypes.OBJECT)
class Facts(serializers.JSONField):
    """A JSON object of the room that answers."""


class Nothing(serializers.Serializer):
    """An act that needs no more than its address."""


class Reason(serializers.Serializer):
    reason = serializers.CharField(max_length=4000)
