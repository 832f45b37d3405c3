"""One's own notices, for programs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import ModelOut, Nothing
from registry.api.problems import Problem
from registry.api.views import ApiView, Rows
from registry.core.told import Kind
from registry.notices import selectors, services
from registry.notices.models import Notice


class NoticeOut(ModelOut):
    text = serializers.CharField()
    name = serializers.CharField()

    class Meta:
        model = Notice
        fields = ("id", "kind", "action", "object_type", "object_id", "url", "text", "name", "at", "read_at")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What became invisible meanwhile says no more than that it was."""
        plain: dict[str, Any] = super().to_representation(instance)
        if not selectors.still_visible(self.context["actor"], [instance]):
            plain |= dict.fromkeys(("action", "object_type", "object_id", "url", "text", "name"), "")
        return plain


class NoticeFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label="Not read yet.")
    kind = django_filters.ChoiceFilter(choices=Kind.choices)


class Notices(Rows):
    """What this person was told, newest first."""

    output = NoticeOut
    filterset = NoticeFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Notice]:
        _refuse_nobody(self)
        return services.of_person(self.actor)


class Read(ApiView):
    """Mark one as read."""

    output = NoticeOut
    takes = Nothing
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        notice = services.mark_read(actor=self.actor, notice_id=pk)
        return Response(NoticeOut(notice, context={"actor": self.actor}).data)


class ReadCount(serializers.Serializer):
    read = serializers.IntegerField()


class AllRead(ApiView):
    """Mark all as read."""

    output = ReadCount
    takes = Nothing
    http_method_names = ("post", "options")

    def act(self, request: Request) -> Response:
        _refuse_nobody(self)
        return Response({"read": services.mark_all_read(actor=self.actor)})


class Preferences(serializers.Serializer):
    language = serializers.ChoiceField(choices=settings.LANGUAGES, allow_blank=True)
    mailed = serializers.ListField(child=serializers.ChoiceField(choices=Kind.choices), max_length=20)


class Settings(ApiView):
    """Which kinds of notices are mailed, and in which language; an empty language stands for both."""

    output = Preferences
    takes = Preferences
    http_method_names = ("get", "post", "options")

    def get(self, request: Request) -> Response:
        _refuse_nobody(self)
        return self._answer()

    def act(self, request: Request) -> Response:
        _refuse_nobody(self)
        services.set_preference(actor=self.actor, **self.given(Preferences))
        return self._answer()

    def _answer(self) -> Response:
        kept = selectors.preference_of(self.actor)
        mailed = [kind for kind in Kind.values if kind not in kept.muted]
        return Response({"language": kept.language, "mailed": mailed})


def _refuse_nobody(view: ApiView) -> None:
    if view.actor.is_anonymous:
        raise Problem(401, "SIGN_IN_FIRST", _("Send a token or sign in."))


urlpatterns = [
    path("notices/", Notices.as_view(), name="notices"),
    path("notices/all-read/", AllRead.as_view(), name="notices_all_read"),
    path("notices/settings/", Settings.as_view(), name="notices_settings"),
    path("notices/<int:pk>/read/", Read.as_view(), name="notice_read"),
]
