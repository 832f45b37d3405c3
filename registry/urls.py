"""One address book: each room brings its own ``urls.py``; ``mrv`` is joined by name, never imported.

The programs' addresses stand first: they are asked most, and every line before one is tried for it.
"""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("registry.api.urls")),
    path("", include("registry.public.urls")),
    path("", include("registry.core.urls")),
    path("", include("registry.organisations.urls")),
    path("", include("registry.organisations.account_urls")),
    path("", include("registry.notices.urls")),
    path("", include("registry.projects.urls")),
    path("", include("registry.credits.urls")),
    path("", include("registry.certificates.urls")),
    path("", include("registry.complaints.urls")),
    path("", include("registry.transparency.urls")),
    path("", include("mrv.urls")),
]
handler403 = "registry.core.web.forbidden"
handler404 = "registry.api.addresses.not_found"
handler500 = "registry.api.addresses.server_error"
