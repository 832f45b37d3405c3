"""Organisations, their people and accreditations, for programs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import Actions, ModelOut, Reason
from registry.api.problems import Problem
from registry.api.views import Acts, ApiView, Record, Rows
from registry.core import deadlines, todo
from registry.core.errors import NotVisible
from registry.core.models import CalendarDay
from registry.core.permissions import may, require
from registry.core.roles import OrganisationKind, Role
from registry.organisations import calendar, members, selectors, services, states
from registry.organisations.models import Accreditation, Invitation, Organisation, User


class OrganisationOut(ModelOut):
    actions = Actions(states.ORGANISATION)

    class Meta:
        model = Organisation
        fields = (
            "id",
            "kind",
            "name_zh",
            "name_en",
            "code_kind",
            "registration_code",
            "state",
            "created_at",
            "actions",
        )


class ApplicationIn(serializers.ModelSerializer):
    kind = serializers.ChoiceField(choices=[each for each in OrganisationKind.choices if each[0] != "authority"])
    applicant_email = serializers.EmailField()
    registration_code = serializers.CharField(max_length=40)

    class Meta:
        model = Organisation
        fields = (
            "kind", "name_zh", "name_en", "code_kind", "registration_code", "code_reason", "applicant_name",
            "applicant_email",
        )  # fmt: skip


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Part of a name, or the beginning of the code.")
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices)
    state = django_filters.ChoiceFilter(choices=states.ORGANISATION.choices)

    def by_words(self, rows: QuerySet[Organisation], _name: str, value: str) -> QuerySet[Organisation]:
        return selectors.search(rows, query=value)


class Organisations(Rows):
    """The register of organisations; POST applies in the name of one."""

    output = OrganisationOut
    takes = ApplicationIn
    success = 201
    filterset = OrganisationFilter

    def rows(self) -> QuerySet[Organisation]:
        return selectors.visible_organisations(self.actor)

    def act(self, request: Request) -> Response:
        organisation = services.apply_for_registration(**self.given(ApplicationIn))
        return Response(self.output(organisation, context={"actor": self.actor}).data, status=201)


class OneOrganisation(Record):
    """One organisation."""

    output = OrganisationOut

    def record(self, pk: int) -> Organisation:
        return selectors.organisation_for(self.actor, pk)


class OrganisationActs(Acts):
    """Decide on an organisation, or close one's own."""

    scope = "decide"
    output = OrganisationOut
    record = OneOrganisation.record
    acts = {
        "approve": (None, lambda actor, row: services.approve(actor=actor, organisation=row)),
        "refuse": (Reason, lambda actor, row, reason: services.refuse(actor=actor, organisation=row, reason=reason)),
        "suspend": (Reason, lambda actor, row, reason: services.suspend(actor=actor, organisation=row, reason=reason)),
        "reinstate": (None, lambda actor, row: services.reinstate(actor=actor, organisation=row)),
        "close": (Reason, lambda actor, row, reason: services.close(actor=actor, organisation=row, reason=reason)),
    }


# --- people ---


class MemberOut(serializers.Serializer):
    id = serializers.IntegerField(source="user.pk")
    name_zh = serializers.CharField(source="user.name_zh")
    name_en = serializers.CharField(source="user.name_en")
    email = serializers.EmailField(source="user.email")
    roles = serializers.SerializerMethodField()

    def get_roles(self, member: dict[str, Any]) -> list[str]:
        return [held["role"] for held in member["roles"]]


class MembersOut(serializers.Serializer):
    results = MemberOut(many=True)


class Members(ApiView):
    """The people of an organisation and their roles."""

    output = MembersOut
    http_method_names = ("get", "options")

    def get(self, request: Request, pk: int) -> Response:
        organisation = selectors.organisation_for(self.actor, pk)
        require(self.actor, "organisations.view_members", organisation)
        return Response(MembersOut({"results": selectors.members_of(self.actor, organisation)}).data)


class RoleIn(serializers.Serializer):
    role = serializers.ChoiceField(choices=Role.choices)


