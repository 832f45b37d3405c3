"""Refusals as ``application/problem+json`` (RFC 9457), with the codes of the pages and both languages.

``code`` never changes; ``detail`` is in the language of the request, ``messages`` in both; ``errors`` has one line
for each fault of what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from rest_framework import exceptions
from rest_framework.response import Response

from registry.audit.services import record_refusal
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotVisible, Refusal

MEDIA_TYPE = "application/problem+json"
_KNOWN: dict[type[Exception], tuple[str, Any]] = {
    exceptions.NotAuthenticated: ("SIGN_IN_FIRST", _("Send a token or sign in.")),
    exceptions.AuthenticationFailed: ("TOKEN_INVALID", _("The token is unknown, ended or expired.")),
    exceptions.PermissionDenied: ("NOT_ALLOWED", _("This is not allowed.")),
    exceptions.MethodNotAllowed: ("METHOD_NOT_ALLOWED", _("This address does not take this method.")),
    exceptions.NotAcceptable: ("NOT_ACCEPTABLE", _("This address answers in JSON only.")),
    exceptions.UnsupportedMediaType: ("MEDIA_TYPE", _("This address does not take this kind of content.")),
    exceptions.Throttled: ("TOO_MANY_REQUESTS", _("Too many requests. Wait and try again.")),
    exceptions.NotFound: ("CURSOR_INVALID", _("The cursor of this page is not one that was given out. Begin again.")),
    exceptions.ParseError: ("UNREADABLE", _("The content is not readable as what it says it is.")),
}


class Problem(Refusal):
    """A refusal of the API itself, not of a service."""

    def __init__(self, status: int, code: str, message: Any, **params: Any) -> None:
        super().__init__(code, message, **params)
        self.status = status


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None lets a fault be a fault."""
    request = context["request"]
    refusal = _refusal_of(error)
    if refusal is None:
        return None
    if request.method not in ("GET", "HEAD", "OPTIONS") and not isinstance(refusal, InvalidInput):
        attempt = f"{request.method} {request.path}"[:80]
        record_refusal(getattr(context["view"], "actor", PUBLIC), attempt, object_type="api", reason=refusal.code)
    answer = Response(_body(refusal, error, request.path), status=refusal.status, content_type=MEDIA_TYPE)
    if isinstance(error, exceptions.APIException):
        if getattr(error, "auth_header", None):
            answer["WWW-Authenticate"] = error.auth_header
        if getattr(error, "wait", None):
            answer["Retry-After"] = str(int(error.wait) + 1)
    return answer


def body_of(error: Exception, path: str) -> dict[str, Any] | None:
    """What the handler answers with; None for a fault."""
    refusal = _refusal_of(error)
    return _body(refusal, error, path) if refusal is not None else None


def changed_meanwhile() -> Problem:
    return Problem(412, "CHANGED_MEANWHILE", _("The record changed since you read it. Read it again, then decide."))


def _refusal_of(error: Exception) -> Refusal | None:
    refusal: Refusal | None = None
    if isinstance(error, Refusal):
        refusal = error
    elif isinstance(error, Http404):
        refusal = NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    elif isinstance(error, PermissionDenied):
        refusal = Problem(403, *_KNOWN[exceptions.PermissionDenied])
    elif isinstance(error, RequestDataTooBig):
        refusal = Problem(413, "TOO_LARGE", _("The content is larger than this address takes."))
    elif isinstance(error, exceptions.ValidationError):
        refusal = InvalidInput("FIELDS_INVALID", _("Some fields cannot be used; see “errors”."))
    else:
        for kind, (code, message) in _KNOWN.items():
            if isinstance(error, kind):
                refusal = Problem(error.status_code, code, message)
    return refusal


def _body(refusal: Refusal, error: Exception, path: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:kcr:problem:{refusal.code}",
        "title": str(refusal),
        "status": refusal.status,
        "code": refusal.code,
        "detail": str(refusal),
        "instance": path,
        "messages": {"zh": _said("zh-hans", refusal), "en": _said("en", refusal)},
    }
    errors = list(_lines(refusal, error))
    return {**body, "errors": errors} if errors else body


def _said(language: str, refusal: Refusal) -> str:
    with override(language):
        return str(refusal)


def _lines(refusal: Refusal, error: Exception) -> Iterator[dict[str, str]]:
    if isinstance(error, exceptions.ValidationError):
        yield from _fields(error.get_full_details(), "")
    for message in getattr(refusal, "messages", ()):
        yield {"field": "", "code": str(getattr(message, "code", refusal.code)), "detail": str(message)}


def _fields(details: Any, name: str) -> Iterator[dict[str, str]]:
    if isinstance(details, list):
        for detail in details:
            yield from _fields(detail, name)
    elif "message" in details and "code" in details and not isinstance(details["message"], dict):
        yield {"field": name, "code": str(details["code"]), "detail": str(details["message"])}
    else:
        for key, detail in details.items():
            whole = name if key == settings.REST_FRAMEWORK.get("NON_FIELD_ERRORS_KEY") else f"{name}.{key}".lstrip(".")
            yield from _fields(detail, whole)
