"""What the workers do when an act is committed, in a test whose transaction never is."""

from registry.audit.models import Event
from registry.notices import telling


def tell_everybody(*, after: int = 0) -> None:
    """Tell of every event with a number above ``after``, in order; of what was told before, nothing is told again."""
    for event_id in Event.objects.filter(pk__gt=after).order_by("id").values_list("pk", flat=True):
        telling.tell_of(event_id)
