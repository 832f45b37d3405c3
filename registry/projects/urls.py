from django.urls import path

from registry.projects import request_web, web

app_name = "projects"
urlpatterns = [
    path("projects/", web.project_list, name="list"),
    path("projects/<slug:code>/", web.project_page, name="detail"),
    path("projects/<slug:code>/documents/", web.add_document, name="add_document"),
    path("projects/<slug:code>/comments/", web.comment, name="comment"),
    path("projects/<slug:code>/comments/<int:number>/answer/", web.answer_comment, name="answer_comment"),
    path("projects/<slug:code>/requests/", request_web.page, name="requests"),
    path("projects/<slug:code>/requests/renewal/", request_web.request_renewal, name="request_renewal"),
    path("projects/<slug:code>/requests/proponent/", request_web.request_change, name="request_change"),
    path("renewals/<int:pk>/act/<slug:action>/", request_web.act_on_renewal, name="act_on_renewal"),
    path("proponent-changes/<int:pk>/act/<slug:action>/", request_web.act_on_change, name="act_on_change"),
    path("projects/<slug:code>/act/<slug:action>/", web.act, name="act"),
]
