"""Projects, their cycle and what is said of them, for programs.

Drafts are made in ``mrv.methodologies.api``, for they name a version; their file is in ``api_file``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import Actions, Facts, ModelOut, Reason
from registry.api.views import Acts, Record, Rows
from registry.core.actors import PUBLIC
from registry.core.geography.coarse import coarse
from registry.core.permissions import may, require
from registry.projects import api_file, selectors, services, states
from registry.projects.models import Comment, Project

OUTLET = ("outlet_longitude_deg", "outlet_latitude_deg")


class ProjectOut(ModelOut):
    actions = Actions(states.PROJECT)
    boundary = Facts(read_only=True, allow_null=True)

    class Meta:
        model = Project
        fields = (
            "code", "name_zh", "name_en", "kind", "proponent", "division_code", "county_zh", "county_en", "area_km2",
            "karst_area_km2", "outlet_longitude_deg", "outlet_latitude_deg", "boundary", "boundary_is_drawn",
            "crediting_start", "crediting_end", "methodology_id", "methodology_version", "methodology_digest",
            "additionality", "is_demo", "comment_opens_on", "comment_closes_on", "registered_at", "state",
            "created_at", "actions",
        )  # fmt: skip

    def to_representation(self, project: Project) -> dict[str, Any]:
        """Outlet rounded and boundary left out (null) for whom the place is not to be told exactly."""
        shown = super().to_representation(project)
        if may(self.context.get("actor", PUBLIC), "projects.view_place", project):
            return shown
        place = {name: f"{coarse(shown[name]):.6f}" for name in OUTLET if shown[name] is not None}
        return {**shown, **place, "boundary": None}


class ProjectFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Words of the name, code or county.")
    state = django_filters.ChoiceFilter(choices=states.PROJECT.choices)
    kind = django_filters.ChoiceFilter(choices=Project.Kind.choices)
    county = django_filters.CharFilter(field_name="division_code", label="Division code (GB/T 2260).")
    methodology = django_filters.CharFilter(field_name="methodology_id")

    def by_words(self, rows: QuerySet[Project], _name: str, value: str) -> QuerySet[Project]:
        return selectors.search(rows, value)


class Projects(Rows):
    """The projects that this actor may see."""

    output = ProjectOut
    filterset = ProjectFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Project]:
        return selectors.visible_projects(self.actor)


class OneProject(Record):
    """One project."""

    output = ProjectOut
    http_method_names = ("get", "options")

    def record(self, code: str) -> Project:
        return selectors.project_for(self.actor, code)


def with_reason(service: Callable[..., object]) -> Callable[..., object]:
    """The service as the API calls it."""
    return lambda actor, row, reason: service(actor=actor, project=row, reason=reason)


class ProjectActs(Acts):
    """The steps of the project cycle."""

    scope = "decide"
    output = ProjectOut
    record = OneProject.record
    acts = {
        "submit": (None, lambda actor, row: services.submit(actor=actor, project=row)),
        "open-comment": (None, lambda actor, row: services.open_comment(actor=actor, project=row)),
        "close-comment": (None, lambda actor, row: services.close_comment(actor=actor, project=row)),
        "register": (None, lambda actor, row: services.register(actor=actor, project=row)),
        "confirm-revocation": (None, lambda actor, row: services.confirm_revocation(actor=actor, project=row)),
        "drop-revocation": (None, lambda actor, row: services.drop_revocation(actor=actor, project=row)),
        "return": (Reason, with_reason(services.return_to_draft)),
        "reject": (Reason, with_reason(services.reject)),
        "withdraw": (Reason, with_reason(services.withdraw)),
        "suspend": (Reason, with_reason(services.suspend)),
        "reinstate": (Reason, with_reason(services.reinstate)),
        "complete": (Reason, with_reason(services.complete)),
        "revoke": (Reason, with_reason(services.ask_revocation)),
    }


class CommentOut(ModelOut):
    class Meta:
        model = Comment
        fields = ("number", "author_name", "text", "commented_at", "answer", "answered_at")


class CommentIn(serializers.Serializer):
    author_name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=4000)


class Comments(Rows):
    """What was said while public comment was open, with the proponent's answers; POST says something."""

    output = CommentOut
    takes = CommentIn
    success = 201

    def rows(self) -> QuerySet[Comment]:
        return selectors.project_for(self.actor, self.kwargs["code"]).comments.all()

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        require(self.actor, "projects.comment", project)  # before what was sent is read
        made = services.comment(actor=self.actor, project=project, **self.given(CommentIn))
        return Response(CommentOut(made).data, status=201)


class CommentAnswerIn(serializers.Serializer):
    answer = serializers.CharField(max_length=4000)


class CommentActs(Acts):
    """The proponent's one answer."""

    output = CommentOut
    acts = {
        "answer": (
            CommentAnswerIn,
            lambda actor, row, answer: services.answer_comment(actor=actor, comment=row, answer=answer),
        )
    }

    def record(self, code: str, number: int) -> Comment:
        return selectors.comment_of(selectors.project_for(self.actor, code), number)


urlpatterns = [
    path("projects/", Projects.as_view(), name="projects"),
    path("projects/<str:code>/", OneProject.as_view(), name="project"),
    *ProjectActs.paths("projects/<str:code>/", "project"),
    *api_file.urlpatterns,
    path("projects/<str:code>/comments/", Comments.as_view(), name="comments"),
    *CommentActs.paths("projects/<str:code>/comments/<int:number>/", "comment"),
]
