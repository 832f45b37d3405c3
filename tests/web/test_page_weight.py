"""A first visit fits through a thin line: page, styles and scripts together, gzipped.

Pages with a year of readings are weighed in the demonstration's world (``tests/mrv/demo/test_demo.py``).
"""

import pytest

from tests.web.weight import LIMIT_BYTES, first_visit_bytes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/learn/", "/glossary/", "/registry/", "/projects/", "/v/"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_visit_is_light(client, path, language):
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    assert first_visit_bytes(client, path, answer.content) < LIMIT_BYTES
