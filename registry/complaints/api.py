"""Complaints and appeals, for programs; a complaint and a reply need no token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import LARGEST, Actions, ModelOut, Reason
from registry.api.views import Acts, ApiView, Record, Rows
from registry.complaints import selectors, services, states
from registry.complaints.decisions import appealable_by, decision_for
from registry.complaints.models import Complaint
from registry.complaints.web import COMPLAINTS_AN_HOUR, SECRETS_AN_HOUR
from registry.core import attempts
from registry.core.actors import PUBLIC
from registry.core.permissions import may, require

WORDS = ("text", "author_name", "reply")
LONGEST = services.LONGEST


class ComplaintOut(ModelOut):
    actions = Actions(states.COMPLAINT)
    contact = serializers.SerializerMethodField(help_text="For the authority's reviewers and approvers alone.")

    class Meta:
        model = Complaint
        fields = (
            "number", "kind", "subject_kind", "subject_ref", "subject_zh", "subject_en", "decision", "filed_for",
            "text", "author_name", "contact", "withheld_reason", "received_at", "answer_due_on", "outcome", "answer",
            "answered_at", "reply_until", "reply", "replied_at", "conclusion", "closed_at", "state", "actions",
        )  # fmt: skip

    def get_contact(self, row: Complaint) -> str:
        return row.contact if may(self.context.get("actor", PUBLIC), "complaints.view_contact", row) else ""

    def to_representation(self, row: Complaint) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(row)
        if not selectors.reads_words(self.context.get("actor", PUBLIC), row):
            shown.update(dict.fromkeys(WORDS, ""))
        return shown


class FiledOut(serializers.Serializer):
    complaint = ComplaintOut()
    secret = serializers.CharField(help_text="Shown once: by it the complainant replies to the answer.")


class ComplaintIn(serializers.Serializer):
    about = serializers.CharField(max_length=20, help_text="project, period, certificate, body or decision")
    ref = serializers.CharField(max_length=60, help_text="The project's code, the certificate's number, else the id.")
    text = serializers.CharField(max_length=LONGEST)
    author_name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ComplaintFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=states.COMPLAINT.choices)
    kind = django_filters.ChoiceFilter(choices=Complaint.Kind.choices)
    about = django_filters.CharFilter(field_name="subject_kind", label="Kind of the record.")
    ref = django_filters.CharFilter(field_name="subject_ref", label="The record.")


class Complaints(Rows):
    """Complaints and appeals; POST files a complaint."""

    output = ComplaintOut
    filterset = ComplaintFilter
    takes = ComplaintIn
    made = FiledOut
    success = 201

    def rows(self) -> QuerySet[Complaint]:
        return selectors.visible_complaints(self.actor)

    def act(self, request: Request) -> Response:
        given = self.given(ComplaintIn)
        attempts.count(request._request, "complaint", limit=COMPLAINTS_AN_HOUR, within_s=3600)
        about, ref = given.pop("about"), given.pop("ref")
        filed = services.file_complaint(actor=self.actor, subject_kind=about, subject_ref=ref, **given)
        return Response(FiledOut(filed, context={"actor": self.actor}).data, status=201)


class OneComplaint(Record):
    """One complaint or appeal, with its answer."""

    output = ComplaintOut
    http_method_names = ("get", "options")

    def record(self, number: str) -> Complaint:
        return selectors.complaint_for(self.actor, number)


class ComplaintAnswerIn(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Complaint.Outcome.choices)
    text = serializers.CharField(max_length=LONGEST)


class ComplaintClosingIn(serializers.Serializer):
    conclusion = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")


def service(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda actor, row, **given: function(actor=actor, complaint=row, **given)


class ComplaintActs(Acts):
    """The authority answers, closes, withholds the text and shows it again."""

    scope = "decide"
    output = ComplaintOut
    record = OneComplaint.record
    acts = {
        "answer": (ComplaintAnswerIn, service(services.answer)),
        "close": (ComplaintClosingIn, service(services.close)),
        "withhold": (Reason, service(services.withhold)),
        "show-again": (None, service(services.show_again)),
    }

    def act(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        needed = "complaints.answer" if self.action in ("answer", "close") else "complaints.moderate"
        require(self.actor, needed, self.record(*args, **kwargs))  # before what was sent is judged
        return super().act(request, *args, **kwargs)


class ReplyIn(serializers.Serializer):
    secret = serializers.CharField(max_length=100)
    text = serializers.CharField(max_length=LONGEST)


class Replies(ApiView):
    """The complainant's one reply, by the secret."""

    output = ComplaintOut
    takes = ReplyIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request) -> Response:
        given = self.given(ReplyIn)
        attempts.count(request._request, "complaint-secret", limit=SECRETS_AN_HOUR, within_s=3600)
        row = services.reply(actor=self.actor, **given)
        return Response(ComplaintOut(row, context={"actor": self.actor}).data, status=201)


class DecisionOut(serializers.Serializer):
    decision = serializers.IntegerField(source="pk", help_text="The entry of the audit log that records it.")
    said = serializers.CharField(source="__str__")
    decided_on = serializers.DateField()
    appeal_until = serializers.DateField()


class DecisionList(serializers.Serializer):
    results = DecisionOut(many=True)


class AppealIn(serializers.Serializer):
    decision = serializers.IntegerField(min_value=1, max_value=LARGEST)
    text = serializers.CharField(max_length=LONGEST)


class Appeals(ApiView):
    """GET: the decisions that this person's organisation may appeal now. POST appeals against one."""

    scope = "decide"
    output = DecisionList
    takes = AppealIn
    made = FiledOut
    success = 201

    def get(self, request: Request) -> Response:
        return Response(DecisionList({"results": appealable_by(self.actor)}).data)

    def act(self, request: Request) -> Response:
        given = self.given(AppealIn)
        decision = decision_for(self.actor, given["decision"])
        filed = services.appeal(actor=self.actor, decision=decision, text=given["text"])
        return Response(FiledOut(filed, context={"actor": self.actor}).data, status=201)


urlpatterns = [
    path("complaints/", Complaints.as_view(), name="complaints"),
    path("complaints/<str:number>/", OneComplaint.as_view(), name="complaint"),
    *ComplaintActs.paths("complaints/<str:number>/", "complaint"),
    path("complaint-replies/", Replies.as_view(), name="complaint_replies"),
    path("appeals/", Appeals.as_view(), name="appeals"),
]
