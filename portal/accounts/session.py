"""Who is asking: the signed-in person, their language and zone, and the door for everyone else."""

import json
from typing import cast

from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user

from portal.accounts import queries
from portal.accounts.commands import key_hash
from portal.accounts.forms import SignInForm
from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import expect_only_reads
from portal.core.i18n import LOCALES, best_locale, speak_to
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.web import errors
from portal.web.access import is_for_machines, is_open
from portal.web.fragments import page, wants_fragment

login_manager = LoginManager()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Session(UserMixin):
    """Flask-Login's idea of a user: a session's key, and the person it belongs to."""

    def __init__(self, key: str, person: Person) -> None:
        self.key = key
        self.person = person

    def get_id(self) -> str:
        return self.key


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies; none for machines, whatever looked into it on the way."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_for_machines():
            super().save_session(app, session, response)


@login_manager.user_loader
def load_session(key: str) -> Session | None:
    """The running session of that key; None if there is none, or no database to ask."""
    if errors.is_database_away():
        return None
    person = queries.signed_in(key_hash(key), clock.now())
    return Session(key, person) if person else None


def me() -> Person:
    """The signed-in person; only for views that ask for a sign-in."""
    return cast(Person, current_user.person)


def session_key() -> str:
    return cast(str, current_user.key)


def init_app(app: Flask, settings: Settings) -> None:
    """Before each view: choose the transaction's kind, the language and the zone, and ask strangers to sign in."""
    login_manager.init_app(app)
    app.session_interface = Sessions()

    @app.teardown_request
    def part(_error: BaseException | None) -> None:
        # What comes after in this thread is no request, or another one that says for itself.
        expect_only_reads(False)

    @app.before_request
    def greet() -> Response | None:
        expect_only_reads(request.method in SAFE)
        if is_for_machines():
            speak_to(settings.locale, settings.timezone)
            return None
        # Before the database is asked who it is: it may be away, which is to be said in the right language too.
        asked = _asked_locale(settings)
        speak_to(asked, settings.timezone)
        if is_open() and "_user_id" not in session:
            return None
        person = current_user.person if current_user.is_authenticated else None
        if person:
            speak_to(person.locale or asked, person.zone_or(settings.timezone))
        if person is None and not is_open() and request.endpoint is not None:
            return _ask_to_sign_in()
        return None


def _asked_locale(settings: Settings) -> str:
    chosen = session.get("locale", "")
    return chosen if chosen in LOCALES else best_locale(request.headers.get("Accept-Language", ""), settings.locale)


def _ask_to_sign_in() -> Response:
    """Show the way in. What was typed into a form of ours whose session ended is kept for sending it again."""
    if wants_fragment():
        return errors.answer(
            401, _("Your session has ended. Sign in again in another tab, then send this once more: it is still here.")
        )
    kept: list[tuple[str, str]] = []
    if request.method not in SAFE and _came_from_here():
        kept = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    address = request.full_path.rstrip("?") if kept or request.method in SAFE else ""
    form = SignInForm(formdata=None, next=address)
    return page("accounts/sign_in.html", block="content", form=form, kept=json.dumps(kept), status=401)


def _came_from_here() -> bool:
    """Whether our own page sent this form: only then may it be offered for sending again."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"

