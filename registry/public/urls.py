from django.urls import path

from registry.public import web

app_name = "public"
urlpatterns = [
    path("", web.home, name="home"),
    path("registry/", web.registry, name="registry"),
]
