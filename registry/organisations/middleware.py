from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from registry.core.actors import Actor
from registry.organisations import second_factor
from registry.organisations.selectors import actor_of

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ActorMiddleware:
    """``request.actor``: who acts, with the roles held at this moment and usable in this session.

    Any form may carry the code of the second factor beside its own fields (the page ``confirm_act.html`` adds it and
    repeats them): it is taken here, before the act asks for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.second_factor_error = ""
        request.actor = SimpleLazyObject(lambda: self._actor(request))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """After the CSRF check: the code of a forged form is not even looked at."""
        if request.method == "POST" and request.content_type in FORMS and request.user.is_authenticated:
            code = request.POST.get(second_factor.FIELD)
            if code is not None:
                request.second_factor_error = second_factor.confirm(request.user, code)

    def _actor(self, request: HttpRequest) -> Actor:
        return second_factor.with_second_factor(actor_of(request.user), request)
