"""The wall, and what happens to whoever scans its code or types it: signed in, guest, or neither yet."""

import secrets
from functools import lru_cache

import segno
from flask import Response, make_response, redirect, request, url_for
from flask_login import current_user

from portal.accounts.forms import SignInForm
from portal.accounts.models import Person
from portal.accounts.session import me
from portal.answers.guests import looks_of, remembered_guest
from portal.attendance import commands, policy, queries
from portal.attendance.codes import SECONDS, codes_at, window_at
from portal.attendance.forms import CodeForm, ProofForm
from portal.attendance.grants import LIFETIME, grant_for
from portal.attendance.views import arranged, bp
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import speak_to
from portal.meetings import policy as meetings
from portal.meetings.kinds import kind_of
from portal.meetings.models import Attendee, Meeting
from portal.web.access import open_to_everyone
from portal.web.addresses import absolute_address
from portal.web.fragments import carry_out, go, page

COOKIE = "scanned"


@bp.get("/meetings/<int:meeting_id>/wall")
def wall(meeting_id: int) -> Response:
    """The page for the screen: the code of this half minute, who came, and whether there is a quorum."""
    meeting, now = arranged(meeting_id), clock.now()
    is_open = policy.is_open(meeting, now)
    window = window_at(now)
    codes = codes_at(meeting.check_in_key, meeting.id, window) if is_open and meeting.check_in_key else None
    address = absolute_address("attendance.scanned", meeting_id=meeting.id, proof=codes.scanned) if codes else ""
    return page(
        "attendance/wall.html", block="wall", meeting=meeting, counts=queries.counts_of(meeting), codes=codes,
        code=_picture(address) if codes else "", latest=queries.latest_arrivals(meeting.id), is_open=is_open,
        opens_at=policy.opens_at(meeting), closes_at=policy.closes_at(meeting), now=now, window=window,
        left=SECONDS - int(now.timestamp()) % SECONDS,
        short=absolute_address("attendance.code").partition("://")[2],
    )


@bp.post("/meetings/<int:meeting_id>/wall")
def wall_codes(meeting_id: int) -> Response:
    """Let the wall show codes; `anew=yes` ends those that it showed before."""
    meeting = arranged(meeting_id)
    anew = request.form.get("anew") == "yes"
    commands.show_codes(me(), meeting, anew=anew)
    db.session.commit()
    address = url_for(".wall", meeting_id=meeting_id)
    if anew:
        return go(_("The wall shows new codes; the old ones have ended."), address)
    return make_response(redirect(address, code=303))


@lru_cache(maxsize=64)
def _picture(address: str) -> str:
    """The code as a drawing within the page: an image of its own would blink each time it is renewed."""
    drawing: str = segno.make(address, error="m", boost_error=False).svg_inline(
        border=4, light="#fff", dark="#000", omitsize=True, svgclass="qr", lineclass=None
    )
    return drawing


# --- Scanning ---


@bp.get("/c")
@open_to_everyone
def code() -> Response:
    """Where a code is typed that cannot be scanned."""
    return page("attendance/code.html", block="content", form=CodeForm())


@bp.post("/c")
@open_to_everyone
def typed_code() -> Response:
    """Find the meeting on whose wall the typed code stands, and go on as if it had been scanned."""
    form = CodeForm()
    if form.validate_on_submit():
        meeting = queries.meeting_with_code(form.code.data)
        if meeting is not None:
            holder, response = _holder(), make_response("", 303)
            proof = grant_for(meeting.id, holder)
            response.headers["Location"] = url_for(".scanned", meeting_id=meeting.id, proof=proof)
            return _keep(response, holder)
        form.code.errors = [_("No screen shows this code now. Type the one that is there at this moment.")]
    return page("attendance/code.html", block="content", form=form)


@bp.get("/c/<int:meeting_id>/<proof>")
@open_to_everyone
def scanned(meeting_id: int, proof: str) -> Response:
    """Where a scanned code leads: one button says that one is here, and presses itself where scripts run."""
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None or not commands.is_proof(meeting, proof, _holders()):
        return page("attendance/code.html", block="content", form=CodeForm(), has_run_out=True, status=410)
    holder = _holder()
    return _keep(_asked(meeting, ProofForm(formdata=None, proof=grant_for(meeting.id, holder))), holder)


def _asked(meeting: Meeting, form: ProofForm, status: int | None = None) -> Response:
    """What the reader can do with a code that holds: say that they are here, sign in, or hear whom to see."""
    person, attendee = _person(), _attendee(meeting)
    line = queries.line_of(meeting, attendee.id) if attendee else None
    sign_in = SignInForm(
        formdata=None, next=url_for(".scanned", meeting_id=meeting.id, proof=form.proof.data or "-")
    )
    return page(
        "attendance/scanned.html", block="content", meeting=meeting, form=form, person=person, line=line,
        sign_in=sign_in, is_open=policy.is_open(meeting, clock.now()), opens_at=policy.opens_at(meeting),
        knows=_knows(person, meeting, attendee), kind=kind_of(meeting), status=status,
    )


def _knows(person: Person | None, meeting: Meeting, attendee: Attendee | None) -> bool:
    """Whether the subject may be said: a scanned code alone tells nobody what a meeting is about."""
    if attendee is not None and attendee.guest_id is not None:
        return True
    return person is not None and meetings.may_see(person, meeting)


