"""The self-test: what the seed's questionnaire asked in nine counties, and two things that the story shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

SURVEY_KNEW_PCT = Decimal("17.6")
"""Share of the respondents who knew about karst carbon sinks, in the survey of nine counties of Guizhou."""


@dataclass(frozen=True)
class Question:
    """Choices by name in the order shown; ``right`` is None where there is no right answer."""

    name: str
    text: Any
    choices: Mapping[str, Any]
    right: str | None
    why: Any


QUESTIONS = (
    Question(
        "knew",
        _("Before this page: did you know about karst carbon sinks?"),
        {"yes": _("Yes"), "no": _("No, or only the name")},
        None,
        _("This is the survey's question. It has no right answer."),
    ),
    Question(
        "storm",
        _("In the storm, every litre holds less bicarbonate. What happens to the bicarbonate that passes the spring?"),
        {
            "less": _("It falls, because the water is diluted"),
            "more": _("It rises, because there is far more water"),
            "same": _("It stays the same"),
        },
        "more",
        _("The discharge grows many times, the concentration falls by about a third: the flux follows the discharge."),
    ),
    Question(
        "credits",
        _("A natural spring is measured perfectly for a year. How many credits does it earn?"),
        {
            "all": _("One for every tonne it takes up"),
            "part": _("One for every tonne that stays in the water"),
            "none": _("None"),
        },
        "none",
        _("It would have done the same without any project. It gets a signed statement; credits need an added effect."),
    ),
)
