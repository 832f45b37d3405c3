from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Calibration, FieldVisit, Sensor, Station, StationToken
from mrv.stations.region_names import region_of


def dress(form: forms.BaseForm) -> None:
    """Bootstrap's classes on every control."""
    for field in form.fields.values():
        if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
            field.widget.attrs["class"] = "form-check-input"
        elif isinstance(field, forms.ChoiceField | forms.NullBooleanField):
            field.widget.attrs["class"] = "form-select"
        else:
            field.widget.attrs["class"] = "form-control"


class _Moment(forms.DateTimeField):
    """A time on the station's clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            help_text=_("On the station's clock."),
            **options,
        )


class _Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"], **options
        )


class _Suggesting(forms.TextInput):
    """A text with suggestions; any other text is taken as well."""

    def __init__(self, suggestions: Callable[[], Iterable[Any]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{name}_suggestions"
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.suggestions()))
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class RegionField(forms.CharField):
    """One of the four known regions, or a name of one's own."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Region"),
            max_length=60,
            required=False,
            help_text=_("East, West, North, South, or a name of your own."),
            widget=_Suggesting(lambda: Station.Region.labels),
        )

    def clean(self, value: Any) -> str:
        return region_of(super().clean(value))


class RegionForm(forms.Form):
    region = RegionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


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
    region = RegionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class _Dressed(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class SensorForm(_Dressed):
    class Meta:
        model = Sensor
        fields = (
            "parameter",
            "maker",
            "model",
            "serial_number",
            "range_low",
            "range_high",
            "resolution",
            "accuracy",
            "vented",
        )
        labels = {"parameter": _("Measured quantity")}


class DeploymentForm(forms.Form):
    sensor = forms.ModelChoiceField(label=_("Sensor"), queryset=Sensor.objects.none())
    deployed_from = _Moment(label=_("From"))
    datum_m = forms.DecimalField(
        label=_("height of the sensor over the station's datum (m)"), max_digits=8, decimal_places=4, initial=0
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sensor"].queryset = Sensor.objects.filter(project_id=station.project_id)
        dress(self)


class EndForm(forms.Form):
    deployed_to = _Moment(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class CalibrationForm(_Dressed):
    calibrated_on = _Day(label=_("Calibrated on"))
    expires_on = _Day(label=_("Counts until"))
    certificate = forms.FileField(label=_("Certificate"), required=False)

    class Meta:
        model = Calibration
        fields = ("calibrated_on", "expires_on", "laboratory", "result")


class _Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class _PhotoField(forms.FileField):
    """Any number of files, as a list."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(_PhotoField, self).clean(item, initial) for item in data or [] if item]


class VisitForm(_Dressed):
    visited_at = _Moment(label=_("Time"))
    photos = _PhotoField(
        label=_("Photographs"),
        required=False,
        widget=_Photos(attrs={"accept": "image/jpeg,image/png", "multiple": True}),
    )

    class Meta:
        model = FieldVisit
        fields = (
            "visited_at",
            "visitor",
            "staff_gauge_m",
            "water_temperature_c",
            "ph",
            "ec25_us_cm",
            "cleaned",
            "note",
        )
        labels = {"ph": "pH"}  # Django would write it with a capital
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


class TokenForm(_Dressed):
    class Meta:
        model = StationToken
        fields = ("name",)
