"""From a registered project to the record of its registration."""

from __future__ import annotations

import hashlib

import rfc8785

from registry.audit.models import Event
from registry.certificates.drawing import Place
from registry.certificates.drawing import Project as ProjectWords
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.record import Person
from registry.certificates.drawing.records import Criteria, Document, RegistrationRecord, Validated
from registry.certificates.drawing.registration import TITLE
from registry.certificates.records.common import Edition, authority, minute, named, party, people, said, with_code
from registry.organisations.models import Organisation, User
from registry.projects.models import Project

SIGNING_ROLES = (Bilingual("主任审定员", "Lead validator"), Bilingual("独立复核人", "Independent reviewer"))
REGISTERED = Bilingual("批准", "Approved by")


def record_of_registration(edition: Edition, project: Project) -> RegistrationRecord:
    """What the register knows of the project now, and of its registering for ever."""
    assert project.registered_at is not None
    validation = project.validations.filter(positive=True).select_related("body").latest("signed_at")
    body, official = _decision(project)
    return with_code(
        RegistrationRecord(
            **edition.common,
            title=TITLE,
            authority=body,
            project=ProjectWords(project.code, named(project), said(project.get_kind_display)),
            proponent=party(project.proponent),
            place=Place(project.division_code, Bilingual(project.county_zh, project.county_en)),
            area_km2=f"{project.area_km2.normalize():f}",
            boundary_sha256=hashlib.sha256(rfc8785.dumps(project.boundary)).hexdigest(),
            boundary_is_drawn=project.boundary_is_drawn,
            crediting_start=str(project.crediting_start),
            crediting_end=str(project.crediting_end),
            methodology=Criteria(project.methodology_id, project.methodology_version, project.methodology_digest),
            validation=Validated(
                named(validation.body), validation.statement_number, people(validation.signed_by, SIGNING_ROLES)
            ),
            documents=tuple(
                Document(said(each.get_kind_display), each.file_name, each.sha256) for each in project.documents.all()
            ),
            registered_at=minute(project.registered_at),
            officials=official,
        )
    )


def _decision(project: Project) -> tuple[Bilingual, tuple[Person, ...]]:
    """Of which authority, and by whom, the project was registered, as the log has it."""
    event = (
        Event.objects.filter(
            object_type=Project._meta.label, object_id=str(project.pk), action="projects.register", refused=False
        )
        .order_by("id")
        .last()
    )
    if event is None:
        return authority(), ()
    organisation = Organisation.objects.filter(pk=event.organisation_id).first()
    official = User.objects.filter(pk=event.actor_id).first()
    return (
        named(organisation) if organisation else authority(),
        (Person(REGISTERED, named(official)),) if official else (),
    )
