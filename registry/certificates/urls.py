from django.urls import path, re_path

from registry.certificates import api, preview, statements, web

app_name = "certificates"
urlpatterns = [
    path("credits/accounts/<int:pk>/statement/sign/", statements.sign_statement, name="sign_statement"),
    path("credits/accounts/<int:pk>/retire/preview/", preview.shown, name="preview"),
    path("credits/accounts/<int:pk>/retire/preview.pdf", preview.as_pdf, name="preview_pdf"),
    path("v/", web.check, name="check"),
    path("v/check/", web.check_upload, name="check_upload"),
    path("v/issuance/<int:pk>/", web.of_issuance, name="of_issuance"),
    path("v/retirement/<int:pk>/", web.of_retirement, name="of_retirement"),
    path("v/<str:number>", web.show, name="show"),
    path("v/<str:number>/file/", web.file, name="file"),
    path("v/<str:number>/end/<str:action>/", web.end, name="end"),
    path("v/<str:number>/certificate.pdf", web.pdf, name="pdf"),
    path("v/<str:number>/record.json", web.record_json, name="record"),
    path("api/v1/certificates/<str:number>", api.CertificateByNumber.as_view(), name="api_by_number"),
    re_path(
        r"^api/v1/certificates/by-file/(?P<sha256>[0-9a-fA-F]{64})$",
        api.CertificateByFile.as_view(),
        name="api_by_file",
    ),
]
