from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.core.roles import OrganisationKind
from registry.organisations import uscc
from registry.organisations.models import Accreditation, Organisation


def _input(kind: str = "text", **attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "type": kind, **attributes})


class ApplicationForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("Kind of organisation"),
        choices=[(value, label) for value, label in OrganisationKind.choices if value != OrganisationKind.AUTHORITY],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    applicant_name = forms.CharField(label=_("Your name"), max_length=100, widget=_input(autocomplete="name"))
    applicant_email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("After the approval the link for the first administrator is sent here."),
        widget=_input("email", autocomplete="email"),
    )

    class Meta:
        model = Organisation
        fields = (
            "kind",
            "name_zh",
            "name_en",
            "code_kind",
            "registration_code",
            "code_reason",
            "applicant_name",
            "applicant_email",
        )
        widgets = {
            "name_zh": _input(),
            "name_en": _input(),
            "registration_code": _input(autocapitalize="characters", spellcheck="false"),
            "code_reason": _input(),
            "code_kind": forms.Select(attrs={"class": "form-select"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code_kind"].initial = Organisation.CodeKind.USCC
        self.fields["code_reason"].help_text = _(
            "Only where the check fails although the licence says so: some codes given out early do."
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        code = uscc.normalized(given.get("registration_code") or "")
        given["registration_code"] = code
        if given.get("code_kind") == Organisation.CodeKind.USCC and not (given.get("code_reason") or "").strip():
            for fault in uscc.faults(code) if code else ():
                self.add_error("registration_code", fault)
        return given


class AccreditationForm(forms.Form):
    scope = forms.ChoiceField(
        label=_("scope"), choices=Accreditation.Scope.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    valid_from = forms.DateField(label=_("from"), widget=_input("date"))
    valid_to = forms.DateField(label=_("to"), widget=_input("date"))
