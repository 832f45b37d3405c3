from django.urls import path

from mrv.learning import web

app_name = "learning"
urlpatterns = [
    path("learn/", web.story_page, name="story"),
    path("learn/storm.csv", web.storm_csv, name="storm_csv"),
    path("learn/storm.pdf", web.lecture_sheet, name="lecture_sheet"),
    path("learn/self-test/", web.self_test, name="self_test"),
    path("cases/", web.cases, name="cases"),
    path("glossary/", web.glossary_page, name="glossary"),
]