class MemberActs(Acts):
    """Grant or end one role of a member."""

    output = MembersOut
    acts = {
        "grant-role": (RoleIn, lambda actor, row, role: members.grant_role(actor=actor, **row, role=role)),
        "end-role": (RoleIn, lambda actor, row, role: members.end_role(actor=actor, **row, role=role)),
    }

    def record(self, pk: int, user_pk: int) -> dict[str, Any]:
        organisation = selectors.organisation_for(self.actor, pk)
        require(self.actor, "organisations.change_roles", organisation)
        user = User.objects.filter(pk=user_pk, memberships__organisation=organisation).first()
        if user is None:
            raise NotVisible("NOT_FOUND", members.NOT_FOUND)
        return {"organisation": organisation, "user": user}

    def answer(self, record: dict[str, Any], status: int = 200) -> Response:
        people = selectors.members_of(self.actor, record["organisation"])
        return Response(MembersOut({"results": people}).data, status=status)


class InvitationOut(ModelOut):
    class Meta:
        model = Invitation
        fields = ("id", "email", "roles", "created_at", "expires_at")


class InvitationIn(serializers.Serializer):
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), min_length=1, max_length=20)


class Invitations(Rows):
    """The open invitations of one's own organisation; POST sends one."""

    output = InvitationOut
    takes = InvitationIn
    success = 201

    def rows(self) -> QuerySet[Invitation]:
        organisation = selectors.organisation_for(self.actor, self.kwargs["pk"])
        require(self.actor, "organisations.invite", organisation)
        return selectors.open_invitations_of(self.actor, organisation)

    def act(self, request: Request, pk: int) -> Response:
        organisation = selectors.organisation_for(self.actor, pk)
        given = self.given(InvitationIn)
        invitation = members.invite_member(actor=self.actor, organisation=organisation, **given)
        return Response(InvitationOut(invitation).data, status=201)


class InvitationActs(Acts):
    """Withdraw an invitation."""

    output = InvitationOut
    acts = {"withdraw": (None, lambda actor, row: members.withdraw_invitation(actor=actor, invitation=row))}

    def record(self, pk: int) -> Invitation:
        invitation = Invitation.objects.select_related("organisation").filter(pk=pk).first()
        if invitation is None or not may(self.actor, "organisations.view_members", invitation.organisation):
            raise NotVisible("NOT_FOUND", members.NOT_FOUND)
        return invitation


# --- accreditations ---


class AccreditationOut(ModelOut):
    actions = Actions(states.ACCREDITATION)

    class Meta:
        model = Accreditation
        fields = ("id", "organisation", "scope", "valid_from", "valid_to", "state", "actions")


class AccreditationIn(serializers.ModelSerializer):
    class Meta:
        model = Accreditation
        fields = ("scope", "valid_from", "valid_to")


class Accreditations(Rows):
    """The accreditations of a verification body; POST grants one."""

    scope = "decide"
    output = AccreditationOut
    takes = AccreditationIn
    success = 201

    def rows(self) -> QuerySet[Accreditation]:
        organisation = selectors.organisation_for(self.actor, self.kwargs["pk"])
        return Accreditation.objects.filter(organisation=organisation).select_related("organisation")

    def act(self, request: Request, pk: int) -> Response:
        organisation = selectors.organisation_for(self.actor, pk)
        require(self.actor, "accreditations.grant", organisation)
        granted = services.grant_accreditation(
            actor=self.actor, organisation=organisation, **self.given(AccreditationIn)
        )
        return Response(AccreditationOut(granted, context={"actor": self.actor}).data, status=201)


def _decide(action: str) -> Any:
    def act(actor: Any, row: Accreditation, reason: str = "") -> Accreditation:
        return services.decide_accreditation(actor=actor, accreditation=row, action=action, reason=reason)

    return act


class AccreditationActs(Acts):
    """Suspend, reinstate or end an accreditation."""

    scope = "decide"
    output = AccreditationOut
    acts = {
        "suspend": (Reason, _decide("suspend")),
        "reinstate": (None, _decide("reinstate")),
        "end": (Reason, _decide("end")),
    }

    def record(self, pk: int) -> Accreditation:
        return selectors.accreditation_for(self.actor, pk)


# --- oneself ---


