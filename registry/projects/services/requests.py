"""Requests of a registered project, decided by the authority: renewal of crediting, change of proponent."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock, guards, store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal, needed_text, refuse_larger
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.roles import OrganisationKind
from registry.organisations.models import Organisation
from registry.projects import crediting
from registry.projects.models import ChangeOfProponent, Project, ProjectDocument, Renewal
from registry.projects.services.documents import LIMIT_BYTES
from registry.projects.states import PROPONENT_CHANGE, RENEWAL, registered

LONGEST = 20_000
"""Characters of a statement."""


# --- renewal of a crediting period ------------------------------------------------------------------------------


@transaction.atomic
def request_renewal(
    *,
    actor: Actor,
    project: Project,
    baseline: str,
    additionality: str,
    file_name: str = "",
    data: bytes = b"",
) -> Renewal:
    """The representative asks for the crediting period after the present one.

    ``baseline`` and ``additionality`` are stated anew; ``data`` is the new baseline document, needed where the project
    has one. Its span and the methodology version (the one in force today) are not chosen, they follow. Raises Refusal
    PROJECT_NOT_REGISTERED, RENEWALS_USED, RENEWAL_WINDOW, RENEWAL_PENDING, RENEWAL_REFUSED, METHODOLOGY_NOT_IN_FORCE,
    InvalidInput STATEMENT_MISSING, STATEMENT_TOO_LONG, BASELINE_FILE_NEEDED.
    """
    project = lock(Project, project.pk)
    require(actor, "projects.request_renewal", project)
    span = _renewable(project)
    version = _version_in_force(project)
    renewal = Renewal(
        project=project,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        baseline=_statement(baseline, _("State the baseline anew.")),
        additionality=_statement(additionality, _("State the additionality anew.")),
        methodology_id=version.identifier,
        methodology_version=version.version,
        methodology_digest=version.digest,
        requested_by_id=_person(actor),
        baseline_document=_baseline_document(actor, project, file_name, data),
    )
    renewal.save()
    record(
        actor,
        "projects.request_renewal",
        project,
        after={
            "renewal": renewal.pk,
            "from": renewal.starts_on,
            "to": renewal.ends_on,
            "methodology": f"{version.identifier} {version.version}",
            "baseline": renewal.baseline_document.sha256 if renewal.baseline_document else "",
        },
    )
    return renewal


def _renewable(project: Project) -> crediting.Window:
    """The span that a renewal would have now; Refusal says why there is none."""
    refusal = registered(Renewal(project=project))
    if refusal is not None:
        raise refusal
    span = crediting.window_of(project)
    if span.renewals_left == 0:
        raise Refusal("RENEWALS_USED", _("Every renewal that the programme allows is used; crediting ends for good."))
    if not span.is_open:
        raise Refusal(
            "RENEWAL_WINDOW",
            _("A renewal may be asked for from %(opens)s to %(closes)s."),
            opens=span.opens_on,
            closes=span.closes_on,
        )
    if project.renewals.filter(state="requested").exists():
        raise Refusal("RENEWAL_PENDING", _("A renewal was asked for already; the authority decides on it."))
    if project.renewals.filter(state="refused", starts_on=span.starts_on).exists():
        raise Refusal("RENEWAL_REFUSED", _("The authority refused this renewal; it is not asked for twice."))
    return span


def _version_in_force(project: Project) -> crediting.MethodologyInForce:
    identifier = crediting.crediting_periods(project)[-1].methodology_id
    version = crediting.methodology_in_force(identifier)
    if version is None:
        raise Refusal(
            "METHODOLOGY_NOT_IN_FORCE",
            _("No version of %(methodology)s is in force now; nothing is renewed under it."),
            methodology=identifier,
        )
    return version


def _baseline_document(actor: Actor, project: Project, file_name: str, data: bytes) -> ProjectDocument | None:
    refuse_larger(file_name, data, LIMIT_BYTES)
    if data:
        return ProjectDocument.objects.create(
            project=project,
            kind=ProjectDocument.Kind.BASELINE,
            file_name=file_name[:255],
            sha256=store.put(data),
            size_bytes=len(data),
            added_by_id=actor.user_id,
        )
    if project.documents.filter(kind=ProjectDocument.Kind.BASELINE).exists():
        raise InvalidInput(
            "BASELINE_FILE_NEEDED",
            _("The project's file has a baseline document; add the one that was stated anew."),
        )
    return None


@transaction.atomic
def approve_renewal(*, actor: Actor, renewal: Renewal) -> Renewal:
    """The new crediting period follows the old one; refused where its methodology version is no longer in force."""
    renewal = _locked(Renewal, renewal)
    require(actor, "projects.decide_request", renewal)
    RENEWAL.target(renewal.state, "approve")
    in_force = crediting.methodology_in_force(renewal.methodology_id)
    if in_force is None or in_force.digest != renewal.methodology_digest:
        raise Refusal(
            "METHODOLOGY_NOT_IN_FORCE",
            _("%(methodology)s %(version)s is no longer the version in force. Return the request: it is stated anew."),
            methodology=renewal.methodology_id,
            version=renewal.methodology_version,
        )
    return _decided(actor, RENEWAL, renewal, "approve", "renewal")


@transaction.atomic
def return_renewal(*, actor: Actor, renewal: Renewal, reason: str) -> Renewal:
    """Back to the proponent, who may ask again; this request stays readable."""
    return _reasoned(actor, RENEWAL, _locked(Renewal, renewal), "return", "projects.return_request", "renewal", reason)


@transaction.atomic
def refuse_renewal(*, actor: Actor, renewal: Renewal, reason: str) -> Renewal:
    """No crediting after the present period: this renewal is not asked for again."""
    return _reasoned(actor, RENEWAL, _locked(Renewal, renewal), "refuse", "projects.decide_request", "renewal", reason)


@transaction.atomic
def withdraw_renewal(*, actor: Actor, renewal: Renewal) -> Renewal:
    return _moved(actor, RENEWAL, _locked(Renewal, renewal), "withdraw", "projects.withdraw_request", "renewal")


# --- change of proponent ----------------------------------------------------------------------------------------


@transaction.atomic
def request_change(*, actor: Actor, project: Project, to_organisation: Organisation, reason: str) -> ChangeOfProponent:
    """The present proponent's representative signs that the project shall pass to another approved developer.

    Raises InvalidInput NEW_PROPONENT, REASON_MISSING, Refusal PROJECT_NOT_REGISTERED, CHANGE_PENDING, and whatever
    later rooms hold against it (``guards``: a debt of the project, a verification body linked to the new one).
    """
    project = lock(Project, project.pk)
    require(actor, "projects.request_change", project)
    change = ChangeOfProponent(
        project=project,
        from_organisation=project.proponent,
        to_organisation=to_organisation,
        reason=needed_text(reason, "REASON_MISSING", _("Say why the project passes to another proponent.")),
        requested_by_id=_person(actor),
    )
    _passable(change)
    if project.proponent_changes.filter(state__in=("requested", "countersigned")).exists():
        raise Refusal("CHANGE_PENDING", _("A change of proponent was asked for already. Withdraw it first."))
    change.save()
    record(
        actor,
        "projects.request_change",
        project,
        after={"change": change.pk, "from": change.from_organisation_id, "to": change.to_organisation_id},
        reason=change.reason,
    )
    return change


@transaction.atomic
def countersign_change(*, actor: Actor, change: ChangeOfProponent) -> ChangeOfProponent:
    """The new proponent's representative signs that it takes the project over, with its periods and duties."""
    change = _locked(ChangeOfProponent, change)
    require(actor, "projects.countersign_change", change)
    if actor.user_id == change.requested_by_id:
        raise NotAllowed(
            "SEPARATION_OF_DUTIES", _("You signed for the old proponent; another person signs for the new.")
        )
    _passable(change)
    return _moved(
        actor,
        PROPONENT_CHANGE,
        change,
        "countersign",
        "projects.countersign_change",
        "change",
        countersigned_by_id=_person(actor),
        countersigned_at=clock.now(),
    )


