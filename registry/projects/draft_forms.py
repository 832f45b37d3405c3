"""The forms of a draft's steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.projects.boundary_files.crs import CHOICES
from registry.projects.models import ProjectDocument
from registry.projects.services.estimates import MOST_T


class StepForm(forms.Form):
    """Fields dressed for the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "form-check-input"
            else:
                field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


def _text(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


class BasicsForm(StepForm):
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    area_km2 = forms.DecimalField(label=_("Catchment area (km²)"), max_digits=10, decimal_places=4, min_value=0)
    karst_area_km2 = forms.DecimalField(
        label=_("Karst area (km²)"),
        max_digits=10,
        decimal_places=4,
        min_value=0,
        help_text=_("How much of the catchment is underlain by carbonate rock."),
    )
    longitude_deg = forms.DecimalField(
        label=_("Outlet longitude (°E, CGCS2000)"), min_value=73, max_value=136, max_digits=9, decimal_places=6
    )
    latitude_deg = forms.DecimalField(
        label=_("Outlet latitude (°N, CGCS2000)"), min_value=3, max_value=54, max_digits=8, decimal_places=6
    )
    crediting_start = _day(_("Crediting from"))
    crediting_end = _day(_("Crediting to"))


class BoundaryForm(StepForm):
    file = forms.FileField(label=_("GeoJSON, KML, KMZ or a zip with a shapefile"), max_length=255)
    stated_crs = forms.ChoiceField(
        label=_("Coordinate system"),
        choices=[("", _("As the file says (GeoJSON and KML without a word: WGS 84)")), *CHOICES],
        required=False,
    )
    take_area = forms.BooleanField(
        label=_("Take the area inside the line as the catchment area"),
        required=False,
        help_text=_("Without it the two may differ by five percent."),
    )


class ProgrammeForm(StepForm):
    programme = forms.CharField(label=_("Programme"), max_length=200)
    identifier = forms.CharField(label=_("Identifier there"), max_length=200)
    from_day = _day(_("From"))
    to_day = _day(_("To (empty: still running)"), required=False)
    relation = _text(_("What it credits, and why no tonne is counted twice"), rows=2)


class SafeguardForm(StepForm):
    harm = _text(_("What could be harmed"), rows=2)
    measure = _text(_("What is done"), rows=2)
    monitoring = _text(_("How it is watched"), rows=2)


class NoneForm(StepForm):
    none = forms.BooleanField(
        label=_("None: neither the activity nor the area is, was or is asked to be credited elsewhere"), required=False
    )


class NoneBecauseForm(StepForm):
    none_because = forms.CharField(
        label=_("Nothing can be harmed, because"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class BaselineForm(StepForm):
    scenario = _text(_("What would happen without the project"))
    justification = _text(_("Why that is likely"))
    quantification = _text(_("How its carbon uptake is found"), _("For example a year measured before the project."))


class AdditionalityForm(StepForm):
    argument = _text(
        _("Why the project goes beyond its baseline"),
        _("A natural inventory earns no credits and claims no additionality: say so."),
    )
    barriers = _text(_("What stands against it without revenue"))
    common_practice = _text(_("What others do in like places"))


class DocumentForm(StepForm):
    kind = forms.ChoiceField(label=_("What it is"), choices=ProjectDocument.Kind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=ProjectDocument.Language.choices)
    title = forms.CharField(label=_("Title"), max_length=200)
    file = forms.FileField(label=_("File"), max_length=255)


class EstimatesForm(StepForm):
    """One field a year, named by it."""

    def __init__(self, *args: Any, years: range, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for year in years:
            self.fields[f"y{year}"] = forms.DecimalField(
                label=str(year),
                min_value=Decimal(0),
                max_value=MOST_T,
                decimal_places=6,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )

    def tonnes(self) -> dict[int, Decimal]:
        return {int(name[1:]): value for name, value in self.cleaned_data.items()}


class Rows(forms.BaseFormSet):
    """Entries of a list; those left empty or marked to go are not there."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take this entry out")
            form.fields["DELETE"].widget.attrs["class"] = "form-check-input"

    def entries(self) -> list[dict[str, Any]]:
        given = [dict(form.cleaned_data) for form in self.forms if form.cleaned_data]
        return [entry for entry in given if not entry.pop("DELETE", False)]


ProgrammeRows = forms.formset_factory(
    ProgrammeForm, formset=Rows, extra=2, max_num=50, can_delete=True, can_delete_extra=False
)
SafeguardRows = forms.formset_factory(
    SafeguardForm, formset=Rows, extra=2, max_num=50, can_delete=True, can_delete_extra=False
)
