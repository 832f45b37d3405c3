from django.urls import path

from registry.notices import web

app_name = "notices"
urlpatterns = [
    path("notices/", web.notice_list, name="list"),
    path("notices/read/", web.read_all, name="read_all"),
    path("notices/settings/", web.preferences, name="settings"),
    path("notices/<int:pk>/", web.open_notice, name="open"),
]
