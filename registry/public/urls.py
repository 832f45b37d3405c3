from django.urls import path

from registry.public import data_web, web

app_name = "public"
urlpatterns = [
    path("", web.home, name="home"),
    path("registry/", web.registry, name="registry"),
    path("registry/projects.<slug:form>", data_web.projects, name="projects_file"),
    path("registry/p/<slug:code>/", web.project, name="project"),
    path("registry/retirements/", web.retirements, name="retirements"),
    path("registry/retirements.<slug:form>", data_web.retirements, name="retirements_file"),
    path("registry/issuances.<slug:form>", data_web.issuances, name="issuances_file"),
    path("registry/data/", data_web.data, name="data"),
    path("registry/data/karst-carbon-registry.zip", data_web.package, name="package"),
    path("registry/data/cad-trust.json", data_web.cad_trust_export, name="cad_trust_export"),
    path("registry/data/cad-trust/", data_web.cad_trust_coverage, name="cad_trust"),
]
