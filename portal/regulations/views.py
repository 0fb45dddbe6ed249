"""The regulations as readable pages."""

from flask import Blueprint, Response

from portal.web.fragments import page

bp = Blueprint("regulations", __name__)


@bp.get("/regulations")
def index() -> Response:
    """Which regulations there are."""
    return page("regulations/index.html", block="regulations")
