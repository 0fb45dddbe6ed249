"""Pages of requests; those of waiting lists are in `portal.requests.wait_views`."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal.accounts.session import me
from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.requests import commands, policy, queries, turns, words
from portal.requests.forms import DecisionForm
from portal.requests.models import BookingRequest, Turn
from portal.web.fragments import carry_out, done, page
from portal.web.paging import leaf

bp = Blueprint("requests", __name__)

SHOWN_LATELY = 10


@bp.get("/requests")
def waiting() -> Response:
    """What waits for my decision, what I asked for, and what was decided lately."""
    number = request.args.get("page", 1, type=int)
    return page(
        "requests/requests.html", block="requests", form=DecisionForm(formdata=None),
        to_decide=leaf(queries.to_decide(me()), number),
        mine=db.session.scalars(queries.asked_by(me().id).limit(SHOWN_LATELY)).all(),
        lately=db.session.scalars(queries.decided_lately(me()).limit(SHOWN_LATELY)).all(),
    )


@bp.get("/requests/<int:request_id>")
def request_page(request_id: int) -> Response:
    """The whole case, with the buttons for whoever may decide it."""
    asked = load("booking_request", request_id, me())
    return page("requests/request.html", block="case", form=DecisionForm(formdata=None), **_case(asked))


def _case(asked: BookingRequest) -> dict[str, Any]:
    pending = asked.is_pending
    dates = queries.dates_of(asked) if pending and asked.series_id is not None else []
    return {
        "asked": asked, "may_decide": policy.may_decide(me(), asked), "is_own": policy.is_own(me(), asked),
        "dates": dates, "around": queries.around(asked, dates[0] if dates else asked),
        "deciders": turns.people_of(Turn(asked.turn), asked.resource) if pending else [],
        "entries": log_of("booking_request", asked.id),
        "already": "" if pending else words.already(asked),
    }


@bp.post("/requests/<int:request_id>/decision")
def decision(request_id: int) -> Response:
    """Approve or decline; the list and the case hear of it."""
    asked = load("booking_request", request_id, me())
    form = DecisionForm()
    if form.validate():
        approves = form.decision.data == "approve"
        carry_out(form, commands.approve if approves else commands.decline, me(), asked, form.reason.data)
        if not form.errors:
            said = _("The request is approved.") if approves else _("The request is turned down.")
            to = url_for(".waiting") if form.back.data else url_for(".request_page", request_id=request_id)
            return done(said, to, changed="requests", focus="requests-title")
    return page("requests/request.html", block="decide", form=form, **_case(asked))
