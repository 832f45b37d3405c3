from django.contrib.auth.views import LogoutView
from django.urls import path

from registry.organisations import web

app_name = "organisations"
urlpatterns = [
    path("sign-in/", web.SignIn.as_view(), name="sign_in"),
    path("sign-in/demo/", web.demo_sign_in, name="demo_sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
]
