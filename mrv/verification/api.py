"""Assignments and opinions, for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.periods.selectors import period_for
from mrv.verification import finding_api, selectors, services, states, workbench_api
from mrv.verification.models import Assignment, Opinion
from registry.api.fields import LARGEST, Actions, ModelOut, Reason
from registry.api.views import Acts, ApiView, Record, Rows
from registry.core.errors import NotVisible
from registry.core.roles import OrganisationKind
from registry.organisations.members import NOT_FOUND
from registry.organisations.models import Organisation
from registry.projects.selectors import project_for


class OpinionOut(ModelOut):
    class Meta:
        model = Opinion
        fields = (
            "id", "number", "positive", "reasons_zh", "reasons_en", "assurance", "materiality_pct", "run",
            "bundle_digest", "result_digest", "quantity_claimed_t", "quantity_verified_t", "lead_signed_at",
            "reviewer_signed_at", "state",
        )  # fmt: skip


class AssignmentOut(ModelOut):
    project = serializers.CharField(source="project.code")
    opinions = OpinionOut(many=True, read_only=True)
    actions = Actions(states.ASSIGNMENT)

    class Meta:
        model = Assignment
        fields = (
            "id", "task", "project", "period", "body", "proposed_at", "confirmed_at", "accepted_at", "declaration",
            "reason", "state", "opinions", "actions",
        )  # fmt: skip


class AssignmentFilter(django_filters.FilterSet):
    task = django_filters.ChoiceFilter(choices=Assignment.Task.choices)
    state = django_filters.ChoiceFilter(choices=states.ASSIGNMENT.choices)
    project = django_filters.CharFilter(field_name="project__code")


class Assignments(Rows):
    """The validations and verifications that this actor may see."""

    output = AssignmentOut
    filterset = AssignmentFilter
    http_method_names = ("get", "options")

    def rows(self) -> QuerySet[Assignment]:
        return selectors.visible_assignments(self.actor).select_related("project").prefetch_related("opinions")


class BodyIn(serializers.Serializer):
    body = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="The verification body's number.")


class Proposal(ApiView):
    """Propose a body; the authority confirms it."""

    scope = "write"
    output = AssignmentOut
    takes = BodyIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, **where: Any) -> Response:
        subject = self.subject(**where)
        body = Organisation.objects.filter(
            pk=self.given(BodyIn)["body"], kind=OrganisationKind.VERIFICATION_BODY, state="approved"
        ).first()
        if body is None:
            raise NotVisible("NOT_FOUND", NOT_FOUND)
        assignment = self.propose(subject, body)
        return Response(AssignmentOut(assignment, context={"actor": self.actor}).data, status=201)


class ValidationProposal(Proposal):
    """Propose a body for the validation of a project."""

    def subject(self, code: str) -> Any:
        return project_for(self.actor, code)

    def propose(self, subject: Any, body: Organisation) -> Assignment:
        return services.propose_validation(actor=self.actor, project=subject, body=body)


class VerificationProposal(Proposal):
    """Propose a body for the verification of a period."""

    def subject(self, pk: int) -> Any:
        return period_for(self.actor, pk)

    def propose(self, subject: Any, body: Organisation) -> Assignment:
        return services.propose_verification(actor=self.actor, period=subject, body=body)


class OneAssignment(Record):
    """One assignment with its opinions."""

    output = AssignmentOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Assignment:
        return selectors.assignment_for(self.actor, pk)


class DeclarationIn(serializers.Serializer):
    declaration = serializers.CharField(max_length=4000)


class RecomputationIn(serializers.Serializer):
    result_digest = serializers.RegexField(r"^[0-9a-f]{64}$")
    note = serializers.CharField(max_length=4000, allow_blank=True, default="")


class OpinionIn(serializers.Serializer):
    positive = serializers.BooleanField()
    reasons_zh = serializers.CharField(max_length=20000)
    reasons_en = serializers.CharField(max_length=20000)
    assurance = serializers.ChoiceField(choices=Opinion.Assurance.choices, default=Opinion.Assurance.REASONABLE)
    materiality_pct = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, default=Decimal(5)
    )


def _with(service: Any) -> Any:
    return lambda actor, row, **given: service(actor=actor, assignment=row, **given)


class AssignmentActs(Acts):
    """Decline or withdraw an assignment, and record what the body computed outside the server."""

    output = AssignmentOut
    record = OneAssignment.record
    acts = {
        "decline": (Reason, _with(services.decline)),
        "withdraw": (Reason, _with(services.withdraw)),
        "recompute": (RecomputationIn, _with(services.record_recomputation)),
    }


class AssignmentDecisions(Acts):
    """Confirm (authority), accept with the declaration of independence, sign the opinion."""

    scope = "decide"
    output = AssignmentOut
    record = OneAssignment.record
    acts = {
        "confirm": (None, _with(services.confirm)),
        "accept": (DeclarationIn, _with(services.accept)),
        "sign": (OpinionIn, _with(services.sign_opinion)),
    }


class OpinionActs(Acts):
    """Sign as the independent reviewer, or send the opinion back."""

    scope = "decide"
    output = OpinionOut
    acts = {
        "countersign": (None, lambda actor, row: services.countersign_opinion(actor=actor, opinion=row)),
        "send-back": (
            Reason,
            lambda actor, row, reason: services.send_back_opinion(actor=actor, opinion=row, reason=reason),
        ),
    }

    def record(self, pk: int) -> Opinion:
        opinion = Opinion.objects.filter(pk=pk).first()
        if opinion is None:
            raise NotVisible("NOT_FOUND", NOT_FOUND)
        selectors.assignment_for(self.actor, opinion.assignment_id)
        return opinion


urlpatterns = [
    path("assignments/", Assignments.as_view(), name="assignments"),
    path("assignments/<int:pk>/", OneAssignment.as_view(), name="assignment"),
    *AssignmentActs.paths("assignments/<int:pk>/", "assignment"),
    *AssignmentDecisions.paths("assignments/<int:pk>/", "assignment"),
    *OpinionActs.paths("opinions/<int:pk>/", "opinion"),
    path("projects/<str:code>/validation/", ValidationProposal.as_view(), name="propose_validation"),
    *finding_api.urlpatterns,
    *workbench_api.urlpatterns,
    path("periods/<int:pk>/verification/", VerificationProposal.as_view(), name="propose_verification"),
]
