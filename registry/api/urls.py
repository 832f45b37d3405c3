"""``/api/v1/``: each room brings its part; the work floor is joined by name, never imported."""

from django.urls import include, path

app_name = "api"
urlpatterns = [
    path("", include("registry.api.description")),
    path("", include("registry.organisations.api")),
    path("", include("registry.notices.api")),
    path("", include("registry.projects.api")),
    path("", include("registry.projects.request_api")),
    path("", include("registry.credits.api")),
    path("", include("registry.credits.verbs_api")),
    path("", include("registry.credits.market_api")),
    path("", include("registry.credits.oversight_api")),
    path("", include("registry.certificates.api")),
    path("", include("registry.complaints.api")),
    path("", include("registry.transparency.api")),
    path("", include("mrv.api_urls")),
]
