from django.urls import path

from mrv.verification import finding_pages, web, workbench

app_name = "verification"
urlpatterns = [
    path("verification/<int:pk>/", web.assignment_page, name="detail"),
    path("verification/<int:pk>/act/<slug:action>/", web.act, name="act"),
    path("verification/<int:pk>/workbench/", workbench.workbench, name="workbench"),
    path("verification/<int:pk>/workbench/act/<slug:action>/", workbench.act, name="workbench_act"),
    path("verification/<int:pk>/series/", workbench.series, name="series"),
    path("verification/<int:pk>/files/<slug:sha256>/", workbench.evidence_file, name="file"),
    path("verification/<int:pk>/findings/", finding_pages.raise_finding, name="raise_finding"),
    path("opinions/<int:pk>/statement/", web.statement, name="statement"),
    path("findings/<int:pk>/", finding_pages.finding_page, name="finding"),
    path("findings/<int:pk>/act/<slug:action>/", finding_pages.act, name="finding_act"),
    path("findings/documents/<int:pk>/", finding_pages.document, name="finding_document"),
    path("projects/<slug:code>/validation/", web.propose_validation, name="propose_validation"),
    path("projects/<slug:code>/consultancy/", web.record_consultancy, name="record_consultancy"),
    path("periods/<int:pk>/verification/", web.propose_verification, name="propose_verification"),
]
