"""Addresses that come from outside and may only lead to our own pages."""

from urllib.parse import urlsplit


def own_address(address: str | None, otherwise: str) -> str:
    """The path and query of the address if it is a page of ours, else `otherwise`: nobody is led away."""
    parts = urlsplit(address or "")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or "\\" in parts.path:
        return otherwise
    return parts._replace(fragment="").geturl()
