"""Codes that name a beneficiary: unified social credit code (GB 32100-2015) and LEI (ISO 17442), checked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from registry.core.errors import InvalidInput

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters, without I, O, S, V, Z; the weights are powers of three modulo 31."""
CREDIT_CODE_LENGTH, LEI_LENGTH, LONGEST = 18, 20, 40


def check_code(text: str) -> str:
    """The code in capitals without blanks; empty stays empty.

    18 characters are a unified social credit code and 20 an LEI: both must have the right check characters. Any
    other length is a registration number of another kind, taken as given.
    """
    code = "".join(text.split()).upper()
    if len(code) == CREDIT_CODE_LENGTH and not is_credit_code(code):
        raise InvalidInput(
            "CREDIT_CODE_CHECK",
            _("%(given)s is not a unified social credit code: its check character does not fit. Compare each sign."),
            given=code,
        )
    if len(code) == LEI_LENGTH and not is_lei(code):
        raise InvalidInput(
            "LEI_CHECK", _("%(given)s is not an LEI: its check digits do not fit. Compare each sign."), given=code
        )
    if len(code) > LONGEST:
        raise InvalidInput("CODE_TOO_LONG", _("A code has at most %(limit)s characters."), limit=LONGEST)
    return code


def is_credit_code(code: str) -> bool:
    """Whether 18 characters end with the check character of GB 32100-2015."""
    if len(code) != CREDIT_CODE_LENGTH or any(sign not in CREDIT_CODE_ALPHABET for sign in code):
        return False
    total = sum(CREDIT_CODE_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:-1]))
    return CREDIT_CODE_ALPHABET[-total % 31] == code[-1]


def is_lei(code: str) -> bool:
    """Whether 20 characters pass the check of ISO 17442 (ISO 7064, MOD 97-10)."""
    if len(code) != LEI_LENGTH or not code.isascii() or not code.isalnum() or not code[-2:].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in code)) % 97 == 1
