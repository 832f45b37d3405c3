"""What a certificate is worth today, in lists."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from registry.certificates.models import Certificate
from registry.certificates.standing import VALID, standing_of
from registry.certificates.states import CERTIFICATE
from registry.core.languages import is_chinese
from registry.core.templatetags.kcr import state_badge

register = template.Library()


@register.simple_tag
def standing_badge(certificate: Certificate) -> SafeString:
    """The certificate's state; of a registration in force, what has become of the project."""
    standing = standing_of(certificate) if certificate.kind == Certificate.Kind.REGISTRATION else VALID
    if certificate.state != "valid" or standing is VALID:
        return state_badge(CERTIFICATE, certificate.state)
    chinese, _space, english = standing.verdict.partition(" ")
    return format_html(
        '<span class="badge text-bg-{} state-badge"><span aria-hidden="true">{}</span> {}</span>',
        standing.tone,
        standing.icon,
        chinese if is_chinese() else english,
    )
