"""The Celery application. Workers and beat are started with ``celery -A registry.celery``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one task is one core; threads of BLAS only fight

app = Celery("registry")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
