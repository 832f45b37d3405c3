from django.urls import path

from mrv.uploads import mapping_pages, web, wizard

app_name = "uploads"
urlpatterns = [
    path("uploads/<int:pk>/", web.upload_page, name="detail"),
    path("uploads/<int:pk>/withdraw/", wizard.withdraw, name="withdraw"),
    path("stations/<int:pk>/uploads/", web.receive, name="receive"),
    path("stations/<int:pk>/uploads/look/", wizard.hand_in, name="hand_in"),
    path("uploads/received/<int:pk>/", wizard.received_page, name="received"),
    path("uploads/received/<int:pk>/columns/", mapping_pages.columns_page, name="columns"),
    path("uploads/received/<int:pk>/settle/", wizard.settle, name="settle"),
    path("uploads/received/<int:pk>/import/", wizard.import_file, name="import"),
    path("uploads/received/<int:pk>/discard/", wizard.discard, name="discard"),
]
