"""The Celery application. Workers and beat are started with ``celery -A registry.celery``."""

import logging
import os
from collections.abc import Sequence
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one task is one core; threads of BLAS only fight

app = Celery("registry")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

log = logging.getLogger(__name__)
CONNECT_S = 1
IMPATIENT = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "socket_connect_timeout": CONNECT_S,
    "socket_timeout": 2,
}


def tell(task: str, args: Sequence[Any], **options: Any) -> None:
    """Send a message to the workers, when the row that it is about is committed.

    A queue that cannot be reached loses no row: the sweep of a room that has one sends again. The connection is one of
    its own, because the shared one would keep the person waiting while it tries for seconds.
    """
    transport = {**app.conf.broker_transport_options, **IMPATIENT}
    try:
        with app.connection_for_write(connect_timeout=CONNECT_S, transport_options=transport) as queue:
            app.send_task(task, args=args, connection=queue, retry=False, **options)
    except Exception:
        log.warning(
            "%s %s: no queue took the message; where there is one, the sweep will send it", task, args, exc_info=True
        )
