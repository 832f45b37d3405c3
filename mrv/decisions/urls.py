from django.urls import path

from mrv.decisions import web

app_name = "decisions"
urlpatterns = [
    path("docket/", web.docket, name="docket"),
    path("docket.xlsx", web.docket_workbook, name="docket_workbook"),
    path("docket/limits/", web.set_limit, name="set_limit"),
    path("returned-items/<int:pk>/answer/", web.answer, name="answer"),
    path("docket/<int:pk>/", web.case, name="case"),
    path("docket/<int:pk>/act/<slug:action>/", web.act, name="act"),
    path("periods/<int:pk>/review/", web.begin, name="begin"),
]
