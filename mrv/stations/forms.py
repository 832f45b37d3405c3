from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Station


class StationForm(forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=40)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Station.Kind.choices)
    longitude_deg = forms.DecimalField(
        label=_("Longitude (°E, CGCS2000)"), max_digits=9, decimal_places=6, min_value=-180, max_value=180
    )
    latitude_deg = forms.DecimalField(
        label=_("Latitude (°N, CGCS2000)"), max_digits=8, decimal_places=6, min_value=-90, max_value=90
    )
    zone = forms.CharField(label=_("Time zone"), initial="Asia/Shanghai", help_text=_("IANA name, e.g. Asia/Shanghai."))
    catchment_area_km2 = forms.DecimalField(
        label=_("Catchment area (km²)"), max_digits=10, decimal_places=4, min_value=0
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