class MeOut(serializers.Serializer):
    name = serializers.CharField()
    organisation_id = serializers.IntegerField(allow_null=True)
    organisation_approved = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.CharField())
    withheld_roles = serializers.ListField(child=serializers.CharField())


class Me(ApiView):
    """Who acts, with the roles that can be used now."""

    output = MeOut
    http_method_names = ("get", "options")

    def get(self, request: Request) -> Response:
        if self.actor.is_anonymous:
            raise Problem(401, "SIGN_IN_FIRST", _("Send a token or sign in."))
        return Response(MeOut(self.actor).data)


class ToDoOut(serializers.Serializer):
    title = serializers.CharField()
    detail = serializers.CharField()
    url = serializers.CharField()
    since = serializers.DateTimeField()
    due = serializers.DateTimeField(allow_null=True)


class ToDoList(serializers.Serializer):
    results = ToDoOut(many=True)


class ToDos(ApiView):
    """What waits for this person: what has a deadline first, then the oldest; each with its page."""

    output = ToDoList
    http_method_names = ("get", "options")

    def get(self, request: Request) -> Response:
        if self.actor.is_anonymous:
            raise Problem(401, "SIGN_IN_FIRST", _("Send a token or sign in."))
        return Response(ToDoList({"results": todo.items_of(self.actor)}).data)


class DeadlineOut(serializers.Serializer):
    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    url = serializers.CharField()
    due = serializers.DateTimeField()
    days_left = serializers.IntegerField()
    late = serializers.BooleanField()
    acts = serializers.BooleanField()


class DeadlineList(serializers.Serializer):
    results = DeadlineOut(many=True)


class Deadlines(ApiView):
    """Everything with a deadline that concerns this person, the nearest first."""

    output = DeadlineList
    http_method_names = ("get", "options")

    def get(self, request: Request) -> Response:
        if self.actor.is_anonymous:
            raise Problem(401, "SIGN_IN_FIRST", _("Send a token or sign in."))
        return Response(DeadlineList({"results": deadlines.deadlines_of(self.actor)}).data)


class DayOut(ModelOut):
    class Meta:
        model = CalendarDay
        fields = ("date", "is_working", "note")


class DayIn(serializers.Serializer):
    day = serializers.DateField()
    kind = serializers.ChoiceField(choices=(calendar.HOLIDAY, calendar.WORKING, calendar.USUAL))
    note = serializers.CharField(max_length=100, allow_blank=True, default="")


class Days(Rows):
    """The holidays and make-up working days of the programme's calendar; POST sets one."""

    output = DayOut
    takes = DayIn

    def rows(self) -> QuerySet[CalendarDay]:
        return CalendarDay.objects.all()

    def act(self, request: Request) -> Response:
        require(self.actor, "calendar.edit")
        given = self.given(DayIn)
        calendar.set_day(actor=self.actor, **given)
        row = CalendarDay.objects.filter(date=given["day"]).first()
        usual = {"date": given["day"], "is_working": given["day"].weekday() < 5, "note": ""}
        return Response(DayOut(row).data if row else usual)


urlpatterns = [
    path("calendar/", Days.as_view(), name="calendar"),
    path("me/", Me.as_view(), name="me"),
    path("to-do/", ToDos.as_view(), name="to_do"),
    path("deadlines/", Deadlines.as_view(), name="deadlines"),
    path("organisations/", Organisations.as_view(), name="organisations"),
    path("organisations/<int:pk>/", OneOrganisation.as_view(), name="organisation"),
    *OrganisationActs.paths("organisations/<int:pk>/", "organisation"),
    path("organisations/<int:pk>/members/", Members.as_view(), name="members"),
    *MemberActs.paths("organisations/<int:pk>/members/<int:user_pk>/", "member"),
    path("organisations/<int:pk>/invitations/", Invitations.as_view(), name="invitations"),
    *InvitationActs.paths("invitations/<int:pk>/", "invitation"),
    path("organisations/<int:pk>/accreditations/", Accreditations.as_view(), name="accreditations"),
    *AccreditationActs.paths("accreditations/<int:pk>/", "accreditation"),
]
