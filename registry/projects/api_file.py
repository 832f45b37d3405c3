"""The parts of a project's file, for programs: boundary, overlaps, declarations, estimates, documents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.fields import Facts, ModelOut
from registry.api.views import ApiView, Rows
from registry.core import store
from registry.core.actors import PUBLIC
from registry.core.permissions import may, require
from registry.projects import selectors, services
from registry.projects.boundary_files import LIMIT_BYTES as BOUNDARY_LIMIT_BYTES
from registry.projects.file_parts import declarations_of, estimates_of, readiness
from registry.projects.models import BoundaryVersion, Project, ProjectDocument
from registry.projects.services.boundaries import remark
from registry.projects.services.documents import LIMIT_BYTES
from registry.projects.services.estimates import MOST_T


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class Remarks(serializers.Field):
    """What was noticed in a boundary, in the reader's language."""

    def to_representation(self, items: Any) -> list[dict[str, str]]:
        return [{"code": item["code"], "text": remark(item)} for item in items]


class BoundaryOut(ModelOut):
    boundary = Facts(read_only=True, allow_null=True)
    remarks = Remarks(read_only=True)

    class Meta:
        model = BoundaryVersion
        fields = (
            "id", "file_name", "sha256", "size_bytes", "format", "crs", "area_km2", "vertices", "remarks", "boundary",
            "added_at",
        )  # fmt: skip

    def to_representation(self, version: BoundaryVersion) -> dict[str, Any]:
        """Boundary left out (null) for whom the place is not to be told exactly, as in the project itself."""
        shown = super().to_representation(version)
        told = may(self.context.get("actor", PUBLIC), "projects.view_place", version.project)
        return shown if told else {**shown, "boundary": None}


class BoundaryIn(serializers.Serializer):
    file = serializers.FileField(max_length=255)
    stated_crs = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="",
        help_text="EPSG:4490, another EPSG code or GCJ-02, for a file that does not say its coordinate system.",
    )  # fmt: skip
    take_area = serializers.BooleanField(default=False, help_text="The area inside becomes the catchment area.")

    def validate_file(self, file: Any) -> Any:
        return _no_larger(file, BOUNDARY_LIMIT_BYTES)


class Boundaries(Rows):
    """The boundaries as they were uploaded, the newest first: it counts. POST (multipart) gives a draft another one."""

    output = BoundaryOut
    takes = BoundaryIn
    success = 201

    def rows(self) -> QuerySet[BoundaryVersion]:
        return selectors.project_for(self.actor, self.kwargs["code"]).boundary_versions.all()

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        require(self.actor, "projects.edit", project)  # before what was sent is read
        given = self.given(BoundaryIn)
        file = given.pop("file")
        made = services.set_boundary(actor=self.actor, project=project, file_name=file.name, data=file.read(), **given)
        return Response(BoundaryOut(made, context={"actor": self.actor}).data, status=201)


class OverlapOut(serializers.Serializer):
    code = serializers.CharField()
    kind = serializers.CharField(source="other.kind")
    state = serializers.CharField(source="other.state")
    area_km2 = serializers.DecimalField(max_digits=12, decimal_places=6)
    percent = serializers.DecimalField(max_digits=6, decimal_places=2, help_text="Of this project's area.")
    percent_of_other = serializers.DecimalField(max_digits=6, decimal_places=2)
    shared_years = serializers.ListField(child=serializers.IntegerField())
    drawn_as_circle = serializers.BooleanField(help_text="One of the two boundaries was not surveyed: a hint only.")
    needs_justification = serializers.BooleanField()
    justification = serializers.CharField(source="justification.text", default=None, allow_null=True)


class OverlapsOut(serializers.Serializer):
    overlaps = OverlapOut(many=True)


class JustificationIn(serializers.Serializer):
    other = serializers.CharField(max_length=40, help_text="Code of the project that this one lies over.")
    text = serializers.CharField(max_length=4000)


class Overlaps(ApiView):
    """Where the project lies over others in the same crediting years. POST justifies one of them."""

    output = OverlapsOut
    takes = JustificationIn
    success = 201

    def get(self, request: Request, code: str) -> Response:
        return self._answer(selectors.project_for(self.actor, code))

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        require(self.actor, "projects.edit", project)
        given = self.given(JustificationIn)
        services.justify_overlap(actor=self.actor, project=project, other_code=given["other"], text=given["text"])
        return self._answer(project, 201)

    def _answer(self, project: Project, status: int = 200) -> Response:
        found = selectors.overlaps_of(project, self.actor)
        return Response(OverlapsOut({"overlaps": found}).data, status=status)