@bp.post("/c/<int:meeting_id>")
@open_to_everyone
def arrival(meeting_id: int) -> Response:
    """I am here. `proof` is a code or its grant; a guest may say by which `email` they are known."""
    meeting = db.session.get(Meeting, meeting_id)
    form = ProofForm()
    if meeting is None or not commands.is_proof(meeting, form.proof.data or "", _holders()):
        return page("attendance/code.html", block="content", form=CodeForm(formdata=None), has_run_out=True, status=410)
    by_mail = _guest_by_mail(meeting, form) if form.validate_on_submit() else None
    attendee = _attendee(meeting) or by_mail
    if attendee is None:
        return _asked(meeting, form, status=422 if form.errors else 403)
    actor = _person() if attendee.person_id else None
    marked = carry_out(form, commands.arrive, actor, meeting, attendee, form.proof.data, _holders())
    if marked is None:
        return _asked(meeting, form)
    if attendee is by_mail:
        # This browser is not known as the guest's, so there is no page to go on to.
        line = queries.line_of(meeting, attendee.id)
        return page("attendance/here.html", block="content", meeting=meeting, line=line, knows=True, is_guest=True,
                    is_new=marked.is_new, kind=kind_of(meeting), can_leave=False)
    return make_response(redirect(url_for(".here", meeting_id=meeting_id, new=1 if marked.is_new else None), code=303))


def _guest_by_mail(meeting: Meeting, form: ProofForm) -> Attendee | None:
    if not form.email.data or _person() is not None:
        return None
    found = queries.guest_with(meeting.id, form.email.data)
    if found is None:
        form.email.errors = [_("No guest of this meeting is known by this address. Please go to the desk.")]
    return found


@bp.get("/c/<int:meeting_id>")
@open_to_everyone
def here(meeting_id: int) -> Response:
    """That one is signed in, since when, and how to leave; whoever is not is asked for the code."""
    meeting = db.session.get(Meeting, meeting_id)
    attendee = _attendee(meeting) if meeting else None
    line = queries.line_of(meeting, attendee.id) if meeting and attendee else None
    if meeting is None or line is None or line.mark is None:
        return page("attendance/code.html", block="content", form=CodeForm(formdata=None))
    can_leave = kind_of(meeting).has_check_out and line.is_here and attendee is not None and bool(attendee.person_id)
    return page(
        "attendance/here.html", block="content", meeting=meeting, line=line, knows=_knows(_person(), meeting, attendee),
        is_new=request.args.get("new") == "1", is_guest=_person() is None, kind=kind_of(meeting), can_leave=can_leave,
    )


@bp.post("/c/<int:meeting_id>/leaving")
def own_leaving(meeting_id: int) -> Response:
    """I leave, where people sign out."""
    meeting = db.session.get(Meeting, meeting_id)
    part = meetings.part_in(me(), meeting) if meeting else None
    if meeting is None or part is None:
        return page("attendance/code.html", block="content", form=CodeForm(formdata=None), status=404)
    commands.leave(me(), meeting, part)
    db.session.commit()
    return go(_("You are signed out."), url_for(".here", meeting_id=meeting_id))


@bp.route("/c/<int:meeting_id>/online", methods=["GET", "POST"])
@open_to_everyone
def online(meeting_id: int) -> Response:
    """I take part from where no wall is seen, says a person or a guest; a POST does it."""
    meeting = db.session.get(Meeting, meeting_id)
    attendee = _attendee(meeting) if meeting else None
    if meeting is None or attendee is None or attendee.invited_at is None:
        return page("attendance/code.html", block="content", form=CodeForm(formdata=None), status=404)
    if request.method == "POST":
        commands.arrive_online(_person() if attendee.person_id else None, meeting, attendee)
        db.session.commit()
        return go(_("You are signed in."), url_for(".here", meeting_id=meeting_id))
    line = queries.line_of(meeting, attendee.id)
    can = policy.is_open(meeting, clock.now()) and policy.is_online(meeting)
    return page("attendance/online.html", block="content", meeting=meeting, line=line, can=can)


# --- Who it is ---


def _person() -> Person | None:
    return current_user.person if current_user.is_authenticated else None


def _attendee(meeting: Meeting) -> Attendee | None:
    """The reader's part in the meeting: that of the person signed in, else of the guest whose browser this is."""
    person = _person()
    part = meetings.part_in(person, meeting) if person else None
    if part is not None:
        return part
    guest = remembered_guest(request)
    if guest is None or guest.meeting_id != meeting.id:
        return None
    if person is None:
        speak_to(*looks_of(guest, request))
    return guest


def _holder() -> str:
    """By what whoever scanned is known again: the person, or else a random word in a cookie of this browser."""
    person = _person()
    return f"person {person.id}" if person else request.cookies.get(COOKIE) or secrets.token_urlsafe(16)


def _holders() -> list[str]:
    """As whom the reader may have got a grant: before signing in they were only a browser."""
    person, cookie = _person(), request.cookies.get(COOKIE)
    return [holder for holder in (f"person {person.id}" if person else None, cookie) if holder]


def _keep(response: Response, holder: str) -> Response:
    if not holder.startswith("person "):
        response.set_cookie(
            COOKIE, holder, max_age=LIFETIME, path="/c", httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response
