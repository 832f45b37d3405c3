from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.projects.models import Project


class DraftForm(forms.Form):
    """What a draft project needs; the methodology choices are given by the page's caller."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Project.Kind.choices)
    methodology = forms.ChoiceField(label=_("Methodology version"))
    division_code = forms.RegexField(
        label=_("Division code (GB/T 2260)"),
        regex=r"^\d{6}$",
        help_text=_("Six digits, for example 520621 for Jiangkou."),
    )
    county_zh = forms.CharField(label=_("County in Chinese"), max_length=60)
    county_en = forms.CharField(label=_("County in English"), max_length=60)
    area_km2 = forms.DecimalField(label=_("Catchment area (km²)"), max_digits=10, decimal_places=4, min_value=0)
    karst_area_km2 = forms.DecimalField(
        label=_("Karst area (km²)"),
        max_digits=10,
        decimal_places=4,
        min_value=0,
        help_text=_("How much of the catchment is underlain by carbonate rock."),
    )
    longitude_deg = forms.DecimalField(label=_("Outlet longitude (°E, CGCS2000)"), min_value=73, max_value=136)
    latitude_deg = forms.DecimalField(label=_("Outlet latitude (°N, CGCS2000)"), min_value=3, max_value=54)
    crediting_start = forms.DateField(label=_("Crediting from"), widget=forms.DateInput(attrs={"type": "date"}))
    crediting_end = forms.DateField(label=_("Crediting to"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, methodologies: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["methodology"].choices = methodologies
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