class NeedOut(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    ok = serializers.BooleanField()
    blocking = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)


class FileOut(serializers.Serializer):
    """``declarations``: subject to what was declared; ``estimates_t_co2``: calendar year to tonnes as text."""

    declarations = Facts()
    estimates_t_co2 = Facts()
    readiness = NeedOut(many=True)


def file_of(view: ApiView, project: Project) -> dict[str, Any]:
    """Everything declared, and what is missing; the same answer after each declaration."""
    declared = {subject: row.content for subject, row in declarations_of(project).items()}
    declared.pop("estimates", None)
    found = selectors.overlaps_of(project, view.actor)
    shown = {
        "declarations": declared,
        "estimates_t_co2": {str(year): str(tonnes) for year, tonnes in estimates_of(project).items()},
        "readiness": readiness(project, found),
    }
    return dict(FileOut(shown).data)


class File(ApiView):
    """What is declared of the project, its estimates by year, and what a submission still needs."""

    output = FileOut
    http_method_names = ("get", "options")

    def get(self, request: Request, code: str) -> Response:
        return Response(file_of(self, selectors.project_for(self.actor, code)))


class Declare(ApiView):
    """One declaration, as one whole; the one before stays in the file."""

    output = FileOut
    success = 201
    http_method_names = ("post", "options")

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        require(self.actor, "projects.edit", project)
        assert self.takes is not None
        self.declare(project, self.given(self.takes))
        return Response(file_of(self, selectors.project_for(self.actor, code)), status=201)

    def declare(self, project: Project, given: dict[str, Any]) -> None:
        raise NotImplementedError


class ProgrammeIn(serializers.Serializer):
    programme = serializers.CharField(max_length=200)
    identifier = serializers.CharField(max_length=200)
    from_day = serializers.DateField()
    to_day = serializers.DateField(allow_null=True, default=None)
    relation = serializers.CharField(max_length=8000)


class ProgrammesIn(serializers.Serializer):
    none = serializers.BooleanField(default=False)
    programmes = ProgrammeIn(many=True, default=list)


class Programmes(Declare):
    """Other programmes that credit the same activity or area; or ``none``, said outright."""

    takes = ProgrammesIn

    def declare(self, project: Project, given: dict[str, Any]) -> None:
        entries = [services.OtherProgramme(**item) for item in given["programmes"]]
        services.declare_programmes(actor=self.actor, project=project, programmes=entries, none=given["none"])


class SafeguardIn(serializers.Serializer):
    harm = serializers.CharField(max_length=8000)
    measure = serializers.CharField(max_length=8000)
    monitoring = serializers.CharField(max_length=8000)


class SafeguardsIn(serializers.Serializer):
    safeguards = SafeguardIn(many=True, default=list)
    none_because = serializers.CharField(max_length=8000, allow_blank=True, default="")


class Safeguards(Declare):
    """What could be harmed, what is done and how it is watched; or why nothing can be."""

    takes = SafeguardsIn

    def declare(self, project: Project, given: dict[str, Any]) -> None:
        entries = [services.Safeguard(**item) for item in given["safeguards"]]
        services.declare_safeguards(
            actor=self.actor, project=project, safeguards=entries, none_because=given["none_because"]
        )


class BaselineIn(serializers.Serializer):
    scenario = serializers.CharField(max_length=8000)
    justification = serializers.CharField(max_length=8000)
    quantification = serializers.CharField(max_length=8000)


class Baseline(Declare):
    """What would happen without the project."""

    takes = BaselineIn

    def declare(self, project: Project, given: dict[str, Any]) -> None:
        services.declare_baseline(actor=self.actor, project=project, **given)


class AdditionalityIn(serializers.Serializer):
    argument = serializers.CharField(max_length=8000)
    barriers = serializers.CharField(max_length=8000)
    common_practice = serializers.CharField(max_length=8000)


class Additionality(Declare):
    """Why what is claimed would not have come anyway."""

    takes = AdditionalityIn

    def declare(self, project: Project, given: dict[str, Any]) -> None:
        services.declare_additionality(actor=self.actor, project=project, **given)


