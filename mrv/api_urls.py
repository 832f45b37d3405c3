from django.urls import include, path

ROOMS = (
    *("methodologies", "stations", "uploads", "records", "quality", "periods", "runs", "verification", "decisions"),
    "province",
)
FURTHER = ("stations.equipment_api", "uploads.received_api", "quality.derived_api", "records.further_api")
urlpatterns = [
    *(path("", include(f"mrv.{room}.api")) for room in ROOMS),
    *(path("", include(f"mrv.{part}")) for part in FURTHER),
]
