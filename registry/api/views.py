"""The base of every API view: a token or a session, one actor, problems as answers, ETags, keys for acts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import URLPattern, path
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from registry.api import idempotency
from registry.api.problems import Problem, changed_meanwhile
from registry.core.actors import PUBLIC, Actor
from registry.core.errors import NotVisible

SAFE = ("GET", "HEAD", "OPTIONS")


class Pages(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-pk"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """DRF's own says that there is always a next page."""
        address = {"type": ["string", "null"], "format": "uri"}
        properties = {"next": address, "previous": address, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}


class ApiView(APIView):
    """GET is answered with an ETag; POST needs an Idempotency-Key and runs in one transaction with it."""

    scope = "write"
    """What a token must be allowed for a POST: ``write``, or ``decide`` for what needs the second factor."""

    actor: Actor = PUBLIC
    takes: type[Serializer[Any]] | None = None
    """What a POST carries."""
    output: type[Serializer[Any]]
    plain_list = False
    """Whether a GET is answered with a list without pages."""
    success = 200
    not_kept: tuple[str, ...] = ()
    """Fields of the answer to a POST that are said once: a repeated request is answered without them."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.actor = self._actor(request)
        super().initial(request, *args, **kwargs)
        scopes: Iterable[str] | None = getattr(request.auth, "scopes", None)
        needed = "read" if request.method in SAFE else self.scope
        if scopes is not None and needed not in scopes:
            raise Problem(
                403, "SCOPE_MISSING", _("This token may not do this; it needs the scope “%(scope)s”."), scope=needed
            )

    def _actor(self, request: Request) -> Actor:
        credential = request.auth
        if credential is None:
            return getattr(request._request, "actor", PUBLIC)
        self.actor = credential.plain_actor()  # who tried, should the code be wrong
        return credential.actor(request)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = response.get("Cache-Control", "private, no-cache")
        if request.method == "GET" and response.status_code == 200 and not response.streaming:
            etag = etag_of(response.render().content)
            response["ETag"] = etag
            return get_conditional_response(request, etag=etag, response=response)
        return response

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return idempotency.once(
            request, self.actor.user_id, lambda: self.act(request, *args, **kwargs), not_kept=self.not_kept
        )

    def act(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise MethodNotAllowed(request.method or "")

    def given(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """What was sent, checked. Raises DRF's ValidationError."""
        read = serializer(data=self.request.data)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


class Rows(ApiView):
    """A list with filters and cursor pages, narrowed by the room's selector."""

    pagination_class = Pages
    filterset: type[FilterSet] | None = None

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.rows()
        if self.filterset is not None:
            narrowed = self.filterset(request.query_params, queryset=rows, request=request)
            if not narrowed.is_valid():
                raise ValidationError(narrowed.errors)
            rows = narrowed.qs
        pages = Pages()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(self.output(page, many=True, context={"actor": self.actor}).data)


class Record(ApiView):
    """One record."""

    http_method_names = ("get", "options")

    def record(self, *args: Any, **kwargs: Any) -> Model:
        raise NotImplementedError

    def answer(self, record: Any, status: int = 200) -> Response:
        return Response(self.output(record, context={"actor": self.actor}).data, status=status)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.record(*args, **kwargs))


class Acts(Record):
    """``POST …/<action>/``: the acts of one record, each a service; answers with the record after it.

    ``If-Match`` refuses the act when the record changed since it was read.
    """

    acts: dict[str, tuple[type[Serializer[Any]] | None, Callable[..., Any]]] = {}
    """Name of the act -> what it takes, and the function of (actor, record, **given)."""
    action = ""
    http_method_names = ("post", "options")

    @property
    def takes(self) -> type[Serializer[Any]] | None:  # type: ignore[override]
        return self.acts[self.action][0]

    def act(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record = self.record(*args, **kwargs)
        self._refuse_changed(record)
        takes, service = self.acts[self.action]
        service(self.actor, record, **(self.given(takes) if takes is not None else {}))
        return self.answer(self._after(record, *args, **kwargs), self.success)

    def _after(self, record: Any, *args: Any, **kwargs: Any) -> Any:
        """The record as it is now; also where the act itself took it out of this actor's sight."""
        try:
            return self.record(*args, **kwargs)
        except NotVisible:
            record.refresh_from_db()
            return record

    @classmethod
    def paths(cls, address: str, name: str) -> list[URLPattern]:
        """One address for each act."""
        return [path(f"{address}{action}/", cls.as_view(action=action), name=f"{name}_{action}") for action in cls.acts]

    def _refuse_changed(self, record: Any) -> None:
        wanted = self.request.headers.get("If-Match")
        if wanted is None:
            return
        response = self.answer(record)
        response.accepted_renderer = self.request.accepted_renderer
        response.accepted_media_type = self.request.accepted_media_type
        response.renderer_context = self.get_renderer_context()
        if wanted.strip() != etag_of(response.render().content):
            raise changed_meanwhile()
