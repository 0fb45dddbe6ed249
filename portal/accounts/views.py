"""The door, preferences, and looking up people."""

import json
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user, login_user, logout_user

from portal.accounts import commands, delegating, naming, queries
from portal.accounts.forms import DelegationForm, DensityForm, LanguageForm, SignInForm, ThemeForm
from portal.accounts.session import load_session, me, session_key
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.web.access import open_to_everyone
from portal.web.addresses import own_address
from portal.web.fragments import carry_out, go, page

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_everyone
def sign_in() -> Response:
    """Ask for name and password; a form that came too late travels along and is offered again."""
    form = SignInForm(next=request.args.get("next", ""))
    kept = _kept_fields()
    status = None
    if form.validate_on_submit():
        try:
            return _begin(form, kept)
        except (commands.Refused, commands.TooManyTries) as error:
            form.refuse(error)
            status = 429 if isinstance(error, commands.TooManyTries) else 422
    return page("accounts/sign_in.html", block="content", form=form, kept=json.dumps(kept), status=status)


def _begin(form: SignInForm, kept: list[tuple[str, str]]) -> Response:
    key = commands.sign_in(form.login.data, form.password.data, request.remote_addr or "")
    if current_user.is_authenticated:
        commands.sign_out(me(), session_key())
        db.session.commit()
    locale = session.get("locale")
    session.clear()
    # Flask-WTF keeps the token of the session that ends here for the whole request.
    g.pop("csrf_token", None)
    if locale:
        session["locale"] = locale
    login_user(load_session(key))
    address = own_address(form.next.data, url_for("my_day.today"))
    if kept:
        return make_response(render_template("accounts/resume.html", address=address, kept=kept))
    return make_response(redirect(address, code=303))


def _kept_fields() -> list[tuple[str, str]]:
    """What travels along; nothing if it is not what this portal sent, or cannot be shown (a lone surrogate)."""
    try:
        kept = [(str(name), str(value)) for name, value in json.loads(request.form.get("kept", "[]"))]
        json.dumps(kept, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError):
        return []
    return kept


@bp.post("/sign-out")
def sign_out() -> Response:
    commands.sign_out(me(), session_key())
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("You are signed out."))
    return make_response(redirect(url_for(".sign_in"), code=303))


@bp.post("/preferences/language")
@open_to_everyone
def choose_language() -> Response:
    """Change the language of the page that asked, for good if signed in."""
    form = LanguageForm()
    if not form.validate():
        abort(400)
    session["locale"] = form.locale.data
    if current_user.is_authenticated:
        commands.choose_language(me(), form.locale.data)
        db.session.commit()
    return _back()


@bp.post("/preferences/theme")
def choose_theme() -> Response:
    form = ThemeForm()
    if not form.validate():
        abort(400)
    commands.choose_theme(me(), form.theme.data)
    db.session.commit()
    return _back()


@bp.post("/preferences/density")
def choose_density() -> Response:
    form = DensityForm()
    if not form.validate():
        abort(400)
    commands.choose_density(me(), form.density.data)
    db.session.commit()
    return _back()


def _back() -> Response:
    """To the page that asked, as its address without host says."""
    try:
        path = urlsplit(request.referrer or "")._replace(scheme="", netloc="").geturl()
    except ValueError:
        path = ""
    return make_response(redirect(own_address(path, url_for("my_day.today")), code=303))


@bp.get("/people")
def people() -> Response:
    """Search people by name, login, e-mail or department, as choices for a form."""
    words = request.args.get("q", "")[:100]
    found = queries.people_named(words) if words.strip() else []
    return page("accounts/people.html", block="people", words=words, people=found)


@bp.route("/delegates", methods=["GET", "POST"])
def delegates() -> Response:
    """Who decides for me while I am away, and for whom I do; `?delegate=WORDS` offers those whom the words fit."""
    words = request.args.get("delegate", "")[:100]
    today = queries.house_today()
    form = DelegationForm(delegate=words, starts_on=today)
    if form.validate_on_submit() and carry_out(form, _delegate, form):
        return go(_("It is set who decides for you."), url_for(".delegates"))
    found = queries.delegations_of(me().id, today)
    return page(
        "accounts/delegates.html", block="delegates", form=form, people=naming.suggested(words),
        mine=[one for one in found if one.principal_id == me().id],
        for_others=[one for one in found if one.delegate_id == me().id], today=today,
    )


def _delegate(form: DelegationForm) -> bool:
    person = naming.person_meant(form.delegate.data, "delegate")
    assert person is not None, "the form asks for it"
    delegating.delegate(me(), person, form.starts_on.data, form.ends_on.data)
    return True


@bp.post("/delegates/<int:delegation_id>/end")
def end_delegation(delegation_id: int) -> Response:
    """Decide oneself again, or decide no longer for somebody."""
    delegating.end_delegation(me(), load("delegation", delegation_id, me()))
    db.session.commit()
    return go(_("It is removed."), url_for(".delegates"))
