"""What the authority shows to the province: a project for others to learn from."""

from __future__ import annotations

from mrv.demo.scene import Site
from mrv.demo.spring_stage import found
from mrv.demo.world import World
from mrv.province.models import DemonstrationArea
from mrv.province.services import areas

WHY_ZH = "演示：连续三年监测的土壤改良项目，可看到逐年留存通量与基线的比较。"
WHY_EN = (
    "Demonstration: soil improvement measured for three years; each year's retained flux stands beside the baseline."
)


def name_area(world: World, site: Site) -> None:
    project = found(site)
    assert project is not None
    if not DemonstrationArea.objects.filter(project=project).exists():
        areas.name_area(actor=world.actor("approver"), project=project, note_zh=WHY_ZH, note_en=WHY_EN)
