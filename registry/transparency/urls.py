from django.urls import path

from registry.transparency import explorer, web

app_name = "transparency"
urlpatterns = [
    path("log/", web.log, name="log"),
    path("log/checkpoint", web.checkpoint, name="checkpoint"),
    path("log/checkpoint/<int:size>", web.checkpoint, name="checkpoint_of"),
    path("log/consistency/<int:old>/<int:new>", web.consistency, name="consistency"),
    path("log/keys", web.keys_file, name="keys"),
    path("log/tile/<int:level>/<path:place>", web.tile, name="tile"),
    path("audit/", explorer.events, name="events"),
    path("audit/events/<int:pk>/", explorer.event, name="event"),
    path("audit/events/<int:pk>/proof.json", explorer.event_proof, name="event_proof"),
    path("audit/verify/", explorer.verify, name="verify"),
    path("audit/verification/", explorer.verification, name="verification"),
    path("audit/export/", explorer.export, name="export"),
]
