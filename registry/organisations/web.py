"""The register of organisations, the application, and what the authority and the administrators decide there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from registry.audit.selectors import history_of
from registry.core import clock
from registry.core.errors import InvalidInput, NotVisible
from registry.core.models import CalendarDay
from registry.core.permissions import may, require
from registry.core.roles import OrganisationKind
from registry.organisations import calendar, members, selectors, services, states, uscc
from registry.organisations.forms import AccreditationForm, ApplicationForm
from registry.organisations.models import Invitation, Organisation, User

PAGE_SIZE = 25
WITHOUT_REASON = {"approve": services.approve, "reinstate": services.reinstate}
WITH_REASON = {"refuse": services.refuse, "suspend": services.suspend, "close": services.close}


def organisation_list(request: HttpRequest) -> HttpResponse:
    wanted = {name: request.GET.get(name, "") for name in ("kind", "state")}
    query = request.GET.get("q", "").strip()
    found = selectors.search(selectors.visible_organisations(request.actor), query=query, **wanted)
    return render(
        request,
        "organisations/list.html",
        {
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "query": query,
            "kinds": OrganisationKind.choices,
            "machine": states.ORGANISATION,
            **wanted,
        },
    )


def apply(request: HttpRequest) -> HttpResponse:
    """Anybody may apply in the name of an organisation; the authority decides."""
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.apply_for_registration(**form.cleaned_data)
        except InvalidInput as refused:
            form.add_error(None, " ".join([str(refused), *(str(message) for message in refused.messages)]))
        else:
            return render(request, "organisations/applied.html", {"email": form.cleaned_data["applicant_email"]})
    return render(request, "organisations/apply.html", {"form": form}, status=422 if form.errors else 200)


def organisation_page(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = selectors.organisation_for(request.actor, pk)
    sees_members = may(request.actor, "organisations.view_members", organisation)
    decides = may(request.actor, "accreditations.decide", organisation)
    return render(
        request,
        "organisations/detail.html",
        {
            "organisation": organisation,
            "machine": states.ORGANISATION,
            "accreditation_machine": states.ACCREDITATION,
            "actions": [t.action for t in states.ORGANISATION.actions_of(request.actor, organisation)],
            "code_faults": uscc.faults(organisation.registration_code) if organisation.code_kind == "uscc" else [],
            "accreditations": [
                (each, [t.action for t in states.ACCREDITATION.transitions if decides and t.source == each.state])
                for each in organisation.accreditations.order_by("-valid_from", "-pk")
            ],
            "accreditation_form": AccreditationForm(),
            "sees_members": sees_members,
            "members": selectors.members_of(request.actor, organisation),
            "invitations": selectors.open_invitations_of(request.actor, organisation),
            "roles": [(role.value, role.label) for role in members.roles_of(organisation)],
            "history": history_of(organisation) if sees_members else [],
        },
    )


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    organisation = selectors.organisation_for(request.actor, pk)
    if action in WITHOUT_REASON:
        WITHOUT_REASON[action](actor=request.actor, organisation=organisation)
    elif action in WITH_REASON:
        WITH_REASON[action](actor=request.actor, organisation=organisation, reason=request.POST.get("reason", ""))
    else:
        raise Http404
    return _done(request, organisation)


@require_POST
def grant_accreditation(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = selectors.organisation_for(request.actor, pk)
    require(request.actor, "accreditations.grant", organisation)
    form = AccreditationForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("DATES_MISSING", _("Choose the scope and both dates."))
    services.grant_accreditation(actor=request.actor, organisation=organisation, **form.cleaned_data)
    return _done(request, organisation)


@require_POST
def act_on_accreditation(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    accreditation = selectors.accreditation_for(request.actor, pk)
    if action not in ("suspend", "reinstate", "end"):
        raise Http404
    services.decide_accreditation(
        actor=request.actor, accreditation=accreditation, action=action, reason=request.POST.get("reason", "")
    )
    return _done(request, accreditation.organisation)


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = selectors.organisation_for(request.actor, pk)
    members.invite_member(
        actor=request.actor,
        organisation=organisation,
        email=request.POST.get("email", ""),
        roles=request.POST.getlist("roles"),
    )
    messages.success(request, _("The invitation is on its way by e-mail. It is open for 14 days."))
    return redirect("organisations:detail", pk=organisation.pk)


@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = Invitation.objects.select_related("organisation").filter(pk=pk).first()
    if invitation is None or not may(request.actor, "organisations.view_members", invitation.organisation):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    members.withdraw_invitation(actor=request.actor, invitation=invitation)
    return _done(request, invitation.organisation)


@require_POST
def change_role(request: HttpRequest, pk: int, user_pk: int, change: str) -> HttpResponse:
    organisation = selectors.organisation_for(request.actor, pk)
    require(request.actor, "organisations.change_roles", organisation)
    user = get_object_or_404(User, pk=user_pk)
    service: Any = {"grant": members.grant_role, "end": members.end_role}.get(change)
    if service is None:
        raise Http404
    service(actor=request.actor, organisation=organisation, user=user, role=request.POST.get("role", ""))
    return _done(request, organisation)


@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: a new person chooses a password, a known one signs in first."""
    invitation = members.open_invitation(token)
    known = User.objects.filter(email=invitation.email).exists()
    context = {
        "invitation": invitation,
        "known": known,
        "is_this_person": request.user.is_authenticated and request.user.email == invitation.email,
        "roles": [role.label for role in members.roles_of(invitation.organisation) if role in invitation.roles],
    }
    if request.method != "POST":
        return render(request, "organisations/join.html", context)
    try:
        user = members.accept_invitation(
            token=token,
            name_zh=request.POST.get("name_zh", ""),
            name_en=request.POST.get("name_en", ""),
            password=request.POST.get("password", ""),
            signed_in=request.user if request.user.is_authenticated else None,
        )
    except InvalidInput as refused:
        return render(request, "organisations/join.html", {**context, "refused": refused}, status=422)
    if not known:
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    messages.success(request, _("Welcome. You work in the name of this organisation now."))
    return redirect("core:to_do")


def calendar_page(request: HttpRequest) -> HttpResponse:
    """Holidays and make-up working days of one year; the authority changes them."""
    if request.method == "POST":
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
        except ValueError as error:
            raise InvalidInput("DATE_UNREADABLE", _("Choose the day.")) from error
        calendar.set_day(
            actor=request.actor, day=day, kind=request.POST.get("kind", ""), note=request.POST.get("note", "")
        )
        messages.success(request, _("The calendar is changed. Periods opened from now on count by it."))
        return redirect(f"{request.path}?year={day.year}")
    this_year = clock.today().year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and 1990 <= int(asked) <= 2100 else this_year
    return render(
        request,
        "organisations/calendar.html",
        {
            "year": year,
            "years": range(this_year - 1, this_year + 3),
            "days": CalendarDay.objects.filter(date__year=year).order_by("date"),
        },
    )


def _done(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    messages.success(request, _("Done. The history below has the new entry."))
    return redirect("organisations:detail", pk=organisation.pk)
