from django.urls import path

from mrv.province import areas_web, exchange_web, library_web, sink_web, web

app_name = "province"
urlpatterns = [
    path("province/", web.overview, name="overview"),
    path("province/counties.<slug:form>", web.counties_file, name="counties_file"),
    path("province/years.<slug:form>", web.years_file, name="years_file"),
    path("province/county/<str:code>/", web.county, name="county"),
    path("province/county/<str:code>/sheet-<str:language>.pdf", web.sheet, name="sheet"),
    path("province/sink/", sink_web.sink_page, name="sink"),
    path("province/potential/", sink_web.potential_page, name="potential"),
    path("province/network/", sink_web.network_page, name="network"),
    path("province/network.<slug:form>", sink_web.network_file, name="network_file"),
    path("province/areas/", areas_web.areas, name="areas"),
    path("province/areas/name/", areas_web.name, name="name_area"),
    path("province/areas/<str:code>/", areas_web.area, name="area"),
    path("province/areas/<str:code>/end/", areas_web.end, name="end_area"),
    path("province/rules/", library_web.rules_page, name="rules"),
    path("province/rules/documents/", library_web.add, name="add_document"),
    path("province/rules/documents/<int:pk>/", library_web.document, name="document"),
    path("exchange/", exchange_web.exchange, name="exchange"),
    path("exchange/agree/", exchange_web.agree, name="agree"),
    path("exchange/<int:pk>/end/", exchange_web.end, name="end_agreement"),
    path("exchange/tables/<str:name>.<slug:form>", exchange_web.table, name="exchange_table"),
]
