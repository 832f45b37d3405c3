from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Empty(APIView):
    """Signed in, parsed, answered: what every POST costs before it does anything."""

    permission_classes = (IsAuthenticated,)

    def post(self, request: Request) -> Response:
        return Response({"fields": len(request.data)})


def trivial(_request: HttpRequest) -> HttpResponse:
    """What every page costs before it does anything: all middleware, and two letters."""
    return HttpResponse("ok")


urlpatterns = [path("trivial", trivial), path("empty", Empty.as_view()), path("", include("registry.urls"))]
