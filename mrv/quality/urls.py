from django.urls import path

from mrv.quality import lab_web, pages, rating_web, web

app_name = "quality"
urlpatterns = [
    path("stations/<int:pk>/review/", web.review, name="review"),
    path("stations/<int:pk>/review/series/", web.series, name="series"),
    path("stations/<int:pk>/review/acts/", web.act, name="act"),
    path("stations/<int:pk>/review/tests/", web.run_tests, name="run_tests"),
    path("review-acts/<int:pk>/undo/", web.undo, name="undo"),
    path("stations/<int:pk>/samples/", pages.samples, name="samples"),
    path("stations/<int:pk>/rating/", rating_web.rating, name="rating"),
    path("stations/<int:pk>/rating/new/", rating_web.new_curve, name="new_curve"),
    path("stations/<int:pk>/rating/weir/", rating_web.new_weir, name="new_weir"),
    path("rating-curves/<int:pk>/shifts/", rating_web.new_shift, name="new_shift"),
    path("rating-shifts/<int:pk>/take-back/", rating_web.take_back_shift, name="take_back_shift"),
    path("stations/<int:pk>/ions/", pages.ions, name="ions"),
    path("regions/", pages.regions, name="regions"),
    path("regions.csv", pages.regions_csv, name="regions_csv"),
    path("stations/<int:pk>/ions/published/", lab_web.choose, name="choose_reference"),
    path("stations/<int:pk>/ions/fit/", lab_web.fit, name="fit_samples"),
    path("stations/<int:pk>/samples/reports/", lab_web.attach, name="attach_report"),
    path("lab-reports/<int:pk>/", lab_web.report, name="lab_report"),
    path("projects/<slug:code>/completeness/", pages.calendar, name="calendar"),
]
