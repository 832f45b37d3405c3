import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  after the apps are ready

_addresses = get_resolver().url_patterns
"""Read at the start, with all views behind them: else whoever asks first waits for it, once in each process."""

WHAT_COMMANDS_DO_WITHOUT = (
    "openpyxl",
    "pyarrow.compute",
    "pyarrow.parquet",
    "pyhanko.sign.validation.generic_cms",
    "reportlab.graphics.barcode.qr",
)
"""Loaded where they are used, since they take as long as all the rest; here at the start, for the same reason."""
for _name in WHAT_COMMANDS_DO_WITHOUT:
    import_module(_name)

gc.collect()
gc.freeze()  # what was loaded stays: looking through all of it again would hold up some visitor for a tenth of a second
