"""Working days of the programme: weekends, public holidays and make-up days as rows of ``CalendarDay``."""

from __future__ import annotations

from datetime import date, timedelta

from registry.core.models import CalendarDay


def is_working_day(day: date) -> bool:
    exception = CalendarDay.objects.filter(date=day).first()
    return exception.is_working if exception else day.weekday() < 5


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; ``day`` itself does not count."""
    exceptions = dict(
        CalendarDay.objects.filter(date__gt=day, date__lte=day + timedelta(days=3 * count + 30)).values_list(
            "date", "is_working"
        )
    )
    while count > 0:
        day += timedelta(days=1)
        if exceptions.get(day, day.weekday() < 5):
            count -= 1
    return day


def year_is_known(year: int) -> bool:
    """Whether the holidays of ``year`` are in the table; otherwise only weekends are counted and pages say so."""
    return CalendarDay.objects.filter(date__year=year).exists()


def working_days_between(day: date, other: date) -> int:
    """How many working days come after ``day`` up to and with ``other``; negative where ``other`` lies before."""
    first, last = sorted((day, other))
    exceptions = dict(CalendarDay.objects.filter(date__gt=first, date__lte=last).values_list("date", "is_working"))
    days = (first + timedelta(days=count) for count in range(1, (last - first).days + 1))
    count = sum(exceptions.get(each, each.weekday() < 5) for each in days)
    return count if day <= other else -count


class Calendar:
    """The table read once, for a page that counts many spans."""

    def __init__(self) -> None:
        self._exceptions = dict(CalendarDay.objects.values_list("date", "is_working"))

    def is_working(self, day: date) -> bool:
        return self._exceptions.get(day, day.weekday() < 5)

    def add(self, day: date, count: int) -> date:
        """As :func:`add_working_days`."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def between(self, day: date, later: date) -> int:
        """Working days after ``day`` up to and with ``later``; negative where ``later`` is before."""
        if later < day:
            return -self.between(later, day)
        return sum(self.is_working(day + timedelta(days=n)) for n in range(1, (later - day).days + 1))
