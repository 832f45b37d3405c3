from django.urls import path

from mrv.quality import pages, web

app_name = "quality"
urlpatterns = [
    path("stations/<int:pk>/review/", web.review, name="review"),
    path("stations/<int:pk>/review/series/", web.series, name="series"),
    path("stations/<int:pk>/review/acts/", web.act, name="act"),
    path("stations/<int:pk>/review/tests/", web.run_tests, name="run_tests"),
    path("review-acts/<int:pk>/undo/", web.undo, name="undo"),
    path("stations/<int:pk>/samples/", pages.samples, name="samples"),
    path("stations/<int:pk>/rating/", pages.rating, name="rating"),
    path("stations/<int:pk>/ions/", pages.ions, name="ions"),
    path("regions/", pages.regions, name="regions"),
    path("regions.csv", pages.regions_csv, name="regions_csv"),
    path("projects/<slug:code>/completeness/", pages.calendar, name="calendar"),
]
