"""The clock comes first: every other table's time defaults use ``kcr_now()``."""

from django.db import migrations, models

CLOCK = """
CREATE FUNCTION kcr_clock_offset() RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT "offset" FROM core_clockoffset WHERE id = 1), interval '0')
$$;
CREATE FUNCTION kcr_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT clock_timestamp() + kcr_clock_offset()
$$;
"""
NO_CLOCK = "DROP FUNCTION kcr_now(); DROP FUNCTION kcr_clock_offset();"


def seed_calendar(apps, schema_editor):
    """Holidays and make-up working days of the years that the package ``chinesecalendar`` knows."""
    from chinese_calendar import constants  # noqa: PLC0415  needed once, when the calendar is seeded

    calendar_day = apps.get_model("core", "CalendarDay")
    rows = [calendar_day(date=day, is_working=False, note=name[:100]) for day, name in constants.holidays.items()]
    rows += [calendar_day(date=day, is_working=True, note=name[:100]) for day, name in constants.workdays.items()]
    calendar_day.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False, verbose_name="date")),
                ("is_working", models.BooleanField(verbose_name="working day")),
                ("note", models.CharField(blank=True, max_length=100, verbose_name="note")),
            ],
        ),
        migrations.CreateModel(
            name="ClockOffset",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("offset", models.DurationField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_clock")],
            },
        ),
        migrations.RunSQL(CLOCK, NO_CLOCK),
        migrations.RunPython(seed_calendar, migrations.RunPython.noop),
    ]
