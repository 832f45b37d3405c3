"""The Celery application. Workers and beat are started with ``celery -A registry.celery``."""

import logging
import os
import threading
from collections.abc import Sequence
from typing import Any

from celery import Celery
from kombu import Producer

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


_kept = threading.local()


def tell(task: str, args: Sequence[Any], **options: Any) -> None:
    """Send a message to the workers, when the row that it is about is committed.

    A queue that cannot be reached loses no row: the sweep of a room that has one sends again. The connection is one of
    this thread's own, because the shared one would keep the person waiting while it tries for seconds; one that broke
    meanwhile is made anew, once.
    """
    # A process that was forked must not speak on its parent's connection, nor anybody on one to another queue.
    place = (os.getpid(), app.conf.broker_write_url or app.conf.broker_url)
    known, producer = getattr(_kept, "producer", (None, None))
    if known == place:
        try:
            app.send_task(task, args=args, producer=producer, retry=False, **options)
            return
        except Exception:
            log.debug("the connection to the queue broke", exc_info=True)
    try:
        producer = _new_producer()
        app.send_task(task, args=args, producer=producer, retry=False, **options)
        _kept.producer = (place, producer)
    except Exception:
        log.warning(
            "%s %s: no queue took the message; where there is one, the sweep will send it", task, args, exc_info=True
        )


def _new_producer() -> Producer:
    transport = {**app.conf.broker_transport_options, **IMPATIENT}
    return app.amqp.Producer(app.connection_for_write(connect_timeout=CONNECT_S, transport_options=transport))
