"""The office's page of a meeting's registration. The pages for visitors are beside this one."""

from typing import Any

import segno
from flask import Blueprint, Response, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.meetings.models import Answer, Confidentiality, Meeting
from portal.meetings.names import public_title
from portal.meetings.pages import meeting_page
from portal.notifications.queries import outside_states_of
from portal.registration import commands, listing, policy, queries, vetting
from portal.registration.fields import fields_of
from portal.registration.forms import DeclineForm, SettingsForm
from portal.registration.models import Registration
from portal.web.addresses import absolute_address, record_number
from portal.web.fragments import carry_out, done, go
from portal.web.paging import leaf
from portal.web.tables import table_response, wanted_format

bp = Blueprint("registration", __name__)


@bp.route("/meetings/<int:meeting_id>/registration", methods=["GET", "POST"])
def overview(meeting_id: int) -> Response:
    """The page's address and settings, and who registered; a POST changes the settings. `?format=` is the list."""
    meeting = kept(meeting_id)
    if wanted := wanted_format():
        columns, rows = listing.table(meeting, _state())
        return table_response(rows, columns, f"{_('Registrations')} {public_title(meeting)}", wanted)
    form = _settings(db.session.get(Registration, meeting.id))
    if form.validate_on_submit() and carry_out(
        form, commands.set_up, me(), meeting, intro=form.intro.data, closes_at=form.closes_at.data,
        most=form.most.data, needs_vetting=form.needs_vetting.data,
    ):
        return go(_("Saved."), address_of(meeting))
    return _page(meeting, form=form)


def kept(meeting_id: int) -> Meeting:
    """The meeting, whose registration page is kept by whoever asks."""
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_keep(me(), meeting))
    return meeting


def address_of(meeting: Meeting, **more: Any) -> str:
    return url_for("registration.overview", meeting_id=meeting.id, **more)


def _settings(registration: Registration | None) -> SettingsForm:
    if registration is None:
        return SettingsForm(needs_vetting=True)
    return SettingsForm(obj=registration)


def _state() -> str:
    asked = request.args.get("state", "")
    return asked if asked in queries.STATES else ""


def _page(meeting: Meeting, **more: Any) -> Response:
    registration = db.session.get(Registration, meeting.id)
    counts = queries.counts_of(meeting.id)
    shown = leaf(queries.registrants_of(meeting.id, _state()), request.args.get("page", 1, type=int))
    address = absolute_address("registration.register", key=registration.key) if registration else ""
    return meeting_page(
        "registration/registration.html", block="registration", meeting=meeting, registration=registration,
        state=queries.state_of(registration, counts) if registration else None, counts=counts, leaf=shown,
        chosen=_state(), address=address, code=_code(address) if address else "", fields=fields_of(registration),
        answered=listing.fields_shown(registration, shown.rows), mails=outside_states_of("registration", meeting.id),
        shows_little=meeting.confidentiality != Confidentiality.INTERNAL, **more,
    )


def _code(address: str) -> str:
    code: str = segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff", dark="#000")
    return code


@bp.post("/meetings/<int:meeting_id>/registration/opening")
def opening(meeting_id: int) -> Response:
    """Switch the page on."""
    meeting = kept(meeting_id)
    commands.open_page(me(), meeting)
    db.session.commit()
    return go(_("The registration page is open."), address_of(meeting))


@bp.post("/meetings/<int:meeting_id>/registration/closing")
def closing(meeting_id: int) -> Response:
    """Switch the page off."""
    meeting = kept(meeting_id)
    commands.close_page(me(), meeting)
    db.session.commit()
    return go(_("The registration page is closed."), address_of(meeting))


# --- Deciding ---


@bp.post("/meetings/<int:meeting_id>/registration/acceptances")
def acceptances(meeting_id: int) -> Response:
    """Accept the one whose button it was, else those who are ticked."""
    meeting = kept(meeting_id)
    joined = vetting.accept(me(), meeting, _chosen())
    waiting = sum(1 for one in joined if one.answer == Answer.WAITING)
    db.session.commit()
    words = ngettext("%(num)s person is accepted and told so.", "%(num)s people are accepted and told so.", len(joined))
    if waiting:
        words += " " + ngettext("%(num)s of them waits for a seat.", "%(num)s of them wait for a seat.", waiting)
    return go(words, address_of(meeting, state="waiting"))


@bp.route("/meetings/<int:meeting_id>/registration/refusals", methods=["GET", "POST"])
def refusals(meeting_id: int) -> Response:
    """Ask what those who are declined are told; a POST declines them."""
    meeting = kept(meeting_id)
    form, ids = DeclineForm(), _chosen()
    if form.validate_on_submit():
        declined = carry_out(form, vetting.decline, me(), meeting, ids, form.words.data)
        if declined is not None:
            words = ngettext(
                "%(num)s person is declined and told so.", "%(num)s people are declined and told so.", len(declined)
            )
            return done(words, address_of(meeting, state="waiting"), changed="registrations")
    chosen = queries.those(meeting.id, ids)
    if not chosen:
        raise DomainError(_("Please choose somebody first."))
    return meeting_page("registration/decline.html", block="form", meeting=meeting, form=form, chosen=chosen)


def _chosen() -> list[int]:
    """The registrants whose ids were sent; a row's own button goes before the ticks."""
    only = request.values.get("only", 0, type=record_number)
    return [only] if only else request.values.getlist("id", type=record_number)[:500]


