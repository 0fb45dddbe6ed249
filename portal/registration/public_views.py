"""The page on which people from outside register, and the one on which they confirm it. No session is read or set."""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from itsdangerous import BadData, URLSafeSerializer

from portal.core import clock
from portal.core.db import expect_only_reads
from portal.core.i18n import LOCALES, best_locale, reader, speak_to
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.meetings.guests import Facts
from portal.meetings.models import Confidentiality, Meeting
from portal.meetings.telling import zone_of
from portal.registration import queries
from portal.registration.fields import asked_by, fields_of
from portal.registration.forms import ConfirmForm, RegisterForm, register_form
from portal.registration.links import registrant_by_token
from portal.registration.models import Registrant, Registration
from portal.registration.queries import State
from portal.registration.registering import Entry, NotTaken, TooMany, can_confirm, confirm, register, written_by
from portal.registration.views import bp
from portal.web.access import open_to_machines
from portal.web.fragments import carry_out

# Nobody fills the form in faster, and nobody's is open for longer without another having been meant.
QUICKEST = timedelta(seconds=2)
LONGEST = timedelta(hours=24)


@bp.route("/register/<key>", methods=["GET", "POST"], endpoint="register")
@open_to_machines
def register_page(key: str) -> Response:
    """What the meeting is, and the form; a POST registers and says that a mail was written."""
    registration = queries.page_with(key)
    if registration is None or registration.meeting.is_secret:
        _speak(None)
        return _guarded(make_response(render_template("registration/closed.html", state=None), 404))
    _speak(registration.meeting)
    state = queries.state_of(registration, queries.counts_of(registration.meeting_id))
    if state != State.OPEN:
        return _not_open(registration, state)
    form = register_form(asked_by(registration), locale=reader().locale)
    if request.method == "GET":
        return _form(registration, form)
    if form.website.data:
        return _sent(registration.meeting, form.email.data)
    if not form.validate() or not _is_by_hand(form, key):
        return _form(registration, form, 422)
    return _register(registration, form)


def _register(registration: Registration, form: RegisterForm) -> Response:
    expect_only_reads(False)
    facts = Facts(form.name.data, form.unit.data, form.post.data, form.email.data, form.locale.data)
    entry = Entry(facts, form.values)
    if carry_out(form, register, registration.key, entry, request.remote_addr or ""):
        return _sent(registration.meeting, form.email.data)
    if isinstance(form.refusal, NotTaken):
        return _not_open(registration, queries.state_of(registration, queries.counts_of(registration.meeting_id)))
    return _form(registration, form, 429 if isinstance(form.refusal, TooMany) else 422)


def _form(registration: Registration, form: RegisterForm, status: int = 200) -> Response:
    if _age(form.stamp.data, registration.key) is None:
        form.stamp.data = _stamper().dumps([registration.key, int(clock.now().timestamp())])
    return _answer("registration/register.html", registration.meeting, status, registration=registration, form=form)


def _sent(meeting: Meeting, email: str) -> Response:
    return _answer("registration/sent.html", meeting, email=email)


def _not_open(registration: Registration, state: State) -> Response:
    status = 200 if request.method == "GET" else 422
    return _answer("registration/closed.html", registration.meeting, status, state=state)


# --- What no program is likely to send ---


def _stamper() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="registration-form")


def _age(stamp: str | None, key: str) -> timedelta | None:
    """How long ago the form of this page was shown; None for what we did not stamp, or too long ago."""
    try:
        whose, seconds = _stamper().loads(stamp or "")
        age = timedelta(seconds=clock.now().timestamp() - seconds)
    except (BadData, ValueError, TypeError):
        return None
    return age if whose == key and age <= LONGEST else None


def _is_by_hand(form: RegisterForm, key: str) -> bool:
    """Whether the form was open for a while, which programs do not wait for; says so on the form if not."""
    age = _age(form.stamp.data, key)
    if age is not None and age >= QUICKEST:
        return True
    form.form_errors.append(_("Please look over what you wrote, and send it once more."))
    return False


# --- Confirming ---


@bp.route("/register/confirm/<token>", methods=["GET", "POST"])
@open_to_machines
def confirmation(token: str) -> Response:
    """What was registered, with one button that confirms it: looking changes nothing, for mail scanners look too."""
    _speak(None)
    registrant = registrant_by_token(token)
    if registrant is None or registrant.registration.meeting.is_secret:
        return _guarded(make_response(render_template("registration/no_link.html"), 404))
    _speak(registrant.registration.meeting, registrant.locale)
    form, status = ConfirmForm(), 200
    if request.method == "POST":
        expect_only_reads(False)
        if carry_out(form, confirm, registrant, form.seen.data or ""):
            return _guarded(make_response(redirect(url_for(".confirmation", token=token, **_language()), code=303)))
        status = 422
    return _confirmation(registrant, token, form, status)


def _confirmation(registrant: Registrant, token: str, form: ConfirmForm, status: int) -> Response:
    registration = registrant.registration
    answered = [
        (field.label, registrant.values[field.key])
        for field in fields_of(registration) if registrant.values.get(field.key)
    ]
    return _answer(
        "registration/confirm.html", registration.meeting, status, registrant=registrant, token=token, form=form,
        answered=answered, seen=written_by(registrant), registration=registration,
        can_confirm=registrant.confirmed_at is None and can_confirm(registrant),
    )


# --- For all of these pages ---


def _language() -> dict[str, Any]:
    asked = request.args.get("language", "")
    return {"language": asked} if asked in LOCALES else {}


def _speak(meeting: Meeting | None, locale: str = "") -> None:
    """Speak the language that was chosen, else that of whoever it is for or of the browser, on the meeting's clock."""
    settings: Settings = current_app.config["PORTAL"]
    usual = locale or best_locale(request.headers.get("Accept-Language", ""), settings.locale)
    speak_to(_language().get("language", usual), zone_of(meeting) if meeting else settings.timezone)


def _answer(template: str, meeting: Meeting, status: int = 200, **context: Any) -> Response:
    is_open = meeting.confidentiality == Confidentiality.INTERNAL
    html = render_template(template, meeting=meeting, shows_purpose=is_open, languages=LOCALES.items(), **context)
    return _guarded(make_response(html, status))


def _guarded(response: Response) -> Response:
    """No cache keeps it, and no other site learns the address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.record
def _needs_no_token(state: BlueprintSetupState) -> None:
    """There is no session that could be misused."""
    for view in (register_page, confirmation):
        state.app.extensions["csrf"].exempt(view)
