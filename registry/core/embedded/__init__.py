"""PostgreSQL and Redis with nothing to install: started under ``var/`` when no address of a server is given.

All other code speaks only to addresses. ``database_url`` and ``redis_url`` compute them from the place of ``var/``
alone, so that settings can be read without starting anything; ``services()`` starts what is missing.

Who stops them: a small process of its own, the keeper (``keeper.py``), is the parent of both servers. Every command
that needs them holds a shared file lock while it lives. When the last holder is gone, however it ended, the keeper
stops both servers and goes. So nothing is stopped under a command that still works, and nothing stays behind.
"""

from registry.core.embedded.client import Handles, ensure_services, needed, services, stop_services
from registry.core.embedded.faults import ServiceFault
from registry.core.embedded.places import APPLICATION_ROLE, Places, broker_url, database_url, redis_url

__all__ = [
    "APPLICATION_ROLE",
    "Handles",
    "Places",
    "ServiceFault",
    "broker_url",
    "database_url",
    "ensure_services",
    "needed",
    "redis_url",
    "services",
    "stop_services",
]
