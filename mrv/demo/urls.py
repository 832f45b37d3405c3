from django.urls import path

from mrv.demo import web

app_name = "demo"
urlpatterns = [
    path("demo/clock/", web.clock_page, name="clock"),
    path("demo/clock/advance/", web.advance, name="advance"),
]