@transaction.atomic
def decline_change(*, actor: Actor, change: ChangeOfProponent) -> ChangeOfProponent:
    change = _locked(ChangeOfProponent, change)
    return _moved(actor, PROPONENT_CHANGE, change, "decline", "projects.countersign_change", "change")


@transaction.atomic
def withdraw_change(*, actor: Actor, change: ChangeOfProponent) -> ChangeOfProponent:
    change = _locked(ChangeOfProponent, change)
    return _moved(actor, PROPONENT_CHANGE, change, "withdraw", "projects.withdraw_request", "change")


@transaction.atomic
def approve_change(*, actor: Actor, change: ChangeOfProponent) -> ChangeOfProponent:
    """The project passes with its stations and periods; holdings and certificates stay where and as they are."""
    change = _locked(ChangeOfProponent, change)
    require(actor, "projects.decide_request", change)
    PROPONENT_CHANGE.target(change.state, "approve")
    _passable(change)
    change = _decided(actor, PROPONENT_CHANGE, change, "approve", "change")
    project = lock(Project, change.project_id)
    project.proponent_id = change.to_organisation_id
    project.save(update_fields=["proponent"])
    return change


@transaction.atomic
def return_change(*, actor: Actor, change: ChangeOfProponent, reason: str) -> ChangeOfProponent:
    """Back to both, who may ask again; this request stays readable."""
    change = _locked(ChangeOfProponent, change)
    return _reasoned(actor, PROPONENT_CHANGE, change, "return", "projects.return_request", "change", reason)


