app_name = "periods"
urlpatterns: list = []
