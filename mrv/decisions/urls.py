from django.urls import path

from mrv.decisions import web

app_name = "decisions"
urlpatterns = [
    path("docket/", web.docket, name="docket"),
    path("docket/<int:pk>/", web.case, name="case"),
    path("docket/<int:pk>/act/<slug:action>/", web.act, name="act"),
    path("periods/<int:pk>/review/", web.begin, name="begin"),
]
