"""Who acts: the one value that every service and selector takes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Actor:
    """A person acting for one organisation, the public, or the system's own worker."""

    name: str
    user_id: int | None = None
    organisation_id: int | None = None
    organisation_kind: str = ""
    organisation_approved: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    withheld_roles: frozenset[str] = field(default_factory=frozenset)
    """Roles that this person holds but cannot use now: the session was begun without the second factor."""
    second_factor_at: datetime | None = None
    """When the person last showed the second factor for an act (real time, not the programme's clock)."""

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


PUBLIC = Actor(name="public")
SYSTEM = Actor(name="system", roles=frozenset({"system"}), organisation_approved=True)
"""The worker: it may only do what the permission table gives to the role ``system``."""
