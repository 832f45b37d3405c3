from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from mrv.learning.models import AnswerCount
from mrv.learning.questions import QUESTIONS
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.permissions import require


@transaction.atomic
def count_answers(*, actor: Actor, answers: Mapping[str, str]) -> dict[str, str]:
    """Add one to each choice taken; return the answers that were counted.

    Only the counts are kept: no person, address or time, and so no line in the audit log, which would tell all three.
    Raises InvalidInput SELF_TEST_UNANSWERED.
    """
    require(actor, "learning.answer")
    given = {question.name: answers.get(question.name, "") for question in QUESTIONS}
    for number, question in enumerate(QUESTIONS, start=1):
        if given[question.name] not in question.choices:
            raise InvalidInput(
                "SELF_TEST_UNANSWERED",
                _("Question %(number)s has no answer. Nothing was counted: choose one of its answers and send again."),
                number=number,
            )
    for name, choice in given.items():  # always in the same order, so that two never wait for each other
        AnswerCount.objects.get_or_create(question=name, choice=choice)
        AnswerCount.objects.filter(question=name, choice=choice).update(count=F("count") + 1)
    return given
