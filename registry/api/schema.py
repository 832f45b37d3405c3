"""The description of the API (OpenAPI 3.1), read from what the views declare about themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from registry.api.views import Acts, ApiView, Rows

MULTIPART = "multipart/form-data"


class Fault(serializers.Serializer):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Said(serializers.Serializer):
    zh = serializers.CharField()
    en = serializers.CharField()


class ProblemAnswer(serializers.Serializer):
    """A refusal (RFC 9457). ``code`` never changes; ``detail`` is in the language of the request."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    messages = Said()
    errors = Fault(many=True, required=False)


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "registry.organisations.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="8 to 128 signs, new for each act; a repeated request with the same key repeats the answer.",
)
CODE = OpenApiParameter(
    "X-Second-Factor",
    str,
    OpenApiParameter.HEADER,
    description="The present code of the authenticator: this act signs, decides or moves credits.",
)
MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that was read; 412 when the record changed since."
)
REFUSALS = (
    "400 not readable, or without Idempotency-Key; 401 unknown token; 403 not this actor's act, or a fresh second "
    "factor is needed; 404 not there, or not yours to see; 405, 406, 413, 415 not taken so; 409 not in this state, "
    "or refused by a rule; 412 changed since it was read; 422 something that was sent cannot be used; "
    "429 too many requests."
)


class Schema(AutoSchema):
    def _told(self) -> ApiView | None:
        return self.view if isinstance(self.view, ApiView) else None

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.split(".")[-2]]

    def get_description(self) -> str:
        acted = getattr(self.view, "action", "") if isinstance(self.view, Acts) else ""
        text = super().get_description()
        return f"{acted}. {text}" if acted else text

    def get_request_serializer(self) -> Any:
        view = self._told()
        return (view.takes if view and self.method == "POST" else None) or None

    def map_parsers(self) -> list[str]:
        """A body with a file in it is no JSON."""
        takes = self.get_request_serializer()
        fields = takes().fields.values() if takes else ()
        needs_file = any(isinstance(field, serializers.FileField) and field.required for field in fields)
        return [MULTIPART] if needs_file else list(super().map_parsers())

    def get_response_serializers(self) -> Any:
        view = self._told()
        if view is None:
            return {200: OpenApiResponse(description="")}
        answers: dict[Any, Any] = {}
        if self.method == "GET":
            answers[200] = view.output(many=True) if self._is_list_view() else view.output
            answers[304] = OpenApiResponse(description="Unchanged since the ETag that was sent.")
        else:
            answers[view.success] = getattr(view, "made", None) or view.output
        answers["4XX", "application/problem+json"] = OpenApiResponse(ProblemAnswer, description=REFUSALS)
        return answers

    def get_override_parameters(self) -> list[OpenApiParameter]:
        view = self._told()
        if view is None:
            return []
        if self.method == "POST":
            more = [CODE] if view.scope == "decide" else []
            return [KEY, *more, *([MATCH] if isinstance(view, Acts) else [])]
        filters = view.filterset.base_filters if isinstance(view, Rows) and view.filterset else {}
        return [OpenApiParameter(name, str, description=str(each.label or "")) for name, each in filters.items()]

    def _is_list_view(self, serializer: Any = None) -> bool:
        listed = isinstance(self.view, Rows) or getattr(self.view, "plain_list", False)
        return bool(listed) and self.method == "GET"
