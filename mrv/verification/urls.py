from django.urls import path

from mrv.verification import web

app_name = "verification"
urlpatterns = [
    path("verification/<int:pk>/", web.assignment_page, name="detail"),
    path("verification/<int:pk>/act/<slug:action>/", web.act, name="act"),
    path("projects/<slug:code>/validation/", web.propose_validation, name="propose_validation"),
    path("periods/<int:pk>/verification/", web.propose_verification, name="propose_verification"),
]
