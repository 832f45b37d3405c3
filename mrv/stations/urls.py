from django.urls import path

from mrv.stations import api, web

app_name = "stations"
urlpatterns = [
    path("stations/<int:pk>/", web.station_page, name="detail"),
    path("projects/<slug:code>/stations/new/", web.new_station, name="new"),
    path("stations/<int:pk>/region/", web.place, name="place"),
    path("stations/<int:pk>/sensors/new/", web.add_sensor, name="add_sensor"),
    path("stations/<int:pk>/deploy/", web.deploy_sensor, name="deploy"),
    path("deployments/<int:pk>/end/", web.end_deployment, name="end_deployment"),
    path("stations/<int:pk>/sensors/<int:sensor_pk>/calibrate/", web.calibrate, name="calibrate"),
    path("stations/<int:pk>/visits/new/", web.visit, name="visit"),
    path("visits/photos/<int:pk>/", web.photo, name="photo"),
    path("stations/<int:pk>/tokens/new/", web.issue_token, name="issue_token"),
    path("tokens/<int:pk>/revoke/", web.revoke_token, name="revoke_token"),
    path("api/v1/stations/<int:pk>/readings", api.Readings.as_view(), name="api_readings"),
]
