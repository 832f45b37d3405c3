from django.urls import path

from mrv.methodologies import web

app_name = "methodologies"
urlpatterns = [
    path("methodology/", web.methodology_list, name="list"),
    path("methodology/new/", web.new_version, name="new_version"),
    path("methodology/<str:identifier>/<str:version>/", web.methodology_page, name="detail"),
    path("methodology/<str:identifier>/<str:version>/impact/", web.impact_fragment, name="impact"),
    path("methodology/<str:identifier>/<str:version>/impact.<slug:form>", web.impact_file, name="impact_file"),
    path("methodology/<str:identifier>/<str:version>/compare/<str:other>/", web.compare_versions, name="compare"),
    path("methodology/<str:identifier>/<str:version>/act/<slug:action>/", web.act, name="act"),
    path("projects-new/", web.new_project, name="new_project"),
]
