from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mrv.stations.forms import dress
from mrv.stations.models import Station
from mrv.uploads.models import Upload

SEGMENTS = (
    ("1", _("One power law")),
    ("2", _("Two segments (low and high water)")),
    ("3", _("Three segments")),
)


def _moment(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateTimeField:
    """A time on the station's clock."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )


def _metres(label: Any, low: float, high: float, *, initial: float | None = None, **options: Any) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=low, max_value=high, initial=initial, **options)


class _OfStation(forms.Form):
    """A form with the station's files of gaugings."""

    upload = forms.ModelChoiceField(label=_("File of gaugings"), queryset=Upload.objects.none())
    valid_from = _moment(_("Valid from"), _("On the station's clock; empty: as far back as no other version holds."))
    valid_to = _moment(_("Valid to"), _("Empty: until a newer version says otherwise."))

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = Upload.objects.filter(station=station, kind=Upload.Kind.GAUGINGS, state="accepted")
        self.fields["upload"].queryset = files.order_by("-id")  # type: ignore[attr-defined]
        self.fields["upload"].label_from_instance = lambda item: item.file_name  # type: ignore[attr-defined]
        dress(self)


class CurveForm(_OfStation):
    segments = forms.ChoiceField(label=_("Form of the curve"), choices=SEGMENTS)
    gauged_from = _moment(_("Only gaugings from"), _("After a flood that moved the bed, earlier gaugings mislead."))
    gauged_to = _moment(_("Only gaugings before"))
    field_order = ("segments", "upload", "valid_from", "valid_to", "gauged_from", "gauged_to")


class WeirForm(_OfStation):
    KINDS = (("v_notch", _("V-notch")), ("rectangular", _("Rectangular")))

    kind = forms.ChoiceField(label=_("Kind of weir"), choices=KINDS)
    crest_stage_m = _metres(_("Stage of the crest (m)"), -100, 9000, help_text=_("The stage at which flow begins."))
    angle_deg = _metres(_("Angle of the notch (°)"), 20, 100, required=False, help_text=_("Of a V-notch."))
    width_m = _metres(_("Width of the notch (m)"), 0.15, 200, required=False, help_text=_("Of a rectangular weir."))
    notch_above_bed_m = _metres(
        _("Crest above the bed of the approach (m)"),
        0.05,
        50,
        required=False,
        help_text=_("Says up to which head the coefficient holds; a rectangular weir needs it."),
    )
    discharge_coefficient = _metres(
        _("Discharge coefficient"), 0.4, 0.8, required=False, help_text=_("Empty: 0.578 (V-notch) or 0.602.")
    )
    relative_sd_of_coefficient = _metres(
        _("Its relative standard uncertainty"), 0, 0.5, required=False, help_text=_("Empty: 0.010 or 0.015.")
    )
    sd_of_stage_m = _metres(_("Standard uncertainty of the crest's stage (m)"), 0, 0.5, initial=0.003)
    field_order = (
        "kind",
        "crest_stage_m",
        "angle_deg",
        "width_m",
        "notch_above_bed_m",
        "discharge_coefficient",
        "relative_sd_of_coefficient",
        "sd_of_stage_m",
        "upload",
        "valid_from",
        "valid_to",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].required = False
        self.fields["upload"].help_text = _("Gaugings that check the weir, if there are any.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        needed = "angle_deg" if found.get("kind") == "v_notch" else "width_m"
        if needed not in self.errors and found.get(needed) is None:
            self.add_error(needed, _("This kind of weir needs it."))
        if found.get("kind") == "rectangular" and found.get("notch_above_bed_m") is None:
            self.add_error("notch_above_bed_m", _("This kind of weir needs it."))
        return found

    def dimensions(self) -> dict[str, Any]:
        """The weir's fields as the science takes them."""
        values = self.cleaned_data
        other = "width_m" if values["kind"] == "v_notch" else "angle_deg"
        left_out = {"upload", "valid_from", "valid_to", other}
        return {name: value for name, value in values.items() if name not in left_out and value is not None}


class ShiftForm(forms.Form):
    at = _moment(_("Time"), _("On the station's clock; before the first shift it holds as well."), required=True)
    shift_m = forms.DecimalField(
        label=_("Shift of the stage (m)"),
        max_digits=5,
        decimal_places=3,
        min_value=-2,
        max_value=2,
        help_text=_("Positive where the bed was scoured and the same stage carries more."),
    )
    sd_m = forms.DecimalField(
        label=_("Its standard uncertainty (m)"),
        max_digits=5,
        decimal_places=3,
        min_value=0,
        max_value=2,
        initial="0.005",
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
