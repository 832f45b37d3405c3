"""Certificates: the record in the transaction of its act or soon after it, the signed file after that."""

from registry.certificates.services.certifying import (
    certify_registration,
    certify_retirement,
    issue_opinion,
    state_account,
)
from registry.certificates.services.ending import cancel_certificate, replace_certificate, set_aside_opinion
from registry.certificates.services.issuing import issue_certificate, record_issuance_statement
from registry.certificates.services.keeping import RENDER_TASK, send
from registry.certificates.services.rendering import render_now

__all__ = [
    "RENDER_TASK",
    "cancel_certificate",
    "certify_registration",
    "certify_retirement",
    "issue_certificate",
    "issue_opinion",
    "record_issuance_statement",
    "render_now",
    "replace_certificate",
    "send",
    "set_aside_opinion",
    "state_account",
]
