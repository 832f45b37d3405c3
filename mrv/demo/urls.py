from django.urls import path

from mrv.demo import web

app_name = "demo"
urlpatterns = [
    path("demo/clock/", web.clock_page, name="clock"),
    path("demo/clock/advance/", web.advance, name="advance"),
    path("demo/tour/", web.tour_page, name="tour"),
    path("demo/tour/<int:number>/", web.tour_stop, name="tour_stop"),
]
