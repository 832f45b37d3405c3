from django.urls import path

from mrv.runs import submission, web

app_name = "runs"
urlpatterns = [
    path("runs/<int:pk>/", web.run_page, name="detail"),
    path("runs/<int:pk>/progress/", web.progress, name="progress"),
    path("periods/<int:pk>/submit/", submission.review_page, name="submission"),
    path("periods/<int:pk>/runs/", web.request_run, name="request"),
    path("periods/<int:pk>/runs/beside/", web.request_beside, name="beside"),
]
