from allauth.account import views as account
from django.urls import path

from registry.organisations import account_web, web

app_name = "organisations"
urlpatterns = [
    path("sign-in/", account_web.SignIn.as_view(), name="sign_in"),
    path("sign-in/demo/", account_web.demo_sign_in, name="demo_sign_in"),
    path("sign-out/", account.logout, name="sign_out"),
    path("account/demo-code/", account_web.demo_code, name="demo_code"),
    path("account/tokens/", account_web.tokens, name="tokens"),
    path("calendar/", web.calendar_page, name="calendar"),
    path("organisations/", web.organisation_list, name="list"),
    path("organisations/apply/", web.apply, name="apply"),
    path("organisations/<int:pk>/", web.organisation_page, name="detail"),
    path("organisations/<int:pk>/act/<str:action>/", web.act, name="act"),
    path("organisations/<int:pk>/accreditations/", web.grant_accreditation, name="accredit"),
    path("organisations/<int:pk>/invite/", web.invite, name="invite"),
    path("organisations/<int:pk>/members/<int:user_pk>/<str:change>/", web.change_role, name="change_role"),
    path("accreditations/<int:pk>/act/<str:action>/", web.act_on_accreditation, name="act_on_accreditation"),
    path("invitations/<int:pk>/withdraw/", web.withdraw_invitation, name="withdraw_invitation"),
    path("join/<str:token>/", web.join, name="join"),
]
