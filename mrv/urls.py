from django.urls import include, path

urlpatterns = [
    path("", include(f"mrv.{room}.urls"))
    for room in ("methodologies", "stations", "uploads", "periods", "runs", "verification", "decisions", "publication", "demo")
]
