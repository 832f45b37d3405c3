from django.urls import path

from registry.projects import web

app_name = "projects"
urlpatterns = [
    path("projects/", web.project_list, name="list"),
    path("projects/<slug:code>/", web.project_page, name="detail"),
    path("projects/<slug:code>/documents/", web.add_document, name="add_document"),
    path("projects/<slug:code>/comments/", web.comment, name="comment"),
    path("projects/<slug:code>/comments/<int:number>/answer/", web.answer_comment, name="answer_comment"),
    path("projects/<slug:code>/act/<slug:action>/", web.act, name="act"),
]
