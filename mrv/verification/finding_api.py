"""Findings with their threads, and consultancies, for programs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.verification import finding_thread, findings, revisions, selectors, services, states
from mrv.verification.models import Consultancy, Finding, FindingDocument, FindingEntry
from registry.api.fields import LARGEST, Actions, Facts, ModelOut, Reason
from registry.api.views import Acts, ApiView, Record, Rows
from registry.core.errors import NotVisible
from registry.core.permissions import may, require
from registry.core.roles import OrganisationKind
from registry.organisations.members import NOT_FOUND
from registry.organisations.models import Organisation
from registry.projects.selectors import project_for


class FindingDocumentOut(ModelOut):
    class Meta:
        model = FindingDocument
        fields = ("id", "file_name", "sha256", "size_bytes")


class FindingEntryOut(ModelOut):
    documents = FindingDocumentOut(many=True, read_only=True)

    class Meta:
        model = FindingEntry
        fields = ("id", "act", "round", "text", "due_on", "made_for", "made_at", "documents")


class FindingOut(ModelOut):
    project = serializers.CharField(source="assignment.project.code")
    period = serializers.IntegerField(source="assignment.period_id", allow_null=True)
    anchor = Facts(read_only=True)
    entries = FindingEntryOut(many=True, read_only=True)
    actions = Actions(states.FINDING)

    class Meta:
        model = Finding
        fields = (
            "id", "assignment", "project", "period", "kind", "number", "requirement", "statement", "severity",
            "anchor_kind", "anchor", "round", "due_on", "raised_at", "closed_at", "closing_reason", "carried_from",
            "continues", "state", "entries", "actions",
        )  # fmt: skip


class FindingFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Finding.Kind.choices)
    state = django_filters.ChoiceFilter(choices=states.FINDING.choices)
    project = django_filters.CharFilter(field_name="assignment__project__code")
    period = django_filters.NumberFilter(field_name="assignment__period_id", min_value=1, max_value=LARGEST)


class AnchorIn(serializers.Serializer):
    """``file_row`` takes sha256 and row, ``span`` parameter, from and to, ``parameter`` parameter."""

    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)
    row = serializers.IntegerField(min_value=1, max_value=10_000_000, required=False)
    parameter = serializers.CharField(max_length=64, required=False)
    start = serializers.DateTimeField(required=False)
    end = serializers.DateTimeField(required=False)


class FindingIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Finding.Kind.choices)
    requirement = serializers.CharField(max_length=200)
    statement = serializers.CharField(max_length=finding_thread.MOST_TEXT)
    severity = serializers.ChoiceField(choices=Finding.Severity.choices, default=Finding.Severity.MATERIAL)
    anchor_kind = serializers.ChoiceField(choices=Finding.AnchorKind.choices, default=Finding.AnchorKind.NONE)
    anchor = AnchorIn(required=False)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class AnswerIn(serializers.Serializer):
    text = serializers.CharField(max_length=finding_thread.MOST_TEXT)
    documents = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=finding_thread.MOST_DOCUMENTS
    )


class AgainIn(serializers.Serializer):
    text = serializers.CharField(max_length=finding_thread.MOST_TEXT)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReviseIn(serializers.Serializer):
    text = serializers.CharField(max_length=4000, help_text="What changes in the data.")


class ClosingIn(serializers.Serializer):
    reason = serializers.CharField(max_length=finding_thread.MOST_TEXT, allow_blank=True, default="")


class Findings(Rows):
    """The findings on the actor's own projects or by its own body; the authority sees all."""

    output = FindingOut
    filterset = FindingFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Finding]:
        return selectors.visible_findings(self.actor).prefetch_related("entries__documents")


class AssignmentFindings(ApiView):
    """Raise a finding on the task of an assignment."""

    output = FindingOut
    takes = FindingIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        assignment = selectors.assignment_for(self.actor, pk)
        require(self.actor, "verification.raise_finding", assignment)  # before what was sent is judged
        given = self.given(FindingIn)
        anchor = {**given.pop("anchor", {})}
        for name, old in (("from", "start"), ("to", "end")):
            anchor[name] = anchor.pop(old).isoformat() if old in anchor else ""
        finding = findings.raise_finding(actor=self.actor, assignment=assignment, anchor=anchor, **given)
        return Response(FindingOut(finding, context={"actor": self.actor}).data, status=201)


class OneFinding(Record):
    """One finding with its thread."""

    output = FindingOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Finding:
        return selectors.finding_for(self.actor, pk)


def _documents(given: dict[str, Any]) -> list[finding_thread.Document]:
    return [finding_thread.Document(file.name, file.read()) for file in given.pop("documents", ())]


def _answer(actor: Any, row: Finding, **given: Any) -> None:
    findings.answer(actor=actor, finding=row, documents=_documents(given), **given)


def _remark(actor: Any, row: Finding, **given: Any) -> None:
    findings.remark(actor=actor, finding=row, documents=_documents(given), **given)


def _with(service: Any) -> Any:
    return lambda actor, row, **given: service(actor=actor, finding=row, **given)


class FindingActs(Acts):
    """Answer (proponent), judge (the raiser), remark (both); documents come as multipart.

    ``revise`` opens the next revision of the period, because its data must change (proponent or verifier).
    """

    output = FindingOut
    record = OneFinding.record
    acts = {
        "answer": (AnswerIn, _answer),
        "close": (ClosingIn, _with(findings.close)),
        "raise-again": (AgainIn, _with(findings.raise_again)),
        "give-up": (Reason, _with(findings.give_up)),
        "close-carried": (Reason, _with(findings.close_carried)),
        "remark": (AnswerIn, _remark),
        "revise": (ReviseIn, _with(revisions.revise_period)),
    }


class ConsultancyOut(ModelOut):
    project = serializers.CharField(source="project.code")

    class Meta:
        model = Consultancy
        fields = ("id", "project", "body", "description", "recorded_at")


class ConsultancyIn(serializers.Serializer):
    body = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="The verification body's number.")
    description = serializers.CharField(max_length=4000)


class Consultancies(ApiView):
    """Record that a body consulted a project: it may then neither validate nor verify it."""

    output = ConsultancyOut
    takes = ConsultancyIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, code: str) -> Response:
        project = project_for(self.actor, code)
        given = self.given(ConsultancyIn)
        body = Organisation.objects.filter(pk=given["body"], kind=OrganisationKind.VERIFICATION_BODY).first()
        if body is None or not may(self.actor, "verification.record_consultancy", Consultancy(body=body)):
            raise NotVisible("NOT_FOUND", NOT_FOUND)
        made = services.record_consultancy(
            actor=self.actor, project=project, body=body, description=given["description"]
        )
        return Response(ConsultancyOut(made).data, status=201)


urlpatterns = [
    path("findings/", Findings.as_view(), name="findings"),
    path("findings/<int:pk>/", OneFinding.as_view(), name="finding"),
    *FindingActs.paths("findings/<int:pk>/", "finding"),
    path("assignments/<int:pk>/findings/", AssignmentFindings.as_view(), name="raise_finding"),
    path("projects/<str:code>/consultancies/", Consultancies.as_view(), name="consultancies"),
]
