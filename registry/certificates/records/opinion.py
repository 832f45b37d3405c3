"""From an opinion as the verification room hands it over to the record of its certificate."""

from __future__ import annotations

from dataclasses import asdict

from registry.certificates.drawing.opinion import TITLES
from registry.certificates.drawing.records import OPINION, OpinionRecord
from registry.certificates.handover import StatedOpinion
from registry.certificates.records.common import Edition, with_code


def record_of_opinion(edition: Edition, stated: StatedOpinion) -> OpinionRecord:
    """The handed-over record with what the register adds: number, address, title, day."""
    common = {name: value for name, value in edition.common.items() if value != "" or name != "replaces"}
    return with_code(
        OpinionRecord(
            {
                **stated.content,
                **common,
                "schema": OPINION,
                "kind": "opinion",
                "title": asdict(TITLES[str(stated.content["task"])]),
                "authority": dict(stated.content["body"]["name"]),
                "statement_number": stated.statement_number,
            }
        )
    )
