import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  after the apps are ready

_addresses = get_resolver().url_patterns
"""Read at the start, with all views behind them: else whoever asks first waits for it, once in each process."""

gc.collect()
gc.freeze()  # what was loaded stays: looking through all of it again would hold up some visitor for a tenth of a second
