"""The unified social credit code of GB 32100-2015 and, inside it, the organisation code of GB 11714-1997.

Some codes given out early in Fujian are legal and fail the check character, so a failed check is a question to the
applicant, not a verdict: with a reason the code is taken, and the authority sees the reason.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 signs: no I, O, S, V, Z."""
_INNER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
LENGTH = 18


def normalized(code: str) -> str:
    """Without spaces, in capital letters, full-width signs made half-width."""
    return "".join(code.split()).translate({0xFF01 + i: 0x21 + i for i in range(94)}).upper()


def check_character(first_17: str) -> str:
    """The 18th sign: weights 3^i mod 31."""
    total = sum(ALPHABET.index(sign) * pow(3, i, 31) for i, sign in enumerate(first_17))
    return ALPHABET[-total % 31]


def inner_check_character(eight: str) -> str:
    """The ninth sign of the organisation code (places 9 to 17 of the whole)."""
    rest = 11 - sum(_INNER_ALPHABET.index(sign) * w for sign, w in zip(eight, _INNER_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def faults(code: str) -> list[str]:
    """What is wrong with a normalized code; an empty list when it is as the standards say."""
    if len(code) != LENGTH:
        return [_("A unified social credit code has 18 signs, this one has %(found)s.") % {"found": len(code)}]
    foreign = sorted(set(code) - set(ALPHABET))
    if foreign:
        return [_("A unified social credit code has no %(signs)s.") % {"signs": " ".join(foreign)}]
    found = []
    if code[17] != check_character(code[:17]):
        found.append(_("Its last sign does not fit the other seventeen (GB 32100-2015)."))
    if code[16] != inner_check_character(code[8:16]):
        found.append(_("Its 17th sign does not fit the organisation code inside (GB 11714)."))
    return found
