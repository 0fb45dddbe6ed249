"""The inbox, and the outbox for those who look after mail."""

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.records import kind_of, load
from portal.notifications import commands, policy, queries
from portal.web.fragments import go, page
from portal.web.paging import leaf

bp = Blueprint("notifications", __name__)

IDS = range(1, 2**31)


@bp.get("/inbox")
def inbox() -> Response:
    """What I was told, newest first."""
    found = leaf(queries.inbox_of(me().id), request.args.get("page", 1, type=int))
    return page("notifications/inbox.html", block="notices", leaf=found, unread=queries.unread(me().id))


@bp.get("/inbox/<int:notice_id>")
def notice(notice_id: int) -> Response:
    """One notice in full, as it was told."""
    return page("notifications/notice.html", block="content", notice=load("notice", notice_id, me()))


@bp.post("/inbox/<int:notice_id>/opening")
def opening(notice_id: int) -> Response:
    """Open a notice: it counts as read, and leads to its record, or to its text if that may no longer be seen."""
    found = load("notice", notice_id, me())
    commands.open_notice(me(), found)
    try:
        about = kind_of(found.record_kind).address(load(found.record_kind, found.record_id, me()))
    except Missing:
        about = url_for(".notice", notice_id=notice_id)
    db.session.commit()
    return make_response(redirect(about, code=303))


@bp.post("/inbox/reading")
def reading() -> Response:
    """Everything that the page told of counts as read."""
    up_to = request.form.get("up_to", type=int)
    if up_to is None or up_to not in IDS:
        abort(400)
    commands.mark_all_read(me(), up_to)
    db.session.commit()
    return go(_("Everything is marked as read."), url_for(".inbox"))


@bp.get("/outbox")
def outbox() -> Response:
    """Mails and how they fare: all, or those of `?state=` given-up, queued or sent."""
    allow(policy.may_see_outbox(me()))
    state = request.args.get("state")
    found = leaf(queries.outbox(state), request.args.get("page", 1, type=int))
    return page(
        "notifications/outbox.html", block="mails", leaf=found, state=state if state in queries.STATES else None,
        waiting=queries.waiting(), label_of=_label_of,
    )


def _label_of(record_kind: str) -> str:
    try:
        return kind_of(record_kind).label()
    except Missing:
        return record_kind


@bp.post("/outbox/<int:mail_id>/retry")
def retry(mail_id: int) -> Response:
    """Try a mail again that was given up."""
    commands.retry(me(), load("outgoing_mail", mail_id, me()))
    db.session.commit()
    return go(_("The mail is on its way again."), url_for(".outbox", state="queued"))