@transaction.atomic
def refuse_change(*, actor: Actor, change: ChangeOfProponent, reason: str) -> ChangeOfProponent:
    change = _locked(ChangeOfProponent, change)
    return _reasoned(actor, PROPONENT_CHANGE, change, "refuse", "projects.decide_request", "change", reason)


def _passable(change: ChangeOfProponent) -> None:
    """What must hold at every signature and at the decision."""
    refusal = registered(change)
    if refusal is not None:
        raise refusal
    new = Organisation.objects.get(pk=change.to_organisation_id)
    if new.kind != OrganisationKind.DEVELOPER or new.state != "approved" or new.pk == change.from_organisation_id:
        raise InvalidInput(
            "NEW_PROPONENT", _("Choose another project developer that is approved; %(name)s is not."), name=new
        )
    if change.project.proponent_id != change.from_organisation_id:
        raise Refusal("PROPONENT_CHANGED", _("The project has another proponent by now. Nothing was changed."))
    guards.ask("projects.change_proponent", change)


# --- what both have in common -----------------------------------------------------------------------------------


def _locked(model: Any, request: Any) -> Any:
    """The project's row first, then the request's: one order everywhere."""
    project = lock(Project, request.project_id)
    found = lock(model, request.pk)
    found.project = project
    return found


def _reasoned(actor: Actor, machine: Any, request: Any, action: str, permission: str, kind: str, reason: str) -> Any:
    require(actor, permission, request)
    said = needed_text(reason, "REASON_MISSING", _("Give the reason: the proponent will read it."))
    return _decided(actor, machine, request, action, kind, permission=permission, reason=said)


def _decided(
    actor: Actor,
    machine: Any,
    request: Any,
    action: str,
    kind: str,
    *,
    permission: str = "projects.decide_request",
    reason: str = "",
) -> Any:
    return _moved(
        actor,
        machine,
        request,
        action,
        permission,
        kind,
        reason=reason,
        decided_by_id=_person(actor),
        decided_at=clock.now(),
        decision_reason=reason,
    )


def _moved(
    actor: Actor,
    machine: Any,
    request: Any,
    action: str,
    permission: str,
    kind: str,
    *,
    reason: str = "",
    **changes: Any,
) -> Any:
    require(actor, permission, request)
    before = machine.move(request, action, **changes)
    record(
        actor,
        f"projects.{action}_{kind}",
        request.project,
        before={"state": before},
        after={kind: request.pk, "state": request.state},
        reason=reason,
    )
    return request


def _statement(text: str, message: Any) -> str:
    said = needed_text(text.replace("\0", ""), "STATEMENT_MISSING", message)
    if len(said) > LONGEST:
        raise InvalidInput("STATEMENT_TOO_LONG", _("At most %(limit)s characters."), limit=LONGEST)
    return said


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise RuntimeError("a request names the persons who sign it")
    return actor.user_id
