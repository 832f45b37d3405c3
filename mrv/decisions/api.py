"""The authority's docket and its decisions, for programs. Issuance is one transaction, never a task."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mrv.decisions import casework, panels, returning, seen, selectors, services
from mrv.decisions.docket import Asked, limits
from mrv.decisions.models import ReturnedItem, Review
from mrv.decisions.states import STAGES
from mrv.periods.selectors import period_for
from registry.api.fields import ModelOut, Reason
from registry.api.views import Acts, ApiView, Record
from registry.core.permissions import require


class FactOut(serializers.Serializer):
    what = serializers.CharField()
    value = serializers.CharField()
    stands_out = serializers.BooleanField()


class LightOut(serializers.Serializer):
    key = serializers.CharField()
    level = serializers.ChoiceField(choices=("ok", "look", "bad"))
    title = serializers.CharField()
    summary = serializers.CharField()
    facts = FactOut(many=True)


class NoteOut(serializers.Serializer):
    step = serializers.CharField()
    text = serializers.CharField()
    made_by = serializers.IntegerField(source="made_by_id")
    made_at = serializers.DateTimeField()


class ReturnedItemOut(ModelOut):
    """One reason of a return and its answer."""

    title = serializers.SerializerMethodField()

    class Meta:
        model = ReturnedItem
        fields = ("id", "review", "item", "title", "reason", "answer", "answered_for", "answered_at")

    def get_title(self, item: ReturnedItem) -> str:
        return returning.title_of(item)


class ReviewOut(ModelOut):
    certificate = serializers.CharField(source="certificate.number", default=None)
    actions = serializers.SerializerMethodField()
    planned = serializers.SerializerMethodField()
    lights = serializers.SerializerMethodField()
    lights_digest = serializers.SerializerMethodField()
    hold = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()
    returned_items = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = (
            "id", "period", "opinion", "outcome", "begun_at", "prepared_at", "decided_at", "reason", "state",
            "certificate", "planned", "lights", "lights_digest", "hold", "notes", "returned_items", "actions",
        )  # fmt: skip

    @extend_schema_field(LightOut(many=True))
    def get_lights(self, review: Review) -> list[dict[str, Any]]:
        """The six lines: of an open case as they stand now, of one that has ended as the official saw them."""
        return list(LightOut(seen.lights_for(review)[0], many=True).data)

    def get_lights_digest(self, review: Review) -> str | None:
        """Digest of the lines as kept with the last act, as it stands in the log; null where nothing was decided."""
        kept = seen.last_of(review)
        return kept.digest if kept is not None else None

    def get_hold(self, review: Review) -> str | None:
        """The reason of the hold that is in force."""
        hold = selectors.hold_on(review)
        return hold.reason if hold is not None else None

    @extend_schema_field(NoteOut(many=True))
    def get_notes(self, review: Review) -> list[dict[str, Any]]:
        return list(NoteOut(selectors.notes_of(self.context["actor"], review), many=True).data)

    @extend_schema_field(ReturnedItemOut(many=True))
    def get_returned_items(self, review: Review) -> list[dict[str, Any]]:
        rows = panels.shown_items(self.context["actor"], review.period)
        return list(ReturnedItemOut([row["item"] for row in rows], many=True).data)

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
    stage = serializers.ChoiceField(choices=STAGES)
    working_days_in_stage = serializers.IntegerField()
    limit_working_days = serializers.IntegerField()
    due_on = serializers.DateField()
    overdue = serializers.BooleanField()
    hold = serializers.CharField(source="hold.reason", default=None, allow_null=True)
    notice_until = serializers.DateField()
    notice_over = serializers.BooleanField()
    quantity_t = serializers.DecimalField(max_digits=24, decimal_places=9, allow_null=True)


class LimitsOut(serializers.Serializer):
    begin = serializers.IntegerField()
    prepare = serializers.IntegerField()
    decide = serializers.IntegerField()


class DocketOut(serializers.Serializer):
    limits = LimitsOut()
    results = LineOut(many=True)


class AskedIn(serializers.Serializer):
    county = serializers.CharField(max_length=6, required=False, help_text="Division code (GB/T 2260).")
    kind = serializers.CharField(required=False, help_text="Kind of project.")
    stage = serializers.ChoiceField(choices=STAGES, required=False)
    overdue = serializers.BooleanField(required=False, help_text="Only what is overdue.")


@extend_schema_view(get=extend_schema(parameters=[AskedIn]))
class Docket(ApiView):
    """The verified periods that wait for a decision, the most urgent first, and the limits of the stages."""

    output = DocketOut
    http_method_names = ("get", "options")

    def get(self, request: Request) -> Response:
        require(self.actor, "decisions.view_docket")
        asked = AskedIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        given["only_overdue"] = given.pop("overdue", False)
        lines = selectors.docket(self.actor, Asked(**given))
        return Response(DocketOut({"limits": limits(), "results": lines}).data)


class LimitIn(serializers.Serializer):
    stage = serializers.ChoiceField(choices=STAGES)
    working_days = serializers.IntegerField(min_value=1, max_value=casework.MOST_DAYS)


class SetLimit(ApiView):
    """Publish within how many working days a stage of the docket is to be done."""

    output = LimitsOut
    takes = LimitIn
    http_method_names = ("post", "options")

    def act(self, request: Request) -> Response:
        require(self.actor, "decisions.set_limit")
        casework.set_limit(actor=self.actor, **self.given(LimitIn))
        return Response(LimitsOut(limits()).data)


class NoteIn(serializers.Serializer):
    note = serializers.CharField(
        max_length=casework.MOST_TEXT, allow_blank=True, default="", help_text="For the next official."
    )


class Begin(ApiView):
    """Begin the review of a verified period."""

    output = ReviewOut
    takes = NoteIn
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, pk: int) -> Response:
        period = period_for(self.actor, pk)
        require(self.actor, "decisions.begin_review", period)
        review = services.begin_review(actor=self.actor, period=period, **self.given(NoteIn))
        return Response(ReviewOut(review, context={"actor": self.actor}).data, status=201)


class OneReview(Record):
    """One case."""

    output = ReviewOut
    http_method_names = ("get", "options")

    def record(self, pk: int) -> Review:
        return selectors.review_for(self.actor, pk)


class Quantity(NoteIn):
    confirmed_quantity = serializers.IntegerField(
        min_value=0, max_value=2**53, allow_null=True, default=None, help_text="Whole tonnes; it only confirms."
    )


class ReturnIn(serializers.Serializer):
    reason = serializers.CharField(max_length=casework.MOST_TEXT, allow_blank=True, default="")
    items = serializers.DictField(
        child=serializers.CharField(max_length=casework.MOST_TEXT),
        default=dict,
        help_text="Item -> reason: `light:findings`, `checklist:<key of the verifier's checklist>`.",
    )


class ReviewActs(Acts):
    """Prepare, approve (a second person), send back, return to verification, refuse; put on hold and lift the hold."""

    scope = "decide"
    output = ReviewOut
    record = OneReview.record
    acts = {
        "prepare": (Quantity, lambda actor, row, **given: services.prepare(actor=actor, review=row, **given)),
        "approve": (Quantity, lambda actor, row, **given: services.approve(actor=actor, review=row, **given)),
        "send-back": (Reason, lambda actor, row, reason: services.send_back(actor=actor, review=row, reason=reason)),
        "return": (
            ReturnIn,
            lambda actor, row, **given: services.return_to_verification(actor=actor, review=row, **given),
        ),
        "refuse": (Reason, lambda actor, row, reason: services.refuse(actor=actor, review=row, reason=reason)),
        "hold": (Reason, lambda actor, row, reason: casework.hold(actor=actor, review=row, reason=reason)),
        "lift": (None, lambda actor, row: casework.lift(actor=actor, review=row)),
    }


class Text(serializers.Serializer):
    text = serializers.CharField(max_length=casework.MOST_TEXT)


class ItemActs(Acts):
    """Answer one reason of a return, once: by the verification body or the proponent."""

    output = ReturnedItemOut
    acts = {"answer": (Text, lambda actor, row, text: returning.answer_item(actor=actor, item=row, text=text))}

    def record(self, pk: int) -> ReturnedItem:
        return returning.item_for(self.actor, pk)


urlpatterns = [
    path("docket/", Docket.as_view(), name="docket"),
    path("docket/limits/", SetLimit.as_view(), name="docket_limits"),
    path("periods/<int:pk>/review/", Begin.as_view(), name="begin_review"),
    path("reviews/<int:pk>/", OneReview.as_view(), name="review"),
    *ReviewActs.paths("reviews/<int:pk>/", "review"),
    *ItemActs.paths("returned-items/<int:pk>/", "returned_item"),
]