class EstimateIn(serializers.Serializer):
    year = serializers.IntegerField(min_value=1900, max_value=3000)
    t_co2 = serializers.DecimalField(max_digits=16, decimal_places=6, min_value=0, max_value=MOST_T)


class EstimatesIn(serializers.Serializer):
    estimates = EstimateIn(many=True)


class Estimates(Declare):
    """Tonnes of CO2 in each calendar year of the crediting period."""

    takes = EstimatesIn

    def declare(self, project: Project, given: dict[str, Any]) -> None:
        by_year = {item["year"]: item["t_co2"] for item in given["estimates"]}
        services.estimate_years(actor=self.actor, project=project, t_co2=by_year)


class DraftChange(serializers.Serializer):
    name_zh = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200)
    area_km2 = serializers.DecimalField(max_digits=10, decimal_places=4, min_value=0)
    karst_area_km2 = serializers.DecimalField(max_digits=10, decimal_places=4, min_value=0, allow_null=True)
    longitude_deg = serializers.DecimalField(max_digits=9, decimal_places=6, min_value=73, max_value=136)
    latitude_deg = serializers.DecimalField(max_digits=8, decimal_places=6, min_value=3, max_value=54)
    crediting_start = serializers.DateField()
    crediting_end = serializers.DateField()


class DraftFacts(Declare):
    """The draft's names, areas, outlet and crediting days, all at once."""

    takes = DraftChange

    def declare(self, project: Project, given: dict[str, Any]) -> None:
        services.change_draft(actor=self.actor, project=project, **given)


class DocumentOut(ModelOut):
    class Meta:
        model = ProjectDocument
        fields = ("id", "kind", "title", "language", "file_name", "sha256", "size_bytes", "added_at")


class DocumentIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ProjectDocument.Kind.choices)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(
        choices=ProjectDocument.Language.choices, required=False, allow_blank=True, default=""
    )
    file = serializers.FileField(max_length=255)

    def validate_file(self, file: Any) -> Any:
        return _no_larger(file, LIMIT_BYTES)


class Documents(Rows):
    """The documents in the project's file, by the digest of their bytes; POST (multipart) adds one to a draft."""

    output = DocumentOut
    takes = DocumentIn
    success = 201

    def rows(self) -> QuerySet[ProjectDocument]:
        return selectors.project_for(self.actor, self.kwargs["code"]).documents.all()

    def act(self, request: Request, code: str) -> Response:
        project = selectors.project_for(self.actor, code)
        given = self.given(DocumentIn)
        file = given.pop("file")
        document = services.add_document(
            actor=self.actor, project=project, file_name=file.name, data=file.read(), **given
        )
        return Response(DocumentOut(document).data, status=201)


class DocumentFile(ApiView):
    """A document as it was added."""

    http_method_names = ("get", "options")

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str, pk: int) -> FileResponse:
        found = selectors.document_of(selectors.project_for(self.actor, code), pk)
        return FileResponse(
            store.path(found.sha256).open("rb"),
            as_attachment=True,
            filename=found.file_name,
            content_type="application/octet-stream",
        )


def _no_larger(file: Any, limit_bytes: int) -> Any:
    if file.size > limit_bytes:
        raise serializers.ValidationError(f"{limit_bytes // 1024 // 1024} MB", code="too_large")
    return file


urlpatterns = [
    path("projects/<str:code>/boundaries/", Boundaries.as_view(), name="boundaries"),
    path("projects/<str:code>/overlaps/", Overlaps.as_view(), name="overlaps"),
    path("projects/<str:code>/file/", File.as_view(), name="project_file"),
    path("projects/<str:code>/file/facts/", DraftFacts.as_view(), name="project_facts"),
    path("projects/<str:code>/file/programmes/", Programmes.as_view(), name="programmes"),
    path("projects/<str:code>/file/safeguards/", Safeguards.as_view(), name="safeguards"),
    path("projects/<str:code>/file/baseline/", Baseline.as_view(), name="baseline"),
    path("projects/<str:code>/file/additionality/", Additionality.as_view(), name="additionality"),
    path("projects/<str:code>/file/estimates/", Estimates.as_view(), name="estimates"),
    path("projects/<str:code>/documents/", Documents.as_view(), name="documents"),
    path("projects/<str:code>/documents/<int:pk>/file/", DocumentFile.as_view(), name="document_file"),
]
