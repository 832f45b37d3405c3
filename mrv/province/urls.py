from django.urls import path

from mrv.province import sink_web, web

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
]
