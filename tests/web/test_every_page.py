"""Every address, every role, every stage of the work: the right answer, no button that lies, no word left untranslated.

One world for the module (``world.py``); the period in it moves forward through its stages, and the tests of one
stage run together.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from registry.audit.models import Event
from registry.core import acts
from tests.web import stale
from tests.web.contents import Tables
from tests.web.forms import Form, Page, read
from tests.web.leaks import english_in_chinese, foreign_dates, raw_acts
from tests.web.rows import Act, Row
from tests.web.table import PAGES
from tests.web.table_acts import ACTS
from tests.web.world import ANONYMOUS, ROLES, STAGES, Answer, Journey, journey

pytestmark = pytest.mark.django_db
SHELL = ("/language/", "/sign-out/", "/sign-in/", "/v/check/")
"""Forms that every page has, or that everybody may post."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with journey(django_db_blocker, tmp_path_factory.mktemp("journey")) as made:
        yield made


@pytest.fixture(scope="module", params=STAGES)
def at(request, world) -> Journey:
    return world.go_to(request.param)


def rows_of(stage: str) -> list[Row]:
    return [row for row in PAGES if row.stage == stage]


def acts_of(stage: str) -> list[Act]:
    return [act for act in ACTS if act.stage == stage]


def names_of(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_address_is_in_the_table():
    """The endpoints of the API have a table of their own, the permission walk's (``walk.py``)."""
    pages = {name for name in names_of(get_resolver().url_patterns) if not name.startswith("api:")}
    assert pages == {row.name for row in PAGES} - {"api:docs"}


def test_every_address_answers_each_role_as_the_table_says(at):
    wrong = []
    addresses = [(row, row.url(at)) for row in rows_of(at.stage)]
    for role in ROLES if addresses else ():
        for row, url in addresses:
            answer = at.opened(role, url)
            if answer.status != row.expected(role):
                wrong.append(f"{role} {url}: {answer.status}, not {row.expected(role)}")
            elif row.anonymous == 302 and role == ANONYMOUS and not answer.sent_to.startswith("/sign-in/?next="):
                wrong.append(f"{role} {url}: sent to {answer.sent_to}, not to sign in")
    assert wrong == []


def test_a_wrong_role_is_refused_and_changes_nothing(at):
    wrong: list[str] = []
    tables = Tables()
    for act in acts_of(at.stage):
        url = act.url(at)
        for role in sorted(set(ROLES) - act.roles):
            answer = at.client(role).post(url, act.data(at))
            refused = Event.objects.filter(refused=True, action=f"POST {url}"[:80]).last()
            if answer.status_code not in (403, 404):
                wrong.append(f"{role} {url}: {answer.status_code}")
            elif refused is None or refused.actor_id != (at.users[role].pk if role != ANONYMOUS else None):
                wrong.append(f"{role} {url}: the log has no refusal")
        wrong += [f"{url} changed {table}" for table in tables.changed()]
    assert wrong == []


def test_the_right_role_finds_the_button_and_it_does_what_it_says(at):
    wrong = []
    for act in acts_of(at.stage):
        url, page = act.url(at), act.page_url(at)
        for role in sorted(act.roles):
            client, given = at.client(role), dict(act.data(at))
            if page is not None:
                form = form_for(at.opened(role, page), page, url)
                if form is None:
                    wrong.append(f"{role} finds no button for {url} on {page}")
                    continue
                given = filled(form, given)
            with transaction.atomic():
                answer = client.post(url, given)
                transaction.set_rollback(True)
            if answer.status_code != 302:
                wrong.append(f"{role} {url}: {answer.status_code} {said(answer)}")
    assert wrong == []


def test_a_page_that_grew_old_is_told_so_and_nothing_is_done(at):
    """Another person acted on the record that the act is about after the page was drawn: 409, and why."""
    wrong = []
    for act in acts_of(at.stage):
        role = sorted(act.roles)[0]
        if role == ANONYMOUS:
            continue  # who is not signed in decides nothing; such forms carry no position
        sent = partial(post_as_found, at, act, role)
        record = stale.touched_by(at.users[role].pk, sent)
        name = stale.name_of(act.name, act.where(at))
        if record is None or name in stale.NEVER_OLD:
            if (record is None) != (name in stale.NEVER_OLD):
                wrong.append(f"{name}: {'is about nothing that was there' if record is None else 'can grow old'}")
            continue
        said = stale.refusal_of(sent, record, at.users[role].pk, at.actor("approver" if role == "clerk" else "clerk"))
        if said:
            wrong.append(f"{name} by {role}: {said}")
    assert "\n".join(wrong) == ""


def test_no_page_shows_a_button_that_is_not_the_visitors(at):
    wrong = []
    allowed = {act.url(at): act.roles for act in acts_of(at.stage)}
    for role in ROLES:
        for page in pages_with_buttons(at):
            for form in read(at.opened(role, page).html).forms:
                url = form.action or page
                if form.method != "post" or url in SHELL:
                    continue
                if url in allowed and role in allowed[url]:
                    continue  # posted by the test above
                with transaction.atomic():
                    status = at.client(role).post(url, guessed(form)).status_code
                    transaction.set_rollback(True)
                if url in allowed or status in (403, 404, 405) or status >= 500:
                    wrong.append(f"{role} sees on {page} a button for {url}: {status}")
    assert wrong == []


def test_pages_speak_one_language_and_write_dates_in_one_way(at):
    wrong = []
    for role, page in read_by(at):
        for language, tag in (("zh-hans", "zh-Hans"), ("en", "en")):
            html = at.opened(role, page, language).html
            seen = read(html)
            if html.startswith("<!doctype") and seen.language != tag:
                wrong.append(f"{page}: lang is {seen.language}, not {tag}")
            leaks = english_in_chinese(seen) if language == "zh-hans" else []
            wrong += [f"{language} {page}: {leak}" for leak in (*leaks, *foreign_dates(seen), *raw_acts(seen))]
    assert sorted(set(wrong)) == []


def test_every_recorded_act_has_its_words(at):
    recorded = set(Event.objects.filter(refused=False).values_list("action", flat=True))
    assert sorted(recorded - set(acts.NAMES)) == []


# --- acting and looking --------------------------------------------------------------------------------------------


def form_for(answer: Answer, page: str, url: str) -> Form | None:
    forms = read(answer.html).forms if answer.status == 200 else []
    return next((form for form in forms if form.method == "post" and (form.action or page) == url), None)


def filled(form: Form, given: dict) -> dict:
    """What a browser would send when a person fills in ``given``: nothing that the form has no field for."""
    names = set(form.fields) | set(form.choices) | form.files
    assert set(given) <= names, f"{form.action} has no field for {set(given) - names}"
    for name, value in given.items():
        if name in form.choices:
            assert str(value) in form.choices[name], f"{form.action}: {name} does not offer {value}"
    return {**form.fields, **given}


def post_as_found(world: Journey, act: Act, role: str, **changed: str):
    """Post the act's form as this person finds it on its page."""
    url, page, given = act.url(world), act.page_url(world), dict(act.data(world))
    if page is not None:
        form = form_for(world.opened(role, page), page, url)
        given = filled(form, given) if form is not None else given
    return world.client(role).post(url, {**given, **changed})


def said(answer) -> str:
    if answer.status_code >= 500:
        return repr(getattr(answer, "exc_info", ("", ""))[1])
    return " ".join(text.said for text in Page(answer.content.decode()).texts)[-600:]


def guessed(form: Form) -> dict:
    """A form sent as it stands, the first of every choice taken."""
    return {**{name: offered[0] for name, offered in form.choices.items()}, **form.fields}


def pages_with_buttons(world: Journey) -> list[str]:
    """The pages of projects, stations and the period with everything that belongs to it, as far as they exist now."""
    pages = {act.page_url(world) for act in acts_of(world.stage)} | {f"/periods/{world.period.pk}/"}
    if world.stage == "open":
        pages |= {f"/projects/{project.code}/" for project in world.project.values()}
        pages |= {f"/verification/{validation.pk}/" for validation in world.validation.values()}
    if world.assignment:
        pages.add(f"/verification/{world.assignment.pk}/")
    if world.review:
        pages.add("/docket/")
        pages.add(f"/docket/{world.review.pk}/")
    return sorted(page for page in pages if page)


def read_by(world: Journey) -> list[tuple[str, str]]:
    """Which pages are read in which role: the most interested one that may open it."""
    read = [("representative", "/to-do/"), ("clerk", "/to-do/"), ("approver", "/to-do/")]
    read += [("verification_lead", "/to-do/"), ("validation_lead", "/to-do/"), ("validation_reviewer", "/to-do/")]
    for row in rows_of(world.stage):
        if row.status in (200, 404) and "api_" not in row.name and not row.name.endswith(("_csv", "_pdf")):
            read.append((next(role for role in reversed(ROLES) if role in row.roles), row.url(world)))
    for act in acts_of(world.stage):
        if act.page is not None:
            read.append((sorted(act.roles)[0], act.page_url(world)))
    read += [("editor", f"/periods/{world.period.pk}/"), (ANONYMOUS, f"/stations/{world.station.pk}/")]
    return list(dict.fromkeys(read))
