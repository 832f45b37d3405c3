from django.urls import path

from registry.complaints import web

app_name = "complaints"
urlpatterns = [
    path("complaints/", web.complaint_list, name="list"),
    path("complaints/new/", web.new, name="new"),
    path("complaints/appeal/<int:pk>/", web.appeal, name="appeal"),
    path("complaints/mine/<str:secret>/", web.mine, name="mine"),
    path("complaints/<str:number>/", web.detail, name="detail"),
    path("complaints/<str:number>/act/<slug:action>/", web.act, name="act"),
]
