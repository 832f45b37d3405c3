from django.urls import path

from mrv.uploads import web

app_name = "uploads"
urlpatterns = [
    path("uploads/<int:pk>/", web.upload_page, name="detail"),
    path("stations/<int:pk>/uploads/", web.receive, name="receive"),
]
