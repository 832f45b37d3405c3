from django.urls import path

from mrv.records import web

app_name = "records"
urlpatterns = [
    path("stations/<int:pk>/records/", web.station_page, name="of_station"),
    path("stations/<int:pk>/records/attachments/", web.attach, name="attach"),
    path("stations/<int:pk>/records/dissolution_grid/grids/", web.hand_in_grids, name="hand_in_grids"),
    path("stations/<int:pk>/records/<slug:kind>/", web.kind_page, name="kind"),
    path("stations/<int:pk>/records/<slug:kind>/look/", web.hand_in, name="hand_in"),
    path("records/templates/<slug:kind>.<str:form>", web.template_file, name="template"),
    path("records/attachments/<int:pk>/", web.attachment, name="attachment"),
    path("records/<int:pk>/", web.file_page, name="detail"),
    path("records/<int:pk>/export.<str:form>", web.export_file, name="export"),
    path("records/<int:pk>/settle/", web.settle, name="settle"),
    path("records/<int:pk>/import/", web.import_file, name="import"),
    path("records/<int:pk>/discard/", web.discard, name="discard"),
    path("records/<int:pk>/withdraw/", web.withdraw, name="withdraw"),
]
