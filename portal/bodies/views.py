"""Pages of bodies: which there are, who belongs to them, and keeping both."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from portal.accounts import queries as accounts
from portal.accounts.naming import person_meant, suggested
from portal.accounts.session import me
from portal.bodies import commands, policy, queries
from portal.bodies.forms import AboutForm, AppointForm, EndForm, FoundForm
from portal.bodies.models import Body, Membership
from portal.bodies.names import PARTS, is_known, name_of
from portal.bodies.words import term_of
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.web.forms import Form
from portal.web.fragments import announce, carry_out, go, page, wants_fragment

bp = Blueprint("bodies", __name__)
bp.app_template_filter("body_name")(name_of)


@bp.get("/bodies")
def bodies() -> Response:
    """All bodies with those who serve today."""
    found, today = queries.all_bodies(), accounts.house_today()
    serving: dict[int, list[Membership]] = {}
    for term in queries.terms_of([body.id for body in found if body.id]):
        if serves(term, today):
            serving.setdefault(term.body_id, []).append(term)
    return page(
        "bodies/bodies.html", block="bodies", bodies=found, serving=serving, name_of=name_of, term_of=term_of,
        PARTS=PARTS, may_keep=policy.may_keep(me()),
    )


def serves(term: Membership, day: Any) -> bool:
    """Whether the term runs on that day, of somebody who has not left."""
    return term.starts_on <= day and (term.ends_on is None or term.ends_on >= day) and term.person.is_active


@bp.route("/bodies/new", methods=["GET", "POST"])
def new_body() -> Response:
    """Write down one of the organisation's own."""
    allow(policy.may_keep(me()))
    form = FoundForm()
    form.offer(accounts.departments())
    if form.validate_on_submit():
        made = carry_out(
            form, commands.found, me(), name=form.name.data, duties=form.duties.data,
            department_id=form.department_id.data,
        )
        if made is not None:
            return go(_("The body is written down. Appoint its members."), _address(made.key))
    return page("bodies/new.html", block="form", form=form)


@bp.get("/bodies/colleagues")
def colleagues() -> Response:
    """The names that what is typed may mean, for the list below the field."""
    people = suggested((request.args.get("person") or "")[:100])
    return make_response(render_template("rooms/_colleagues.html", people=people))


def _address(key: str) -> str:
    return url_for("bodies.body", key=key)


@bp.get("/bodies/<key>")
def body(key: str) -> Response:
    """One body: its members, past terms, duties, and what others say of it."""
    return _body(key)


def _body(
    key: str, form: Form | None = None, *, about: AboutForm | None = None, appointing: AppointForm | None = None,
    ending: int | None = None,
) -> Response:
    """The page, with the form that was refused, if one was; `ending` is the term whose end was."""
    found, today, may_keep = queries.body_of(key), accounts.house_today(), policy.may_keep(me())
    terms = queries.terms_of([found.id] if found.id else [])
    about = about or AboutForm(formdata=None, obj=found)
    about.offer(accounts.departments() if may_keep else [])
    return page(
        "bodies/body.html", block="body", form=form, body=found, about=about,
        serving=[term for term in terms if serves(term, today)],
        coming=[term for term in terms if term.starts_on > today],
        past=[term for term in terms if term.starts_on <= today and not serves(term, today)],
        appointing=appointing or AppointForm(formdata=None, starts_on=today), ending=ending,
        may_keep=may_keep and found.retired_at is None, is_known=is_known(found), name=name_of(found), PARTS=PARTS,
        term_of=term_of, today=today,
    )


def _answer(key: str, words: str) -> Response:
    if not wants_fragment():
        return go(words, _address(key))
    return announce(_body(key), words)


@bp.post("/bodies/<key>")
def describe(key: str) -> Response:
    """Another name, other duties, another department."""
    form = AboutForm()
    form.offer(accounts.departments())
    if form.validate() and carry_out(
        form, commands.describe, me(), key, name=form.name.data, duties=form.duties.data,
        department_id=form.department_id.data,
    ):
        return _answer(key, _("It is changed."))
    return _body(key, form, about=form)


@bp.post("/bodies/<key>/members")
def appoint(key: str) -> Response:
    """Somebody belongs to it from a day on."""
    form = AppointForm()
    if form.validate() and carry_out(form, _appoint, key, form):
        return _answer(key, _("It is done, and they are told."))
    return _body(key, form, appointing=form)


def _appoint(key: str, form: AppointForm) -> Membership:
    allow(policy.may_keep(me()))
    person = person_meant(form.person.data, "person")
    if person is None:
        raise DomainError(_("Please fill this in."), "person")
    return commands.appoint(
        me(), key, person, form.part.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data
    )


@bp.post("/bodies/<key>/members/<int:term_id>/end")
def end_term(key: str, term_id: int) -> Response:
    """A term ends on a day."""
    form, term = EndForm(), _term(key, term_id)
    if form.validate() and carry_out(form, commands.end_term, me(), term, form.last_day.data):
        return _answer(key, _("The term is ended, and they are told."))
    return _body(key, form, ending=term_id)


@bp.post("/bodies/<key>/members/<int:term_id>/removal")
def take_back(key: str, term_id: int) -> Response:
    """An appointment is undone before its term begins."""
    form, term = Form(), _term(key, term_id)
    if carry_out(form, commands.take_back, me(), term):
        return _answer(key, _("The appointment is taken back."))
    return _body(key, form, ending=term_id)


def _term(key: str, term_id: int) -> Membership:
    return db.first_or_404(
        db.select(Membership).join(Body).where(Membership.id == term_id, Body.key == key)
    )


@bp.post("/bodies/<key>/retirement")
def retire(key: str) -> Response:
    """One of the organisation's own exists no more."""
    form = Form()
    if carry_out(form, commands.retire, me(), key):
        return go(_("The body exists no more. What it did stays on record."), url_for("bodies.bodies"))
    return _body(key, form)
