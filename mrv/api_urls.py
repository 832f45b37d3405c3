from django.urls import include, path

ROOMS = ("methodologies", "stations", "uploads", "records", "quality", "periods", "runs", "verification", "decisions")
urlpatterns = [path("", include(f"mrv.{room}.api")) for room in ROOMS]
