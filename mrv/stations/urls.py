from django.urls import path

from mrv.stations import web

app_name = "stations"
urlpatterns = [
    path("stations/<int:pk>/", web.station_page, name="detail"),
    path("projects/<slug:code>/stations/new/", web.new_station, name="new"),
]
