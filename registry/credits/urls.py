from django.urls import path

from registry.credits import web

app_name = "credits"
urlpatterns = [
    path("credits/", web.holdings, name="holdings"),
    path("credits/accounts/<int:pk>/", web.account, name="account"),
]
