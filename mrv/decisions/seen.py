"""What an official saw when acting on a case: the six lines kept with the act, and shown of a case that has ended."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import override

from calculations.canonical import canonical_digest
from mrv.decisions import states
from mrv.decisions.lights import COMPLETENESS_FIGURES, Fact, Light, lights_of
from mrv.decisions.models import Review, SeenLights
from mrv.runs.selectors import result_of
from registry.core.actors import Actor
from registry.core.languages import is_chinese

LANGUAGES = (("zh", "zh-hans"), ("en", "en"))


def keep(actor: Actor, review: Review, act: str) -> SeenLights:
    """Keep the six lines of now, in both languages, beside the act that is being done on the locked review."""
    run, opinion = review.opinion.run, review.opinion
    assert run is not None
    seen = SeenLights(
        review=review,
        act=act,
        seen_by_id=actor.user_id,
        lights=_in_both_languages(review),
        figures=_figures(result_of(run)["figures"]),
        quantity_verified_t=opinion.quantity_verified_t,
        statement_number=opinion.number,
        bundle_digest=run.bundle_digest,
        result_digest=run.result_digest,
        methodology_digest=run.methodology.digest,
    )
    seen.digest = canonical_digest(_content(seen))
    seen.save()
    return seen


def levels(seen: SeenLights) -> dict[str, str]:
    """Key of each line -> its level, for the log."""
    return {line["key"]: line["level"] for line in seen.lights}


def is_whole(seen: SeenLights) -> bool:
    """Whether the row still says what its digest was made of."""
    return canonical_digest(_content(seen)) == seen.digest


def last_of(review: Review) -> SeenLights | None:
    """What was seen at the review's last act; None of a review that ended before these were kept."""
    return review.seen_lights.select_related("seen_by").last()


def shown(seen: SeenLights) -> list[Light]:
    """The kept lines in the reader's language."""
    language = "zh" if is_chinese() else "en"
    return [
        Light(
            line["key"],
            line["level"],
            line[language]["summary"],
            [Fact(**fact) for fact in line[language]["facts"]],
        )
        for line in seen.lights
    ]


def lights_for(review: Review) -> tuple[list[Light], SeenLights | None]:
    """The lines of an open case as they stand now; of one that has ended, as they were seen last, with that row."""
    if review.state in states.OPEN:
        return lights_of(review), None
    seen = last_of(review)
    return (shown(seen), seen) if seen is not None else ([], None)


def _in_both_languages(review: Review) -> list[dict[str, Any]]:
    said: dict[str, list[Light]] = {}
    for name, language in LANGUAGES:
        with override(language):
            said[name] = lights_of(review)
    return [
        {"key": light.key, "level": light.level} | {name: _words(said[name][at]) for name, _language in LANGUAGES}
        for at, light in enumerate(said["en"])
    ]


def _words(light: Light) -> dict[str, Any]:
    return {
        "summary": str(light.summary),
        "facts": [asdict(fact) | {"what": str(fact.what), "value": str(fact.value)} for fact in light.facts],
    }


def _figures(figures: dict[str, Any]) -> dict[str, str]:
    """Those by which completeness is judged and the quantity, as the result states them."""
    named = (*COMPLETENESS_FIGURES, "net_t_co2", "net_p10_t_co2")
    values = {name: figures.get(name, {}).get("value") for name in named}
    return {name: str(value) for name, value in values.items() if value is not None}


def _content(seen: SeenLights) -> dict[str, Any]:
    return {
        "act": seen.act,
        "lights": seen.lights,
        "figures": seen.figures,
        "quantity_verified_t": f"{seen.quantity_verified_t.normalize():f}",
        "statement_number": seen.statement_number,
        "bundle_digest": seen.bundle_digest,
        "result_digest": seen.result_digest,
        "methodology_digest": seen.methodology_digest,
    }
