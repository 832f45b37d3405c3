from django.urls import path

from mrv.methodologies import web

app_name = "methodologies"
urlpatterns = [
    path("methodology/", web.methodology_list, name="list"),
    path("methodology/<str:identifier>/<str:version>/", web.methodology_page, name="detail"),
    path("projects-new/", web.new_project, name="new_project"),
]
