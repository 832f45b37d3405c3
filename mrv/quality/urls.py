from django.urls import path

from mrv.quality import web

app_name = "quality"
urlpatterns = [
    path("stations/<int:pk>/review/", web.review, name="review"),
    path("stations/<int:pk>/review/series/", web.series, name="series"),
    path("stations/<int:pk>/review/acts/", web.act, name="act"),
    path("stations/<int:pk>/review/tests/", web.run_tests, name="run_tests"),
    path("review-acts/<int:pk>/undo/", web.undo, name="undo"),
]
