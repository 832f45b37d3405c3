"""The authority's docket and its decisions, for programs. Issuance is one transaction, never a task."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.decisions import selectors, services
from mrv.decisions.models import Review
from mrv.periods.selectors import period_for
from registry.api.fields import Reason
from registry.api.views import Acts, ApiView, Record


class ReviewOut(serializers.ModelSerializer):
    certificate = serializers.CharField(source="certificate.number", default=None)
    actions = serializers.SerializerMethodField()
    planned = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = (
            "id", "period", "opinion", "outcome", "begun_at", "prepared_at", "decided_at", "reason", "state",
            "certificate", "planned", "actions",
        )  # fmt: skip

    def get_actions(self, review: Review) -> list[str]:
        return selectors.acts_now(self.context["actor"], review)

    def get_planned(self, review: Review) -> dict[str, Any] | None:
        """What would be issued; null where nothing is open or creditable."""
        if review.decided_at is not None or review.outcome != "credits":
            return None
        return {key: str(value) for key, value in asdict(selectors.planned_issuance(review)).items()}


class LineOut(serializers.Serializer):
    period = serializers.IntegerField(source="period.pk")
    project = serializers.CharField(source="period.project.code")
    state = serializers.CharField(source="period.state")
    review = serializers.IntegerField(source="review.pk", default=None, allow_null=True)
    verified_at = serializers.DateTimeField()
    days_in_stage = serializers.IntegerField()
    notice_until = serializers.DateField()
    notice_over = serializers.BooleanField()
    quantity_t = serializers.DecimalField(max_digits=24, decimal_places=9, allow_null=True)


class DocketOut(serializers.Serializer):
    results = LineOut(many=True)


class Docket(ApiView):
    """The verified periods that wait for a decision, the longest waiting first."""

    output = DocketOut
    http_method_names = ("get", "options")

    def get(self, request: Request) -> Response:
        return Response(DocketOut({"results": selectors.docket(self.actor)}).data)


class Begin(ApiView):
    """Begin the review of a verified period."""

    output = ReviewOut
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        review = services.begin_review(actor=self.actor, period=period_for(self.actor, pk))
        return Response(ReviewOut(review, context={"actor": self.actor}).data, status=201)


class OneReview(Record):
    """One case."""

    output = ReviewOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Review:
        return selectors.review_for(self.actor, pk)


class Quantity(serializers.Serializer):
    confirmed_quantity = serializers.IntegerField(
        min_value=0, max_value=2**53, allow_null=True, default=None, help_text="Whole tonnes; it only confirms."
    )


class ReviewActs(Acts):
    """Prepare, approve (a second person), send back, return to verification, refuse."""

    scope = "decide"
    output = ReviewOut
    record = OneReview.record
    acts = {
        "prepare": (Quantity, lambda actor, row, **given: services.prepare(actor=actor, review=row, **given)),
        "approve": (Quantity, lambda actor, row, **given: services.approve(actor=actor, review=row, **given)),
        "send-back": (Reason, lambda actor, row, reason: services.send_back(actor=actor, review=row, reason=reason)),
        "return": (
            Reason,
            lambda actor, row, reason: services.return_to_verification(actor=actor, review=row, reason=reason),
        ),
        "refuse": (Reason, lambda actor, row, reason: services.refuse(actor=actor, review=row, reason=reason)),
    }


urlpatterns = [
    path("docket/", Docket.as_view(), name="docket"),
    path("periods/<int:pk>/review/", Begin.as_view(), name="begin_review"),
    path("reviews/<int:pk>/", OneReview.as_view(), name="review"),
    *ReviewActs.paths("reviews/<int:pk>/", "review"),
]
