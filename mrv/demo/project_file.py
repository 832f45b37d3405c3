"""The file of a demonstration project: what its proponent declares, written out here and marked as a demonstration."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from registry.core.actors import Actor
from registry.projects import services as projects
from registry.projects.models import Project, ProjectDocument
from registry.projects.services import Safeguard
from registry.projects.services.estimates import years_of

KARST_SHARE = Decimal("0.85")
"""Of the demonstration's catchment; typical of the seed's eastern counties."""
ESTIMATE_T_KM2_YEAR = {True: Decimal("7.3"), False: Decimal("29.9")}
"""Of a project that earns credits (what it adds), and of an inventory (all there is): the sample year's figures."""
DESIGN = """演示项目设计文件 Demonstration project design document

项目 Project: {code} {name_zh} {name_en}
流域面积 Catchment: {area_km2} km2; 岩溶面积 karst: {karst_area_km2} km2
计入期 Crediting: {crediting_start} – {crediting_end}
方法学 Methodology: {methodology_id} {methodology_version}

边界由面积画成的圆代替，未经测绘。 The boundary is a circle drawn from the area; it was not surveyed.
"""
SAFEGUARDS = (
    Safeguard(
        harm="造林用水可能减少泉口枯水期流量。 Trees use water: the spring's low flow may fall.",
        measure="选用乡土耗水少的树种，控制密度。 Native species of low demand, planted thinly.",
        monitoring="对比枯水期流量与基准期。 Low flow each winter against the years before.",
    ),
    Safeguard(
        harm="施肥与除草剂可能经落水洞进入地下水。 Fertiliser and herbicide may reach the groundwater by sinkholes.",
        measure="落水洞周围 50 m 内不施用。 None within 50 m of a sinkhole.",
        monitoring="每月水样的硝酸盐。 Nitrate in the monthly samples.",
    ),
)
ARGUMENTS = {
    Project.Kind.VEGETATION: "项目以植被恢复增加土壤 CO2 与岩溶溶蚀；没有碳收益则不会实施。\n"
    "The project restores vegetation, which raises soil CO2 and dissolution; without revenue it would not be done.",
    Project.Kind.SOIL: "项目以有机肥和覆盖改良土壤，提高土壤 CO2 与溶蚀；没有碳收益则不会实施。\n"
    "The project improves the soil with manure and mulch, which raises soil CO2 and dissolution; without revenue it "
    "would not be done.",
    Project.Kind.IRRIGATION: "项目将非碳酸盐岩区的侵蚀性外源水引入岩溶区灌溉；没有碳收益则不会引水。\n"
    "The project leads aggressive water from rock without carbonate onto karst; without revenue it would not be led "
    "there.",
    Project.Kind.AQUATIC: "项目种植沉水植物，固定水中的碳；没有碳收益则不会实施。\n"
    "The project grows water plants, which fix carbon of the water; without revenue it would not be done.",
    Project.Kind.POWDER: "项目在酸性土壤施用碳酸盐岩粉；没有碳收益则不会实施。\n"
    "The project spreads carbonate powder on acid soil; without revenue it would not be done.",
}
"""Why a project of each kind is additional, as its proponent would say."""
NOTHING_DONE = (
    "仅监测核算，不改变土地利用和用水，没有可能受损的对象。 "
    "Nothing is done but measuring: neither land use nor water changes, so nothing can be harmed."
)


def complete_file(actor: Actor, project: Project, *, earns_credits: bool) -> None:
    """Everything that a submission needs beside the baseline's figures, as the editor would enter it."""
    projects.declare_programmes(actor=actor, project=project, programmes=(), none=True)
    if earns_credits:
        projects.declare_safeguards(actor=actor, project=project, safeguards=SAFEGUARDS)
    else:
        projects.declare_safeguards(actor=actor, project=project, safeguards=(), none_because=NOTHING_DONE)
    _argue(actor, project, earns_credits=earns_credits)
    projects.estimate_years(actor=actor, project=project, t_co2=_estimates(project, earns_credits=earns_credits))
    projects.add_document(
        actor=actor,
        project=project,
        kind=ProjectDocument.Kind.DESIGN,
        title="演示项目设计 Demonstration design",
        language=ProjectDocument.Language.BOTH,
        file_name="design.txt",
        data=DESIGN.format(**vars(project)).encode(),
    )


def _argue(actor: Actor, project: Project, *, earns_credits: bool) -> None:
    projects.declare_baseline(
        actor=actor,
        project=project,
        scenario="流域保持现有的灌丛与坡耕地。 The catchment stays as it is: shrub and sloping fields.",
        justification="十年来土地利用没有变化，也无造林计划。 Land use has not changed in ten years; none is planned.",
        quantification="项目前水文年的监测给出基准通量。 The year measured before the project gives the baseline flux.",
    )
    if earns_credits:
        projects.declare_additionality(
            actor=actor,
            project=project,
            argument=ARGUMENTS[project.kind],
            barriers="工程与管护没有其他资金来源。 Nothing else pays for the work and its upkeep.",
            common_practice="邻近流域没有同类项目。 No like project is done in the neighbouring catchments.",
        )
        return
    projects.declare_additionality(
        actor=actor,
        project=project,
        argument="天然碳汇核算不主张额外性，不签发减排量。 An inventory claims no additionality and earns no credits.",
        barriers="不适用：没有实施任何活动。 Does not apply: no activity is carried out.",
        common_practice="不适用：没有实施任何活动。 Does not apply: no activity is carried out.",
    )


def _estimates(project: Project, *, earns_credits: bool) -> dict[int, Decimal]:
    """The yearly figure by area, the first and last year by their share of days."""
    yearly = ESTIMATE_T_KM2_YEAR[earns_credits] * project.area_km2
    estimates = {}
    for year in years_of(project):
        first = max(project.crediting_start, project.crediting_start.replace(year=year, month=1, day=1))
        last = min(project.crediting_end, project.crediting_end.replace(year=year, month=12, day=31))
        days = (last - first + timedelta(days=1)).days
        whole = 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
        estimates[year] = (yearly * days / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return estimates
