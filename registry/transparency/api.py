"""The audit log for programs: checkpoints, keys and proofs, for anybody; a witness's cosignature."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import LARGEST, ModelOut
from registry.api.views import ApiView, Rows
from registry.audit import checkpoints, keys, selectors
from registry.audit.models import Checkpoint
from registry.core.errors import InvalidInput
from registry.transparency.web import leaf_hash_of

READ = ("get", "options")


class CheckpointOut(ModelOut):
    root = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()

    class Meta:
        model = Checkpoint
        fields = ("size", "root", "at", "note")

    def get_root(self, row: Checkpoint) -> str:
        return bytes(row.root).hex()

    def get_note(self, row: Checkpoint) -> str:
        return selectors.note_of(row)


class CheckpointFilter(django_filters.FilterSet):
    at = django_filters.IsoDateTimeFromToRangeFilter()


class Checkpoints(Rows):
    """The signed checkpoints, newest first: C2SP notes over the number of records and the root of their tree."""

    output = CheckpointOut
    filterset = CheckpointFilter
    http_method_names = READ

    def rows(self) -> QuerySet[Checkpoint]:
        return Checkpoint.objects.prefetch_related("cosignatures")


class NewestCheckpoint(ApiView):
    """The newest checkpoint; 404 before the first."""

    output = CheckpointOut
    http_method_names = READ

    def get(self, request: Request) -> Response:
        return Response(CheckpointOut(selectors.newest_checkpoint()).data)


class KeysOut(serializers.Serializer):
    origin = serializers.CharField()
    keys = serializers.ListField(child=serializers.CharField())
    witnesses = serializers.ListField(child=serializers.CharField())


class Keys(ApiView):
    """The log's origin, its public keys (oldest first) and those of the witnesses."""

    output = KeysOut
    http_method_names = READ

    def get(self, request: Request) -> Response:
        newest = Checkpoint.objects.first()
        return Response(
            {
                "origin": checkpoints.this_log().origin if newest else "",
                "keys": [str(key) for key in keys.verifier_keys()],
                "witnesses": [str(key) for key in keys.witness_keys()],
            }
        )


class InclusionOut(serializers.Serializer):
    schema = serializers.CharField()
    index = serializers.IntegerField()
    leaf_hash = serializers.CharField()
    path = serializers.ListField(child=serializers.CharField())
    checkpoint = serializers.CharField()


class Inclusion(ApiView):
    """That a record stands in the log: by its leaf hash, or by its number; under the newest or a given checkpoint."""

    output = InclusionOut
    http_method_names = READ

    @extend_schema(
        parameters=[
            OpenApiParameter("leaf_hash", str, description="SHA-256 of 0x00 and the record: hex or base64."),
            OpenApiParameter("index", int, description="The record's number, counted from 0."),
            OpenApiParameter("size", int, description="The checkpoint over so many records; the newest by default."),
        ]
    )
    def get(self, request: Request) -> Response:
        size = _whole(request, "size")
        row = selectors.newest_checkpoint() if size is None else selectors.checkpoint_of(size)
        text, index = request.query_params.get("leaf_hash", ""), _whole(request, "index")
        if bool(text) == (index is not None):
            raise InvalidInput("LEAF_OR_INDEX", _("Name the record either by leaf_hash or by index."))
        if index is not None:
            return Response(selectors.inclusion_of(index, row).to_dict())
        return Response(selectors.inclusion_of_hash(leaf_hash_of(text), row).to_dict())


class ConsistencyOut(serializers.Serializer):
    schema = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    proof = serializers.ListField(child=serializers.CharField())


class Consistency(ApiView):
    """That the log only grew between two checkpoints."""

    output = ConsistencyOut
    http_method_names = READ

    @extend_schema(
        parameters=[
            OpenApiParameter("old", int, required=True, description="The older checkpoint, by its number of records."),
            OpenApiParameter("new", int, description="The newer one; the newest by default."),
        ]
    )
    def get(self, request: Request) -> Response:
        old, new = _whole(request, "old"), _whole(request, "new")
        if old is None:
            raise InvalidInput("OLD_MISSING", _("Say which older checkpoint: old=…, its number of records."))
        newer = selectors.newest_checkpoint() if new is None else selectors.checkpoint_of(new)
        return Response(selectors.consistency_of(selectors.checkpoint_of(old), newer).to_dict())


class CosignatureIn(serializers.Serializer):
    line = serializers.CharField(max_length=400)


class CosignatureOut(serializers.Serializer):
    size = serializers.IntegerField(source="checkpoint.size")
    witness = serializers.CharField()
    line = serializers.CharField()


class Cosignatures(ApiView):
    """A witness's signature line (C2SP cosignature/v1) under one of the newest checkpoints."""

    takes = CosignatureIn
    output = CosignatureOut
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request) -> Response:
        made = checkpoints.add_cosignature(actor=self.actor, line=self.given(CosignatureIn)["line"])
        return Response(CosignatureOut(made).data, status=201)


def _whole(request: Request, name: str) -> int | None:
    """A number of the query; None when it is not there. Raises InvalidInput."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) > LARGEST:
        raise InvalidInput("NOT_A_NUMBER", _("%(name)s is a whole number, from 0 on."), name=name)
    return int(text)


urlpatterns = [
    path("log/checkpoints/", Checkpoints.as_view(), name="log_checkpoints"),
    path("log/checkpoints/newest/", NewestCheckpoint.as_view(), name="log_newest_checkpoint"),
    path("log/keys/", Keys.as_view(), name="log_keys"),
    path("log/inclusion/", Inclusion.as_view(), name="log_inclusion"),
    path("log/consistency/", Consistency.as_view(), name="log_consistency"),
    path("log/cosignatures/", Cosignatures.as_view(), name="log_cosignatures"),
]
