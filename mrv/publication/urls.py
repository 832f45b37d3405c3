from django.urls import path

from mrv.publication import web

app_name = "publication"
urlpatterns = [
    path("periods/<int:pk>/kit.zip", web.kit, name="kit"),
]
