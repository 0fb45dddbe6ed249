"""Static files: served for good, out of our folder or a package, and nothing beside them."""

import hashlib
import re
import sys

import pytest

from portal.core.settings import ROOT
from portal.web import assets


@pytest.fixture
def page(client):
    return client.get("/sign-in").text


@pytest.mark.parametrize("name", ["portal.css", "portal.js", "htmx.js", "icons.svg", "icon.svg"])
def test_a_page_names_each_file_by_its_content(client, page, name):
    version = re.search(rf'"/static/([0-9a-f]{{10}})/{re.escape(name)}[#"]', page)[1]
    answer = client.get(f"/static/{version}/{name}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest().startswith(version)
    assert "immutable" in answer.headers["Cache-Control"]


def test_htmx_comes_out_of_its_package_without_django(client):
    folder, _ = assets.place_of("htmx.js")
    assert ROOT / "static" not in (folder, *folder.parents)
    answer = client.get("/static/x/htmx.js")
    assert "javascript" in answer.content_type
    assert b"htmx" in answer.data[:200]
    assert "django" not in sys.modules


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.toml", "../../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml", "/etc/passwd",
        "%2fetc%2fpasswd", "..\\pyproject.toml", "%5c..%5cpyproject.toml", "./../pyproject.toml", "", ".", "none.css",
        "portal.css%00", "%00",
    ],
)
def test_nothing_but_static_files_is_served(client, path):
    answer = client.get(f"/static/x/{path}")
    assert answer.status_code in {301, 308, 400, 404}
    assert b"[project]" not in answer.data
    assert b"root:" not in answer.data


def test_a_file_that_the_browser_has_is_not_sent_again(client):
    first = client.get("/static/x/portal.css")
    again = client.get("/static/x/portal.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
