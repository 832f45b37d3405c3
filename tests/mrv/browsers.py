"""Somebody at a browser: opens a page, finds a form on it, posts it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from registry.organisations.models import User
from tests.web.forms import Form, Page


def browser(actor: Any) -> Client:
    """Signed in, in English; the public where there is no user."""
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if actor.user_id is not None:
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


def form_on(actor: Any, page: str, address: str) -> Form | None:
    """The form of a page that posts to the address; None where this person finds none."""
    answer = browser(actor).get(page)
    forms = Page(answer.content.decode()).forms if answer.status_code == 200 else []
    return next((form for form in forms if form.method == "post" and form.action == address), None)


def post(actor: Any, address: str, page: str = "", **typed: str) -> Any:
    """Post to an address; with ``page`` as its form there stands."""
    form = form_on(actor, page, address) if page else None
    assert not page or form is not None, f"{actor} finds no form for {address} on {page}"
    return browser(actor).post(address, {**(form.fields if form else {}), **typed})
