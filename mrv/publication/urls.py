from django.urls import path

from mrv.publication import web, what_if_web

PERIOD = "registry/p/<slug:code>/<int:number>/"
app_name = "publication"
urlpatterns = [
    path("periods/<int:pk>/kit.zip", web.kit, name="kit"),
    path(PERIOD, web.evidence, name="evidence"),
    path(f"{PERIOD}series.json", web.series, name="series"),
    path(f"{PERIOD}what-if/", what_if_web.what_if_page, name="what_if"),
    path(f"{PERIOD}data.zip", web.data, name="data"),
    path(f"{PERIOD}plots/<slug:name>/", web.table, name="table"),
    path(f"{PERIOD}plots/<slug:name>.<slug:form>", web.plot, name="plot"),
]
