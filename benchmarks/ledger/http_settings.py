"""The registry's settings with one address more: an authenticated POST that does nothing."""

from registry.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.ledger.http_urls"
