"""The facts of each kind: from rows of the register to the record that a certificate states, a file per kind."""

from registry.certificates.records.account import record_of_account
from registry.certificates.records.common import Edition, check_code, is_demo
from registry.certificates.records.issuance import Occasion, record_of_issuance, record_of_statement
from registry.certificates.records.opinion import record_of_opinion
from registry.certificates.records.registration import record_of_registration
from registry.certificates.records.retirement import record_of_retirement

__all__ = [
    "Edition",
    "Occasion",
    "check_code",
    "is_demo",
    "record_of_account",
    "record_of_issuance",
    "record_of_opinion",
    "record_of_registration",
    "record_of_retirement",
    "record_of_statement",
]
