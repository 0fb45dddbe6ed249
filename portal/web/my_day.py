"""The first page after signing in: what each slice has for me today."""

from flask import Blueprint, Response, make_response, redirect, url_for

from portal.core.i18n import lazy_gettext as _l
from portal.web.fragments import page
from portal.web.navigation import Place, add_place

bp = Blueprint("my_day", __name__)
add_place(Place(10, "my_day.today", _l("My day"), "day"))


@bp.get("/")
def home() -> Response:
    return make_response(redirect(url_for(".today")))


@bp.get("/my-day")
def today() -> Response:
    return page("layout/my_day.html", block="content")
