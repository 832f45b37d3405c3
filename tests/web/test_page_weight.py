"""A first visit fits through a thin line: page, styles and scripts together, gzipped."""

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from benchmarks.pages import LIMIT_KB, assets_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/learn/", "/glossary/", "/registry/", "/projects/", "/v/"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_visit_is_light(client, path, language):
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    assets = assets_of(answer.content.decode(), path)
    assert any("bootstrap" in asset for asset in assets)
    weight = len(gzip.compress(answer.content, 6))
    for asset in assets:
        file = finders.find(asset.removeprefix("/static/"))
        assert file, f"{path} asks for {asset}, which is no file of the site"
        weight += len(gzip.compress(Path(file).read_bytes(), 6))
    assert weight < LIMIT_KB * 1024
