"""Addresses that come from outside and may only lead to our own pages, and those that go out in mails."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from portal.core.settings import Settings


def own_address(address: str | None, otherwise: str) -> str:
    """The path and query of the address if it is a page of ours, else `otherwise`: nobody is led away."""
    parts = urlsplit(address or "")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or "\\" in parts.path:
        return otherwise
    return parts._replace(fragment="").geturl()


def absolute_address(endpoint: str, **values: Any) -> str:
    """The whole address of a page for mails and feeds, by the settings: there may be no request."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.base_url + current_app.url_map.bind("").build(endpoint, values)
