from django.urls import path

from registry.projects import file_web, request_web, submission, web

app_name = "projects"
urlpatterns = [
    path("projects/", web.project_list, name="list"),
    path("projects/<slug:code>/", web.project_page, name="detail"),
    path("projects/<slug:code>/submit/", submission.review_page, name="submission"),
    path("projects/<slug:code>/file/<slug:step>/", file_web.step_page, name="step"),
    path("projects/<slug:code>/documents/<int:pk>/", file_web.document, name="document"),
    path("projects/<slug:code>/boundary/<int:pk>/", file_web.boundary_file, name="boundary_file"),
    path("projects/<slug:code>/overlaps/<slug:other>/", file_web.justify_overlap, name="justify_overlap"),
    path("projects/<slug:code>/comments/", web.comment, name="comment"),
    path("projects/<slug:code>/comments/<int:number>/answer/", web.answer_comment, name="answer_comment"),
    path("projects/<slug:code>/requests/", request_web.page, name="requests"),
    path("projects/<slug:code>/requests/renewal/", request_web.request_renewal, name="request_renewal"),
    path("projects/<slug:code>/requests/proponent/", request_web.request_change, name="request_change"),
    path("renewals/<int:pk>/act/<slug:action>/", request_web.act_on_renewal, name="act_on_renewal"),
    path("proponent-changes/<int:pk>/act/<slug:action>/", request_web.act_on_change, name="act_on_change"),
    path("projects/<slug:code>/act/<slug:action>/", web.act, name="act"),
]
