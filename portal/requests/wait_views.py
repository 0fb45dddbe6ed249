"""Pages of waiting lists: getting in line, one's own places in it, and what is offered."""

from flask import Response, request, url_for

from portal.accounts.session import me
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.requests import line, waiting
from portal.requests.forms import WaitForm
from portal.requests.views import bp
from portal.rooms.models import Resource, Status
from portal.web.addresses import LARGEST_ID
from portal.web.fragments import carry_out, done, go, page


@bp.route("/waits", methods=["GET"])
def waits() -> Response:
    """For what I wait, with my place in line, and what is kept for me."""
    return page("requests/waits.html", block="waits", in_line=line.of_person(me().id))


@bp.post("/waits")
def wait() -> Response:
    """Get in line for what the booking form holds; what is wrong with it is shown in a form of its own."""
    form = WaitForm()
    if form.validate():
        carry_out(
            form, waiting.wait_for, me(), form.room_id.data, form.title.data, form.starts_at.data, form.ends_at.data,
            form.way.data == "book", form.visibility,
        )
        if not form.errors:
            return done(_("You are in line. We tell you as soon as it is free."), url_for(".waits"), changed="waits")
    return page("requests/wait.html", block="form", form=form, resource=_resource(form))


def _resource(form: WaitForm) -> Resource | None:
    known = isinstance(form.room_id.data, int) and 0 < form.room_id.data <= LARGEST_ID
    return db.session.get(Resource, form.room_id.data) if known else None


@bp.post("/waits/<int:wait_id>/leaving")
def leaving(wait_id: int) -> Response:
    """Leave the line."""
    waiting.leave(me(), load("wait", wait_id, me()))
    db.session.commit()
    return done(_("You do not wait for it any more."), url_for(".waits"), changed="waits", focus="waits-title")


@bp.post("/waits/<int:wait_id>/acceptance")
def acceptance(wait_id: int) -> Response:
    """Take what is offered."""
    found = load("wait", wait_id, me())
    booking_id = found.booking_id
    booking = waiting.accept(me(), found)
    said = _("It is yours.") if booking.status == Status.CONFIRMED else _("It is requested for you.")
    db.session.commit()
    return go(said, url_for("rooms.booking", booking_id=booking_id))


@bp.post("/waits/<int:wait_id>/passing")
def passing(wait_id: int) -> Response:
    """Let the offer pass to the next in line; on to where it was shown."""
    waiting.let_pass(me(), load("wait", wait_id, me()))
    db.session.commit()
    to = url_for("my_day.today") if request.form.get("back") else url_for(".waits")
    return done(_("The offer goes to the next in line."), to, changed="waits", focus="waits-title")
