from django.urls import path
from django.views.i18n import set_language

from registry.core import web

app_name = "core"
urlpatterns = [
    path("to-do/", web.to_do, name="to_do"),
    path("language/", set_language, name="set_language"),
]
