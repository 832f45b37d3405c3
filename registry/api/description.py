"""The description of the API and the page on which it is tried, both from this server."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")


class Description(SpectacularJSONAPIView):
    """OpenAPI 3.1, in English whatever the reader's language: programs compare it."""

    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with override("en"):
            return super().get(request, *args, **kwargs)


urlpatterns = [
    path("openapi.json", Description.as_view(), name="openapi"),
    path("docs/", page, name="docs"),
]
