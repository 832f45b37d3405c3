from django.urls import path

from mrv.periods import sealing_page, web

app_name = "periods"
urlpatterns = [
    path("periods/<int:pk>/", web.period_page, name="detail"),
    path("periods/<int:pk>/series.json", web.series, name="series"),
    path("periods/<int:pk>/seal/", sealing_page.review_page, name="sealing"),
    path("periods/<int:pk>/stations/<slug:role>/", web.name_station, name="name_station"),
    path("periods/<int:pk>/act/<slug:action>/", web.act, name="act"),
    path("projects/<slug:code>/periods/", web.open_period, name="open"),
]
