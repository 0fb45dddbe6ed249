"""The inbox, how I want to be told, and the outbox for those who look after mail."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from sqlalchemy import Select

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import kind_of, load
from portal.notifications import commands, policy, queries
from portal.notifications.forms import PreferenceForm
from portal.notifications.models import Group, OutgoingMail, OutgoingPost
from portal.web.fragments import carry_out, go, page
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


@bp.route("/notifications/settings", methods=["GET", "POST"])
def settings() -> Response:
    """How I want to be told."""
    form = PreferenceForm.of(queries.preference_of(me().id))
    if form.validate_on_submit():
        carry_out(form, commands.choose, me(), **form.values())
        if not form.errors:
            return go(_("From now on you are told in this way."), url_for(".settings"))
    return page("notifications/settings.html", block="settings", form=form, groups=list(Group))


# --- The outbox ---


@bp.get("/outbox")
def outbox() -> Response:
    """Mails and how they fare: all, or those of `?state=` given-up, queued or sent."""
    return _outbox(OutgoingMail, queries.outbox)


@bp.get("/outbox/posts")
def posts() -> Response:
    """Posts to webhooks and how they fare, as mails."""
    return _outbox(OutgoingPost, queries.posts)


def _outbox(kind: queries.Kind, find: Callable[[str | None], Select[Any]]) -> Response:
    allow(policy.may_see_outbox(me()))
    state = request.args.get("state")
    return page(
        "notifications/outbox.html", block="mails", leaf=leaf(find(state), request.args.get("page", 1, type=int)),
        state=state if state in queries.STATES else None, tally=queries.tally(kind), label_of=_label_of,
        is_mail=kind is OutgoingMail, may_manage_webhooks=policy.may_manage_webhooks(me()),
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


@bp.post("/outbox/posts/<int:post_id>/retry")
def retry_post(post_id: int) -> Response:
    """Try a post again that was given up."""
    commands.retry(me(), load("outgoing_post", post_id, me()))
    db.session.commit()
    return go(_("The message is on its way again."), url_for(".posts", state="queued"))


@bp.post("/outbox/retries")
def retry_all() -> Response:
    """Try all again that was given up, mails and posts."""
    count = commands.retry_all(me())
    db.session.commit()
    words = ngettext("One message is on its way again.", "%(num)s messages are on their way again.", count)
    return go(words, url_for(".outbox", state="queued"))
