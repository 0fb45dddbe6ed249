"""Pages of guests from outside."""

from flask import Response, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.core.records import load
from portal.invitations.people_forms import GuestForm
from portal.invitations.people_views import attendee_of
from portal.invitations.views import bp
from portal.meetings import policy
from portal.meetings.guests import Facts, add_guest, change_guest
from portal.meetings.models import Attendee, Meeting, Part
from portal.meetings.pages import meeting_page
from portal.meetings.people import change_part
from portal.web.fragments import carry_out, done


@bp.route("/meetings/<int:meeting_id>/people/guests/new", methods=["GET", "POST"])
def new_guest(meeting_id: int) -> Response:
    """Add somebody from outside."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    form = GuestForm(locale=reader().locale)
    if form.validate_on_submit():
        part = Part(form.part.data)
        if carry_out(form, add_guest, me(), found, _facts(form), part, form.duty.data):
            words = _("%(person)s is added.", person=form.name.data)
            return done(words, url_for(".people", meeting_id=found.id), changed="answers")
    return meeting_page("invitations/guest.html", block="form", meeting=found, form=form, attendee=None)


@bp.route("/meetings/<int:meeting_id>/people/<int:attendee_id>/guest", methods=["GET", "POST"])
def guest(meeting_id: int, attendee_id: int) -> Response:
    """Say other things of a guest."""
    found = load("meeting", meeting_id, me())
    one = attendee_of(found, attendee_id)
    if one.guest is None:
        raise Missing(_("There is no such person in this meeting."))
    known = {name: getattr(one.guest, name) for name in Facts._fields}
    form = GuestForm(**known, part=one.part, duty=one.duty)
    if form.validate_on_submit() and carry_out(form, _change, me(), found, one, form):
        words = _("%(person)s is changed.", person=form.name.data)
        return done(words, url_for(".people", meeting_id=found.id), changed="answers")
    return meeting_page("invitations/guest.html", block="form", meeting=found, form=form, attendee=one)


def _change(actor: Person, meeting: Meeting, attendee: Attendee, form: GuestForm) -> bool:
    change_guest(actor, meeting, attendee, _facts(form))
    change_part(actor, meeting, attendee, Part(form.part.data), duty=form.duty.data)
    return True


def _facts(form: GuestForm) -> Facts:
    return Facts(form.name.data, form.unit.data, form.post.data, form.email.data, form.locale.data)
