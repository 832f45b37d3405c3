from django.urls import include, path

ROOMS = (
    "methodologies",
    "stations",
    "uploads",
    "records",
    "quality",
    "periods",
    "runs",
    "verification",
    "decisions",
    "publication",
    "learning",
    "province",
    "demo",
)
urlpatterns = [path("", include(f"mrv.{room}.urls")) for room in ROOMS]
