"""Pages of saved groups."""

from collections.abc import Sequence

from flask import Response, request, url_for

from portal.accounts.naming import label_of
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, pgettext
from portal.core.records import load
from portal.invitations import groups, lists, policy
from portal.invitations.matching import Match, State, match
from portal.invitations.models import PeopleGroup
from portal.invitations.people_forms import GroupForm, MemberForm, NewGroupForm
from portal.invitations.views import bp
from portal.meetings import policy as meetings
from portal.meetings.models import Part
from portal.meetings.pages import meeting_page
from portal.meetings.parts import PARTS
from portal.web.fragments import carry_out, done, go, page


@bp.get("/groups")
def all_groups() -> Response:
    """My groups, and those that everybody may use."""
    return page("invitations/groups.html", block="groups", groups=groups.groups_for(me()))


@bp.route("/groups/new", methods=["GET", "POST"])
def new_group() -> Response:
    """Make a group by hand."""
    form = NewGroupForm()
    if form.validate_on_submit():
        made = carry_out(form, lambda: groups.make_group(me(), form.name.data, _members(form)))
        if made:
            return go(_("The group is kept."), _address(made))
    return page("invitations/group_new.html", block="form", form=form)


@bp.route("/meetings/<int:meeting_id>/people/group", methods=["GET", "POST"])
def group_of(meeting_id: int) -> Response:
    """Make a group of a meeting's people."""
    found = load("meeting", meeting_id, me())
    allow(meetings.may_edit(me(), found))
    form = GroupForm()
    if form.validate_on_submit() and carry_out(form, groups.make_group_of, me(), form.name.data, found):
        return done(_("The group is kept."), url_for(".people", meeting_id=found.id))
    return meeting_page("invitations/group_of.html", block="form", meeting=found, form=form)


@bp.get("/groups/<int:group_id>")
def group(group_id: int) -> Response:
    """Who is in a group, and in which part they are asked."""
    found = load("people_group", group_id, me())
    return _group(found, MemberForm(None))


def _group(found: PeopleGroup, form: MemberForm) -> Response:
    return page(
        "invitations/group.html", block="group", group=found, members=groups.members_of(found), form=form, parts=PARTS,
        may_edit=policy.may_edit_group(me(), found),
    )


@bp.post("/groups/<int:group_id>/members")
def add_members(group_id: int) -> Response:
    """Add people to a group; words that mean nobody, or several, are named and change nothing."""
    found = load("people_group", group_id, me())
    allow(policy.may_edit_group(me(), found))
    form = MemberForm()
    if form.validate():
        added = carry_out(form, lambda: [groups.add_members(me(), found, _members(form))])
        if added:
            words = ngettext("%(num)s person is added.", "%(num)s people are added.", added[0])
            return done(words, _address(found), changed="group", focus="people")
    return _group(found, form)


@bp.post("/groups/<int:group_id>/members/<int:person_id>")
def member(group_id: int, person_id: int) -> Response:
    """Another usual part of somebody."""
    found = load("people_group", group_id, me())
    form = MemberForm()
    if not form.part.validate(form):
        raise DomainError(_("Please choose a part."))
    groups.change_member(me(), found, person_id, Part(form.part.data))
    db.session.commit()
    return done(_("The part is changed."), _address(found), changed="group", focus=f"part-{person_id}")


@bp.post("/groups/<int:group_id>/members/<int:person_id>/removal")
def remove_member(group_id: int, person_id: int) -> Response:
    """Take somebody out of a group."""
    found = load("people_group", group_id, me())
    groups.remove_member(me(), found, person_id)
    db.session.commit()
    return done(_("Out of the group."), _address(found), changed="group", focus="members-title")


@bp.route("/groups/<int:group_id>/change", methods=["GET", "POST"])
def change_group(group_id: int) -> Response:
    """Rename a group; the meeting office may show it to everybody."""
    found = load("people_group", group_id, me())
    allow(policy.may_edit_group(me(), found))
    form = GroupForm(name=found.name, is_shared=found.shared_at is not None)
    may_share = policy.may_share_groups(me())
    if form.validate_on_submit():
        is_shared = form.is_shared.data if may_share else found.shared_at is not None
        carry_out(form, groups.change_group, me(), found, name=form.name.data, is_shared=is_shared)
        if not form.errors:
            return go(_("The group is changed."), _address(found))
    return page("invitations/group_change.html", block="form", group=found, form=form, may_share=may_share)


@bp.route("/groups/<int:group_id>/deletion", methods=["GET", "POST"])
def delete_group(group_id: int) -> Response:
    """Say what forgetting a group does; a POST does it."""
    found = load("people_group", group_id, me())
    allow(policy.may_edit_group(me(), found))
    if request.method == "POST":
        groups.delete_group(me(), found)
        db.session.commit()
        return go(_("The group is deleted."), url_for(".all_groups"))
    return page("invitations/group_delete.html", block="form", group=found)


def _members(form: NewGroupForm | MemberForm) -> dict[int, Part]:
    """Whom the words mean; raises DomainError that names all that mean nobody, or several."""
    if not form.people.data:
        return {}
    matches = match(lists.pasted(form.people.data))
    if faults := [_fault(one) for one in matches if one.state in {State.DOUBT, State.UNKNOWN}]:
        raise DomainError(" ".join(faults[:10]), "people")
    return {one.person.id: Part(form.part.data) for one in matches if one.state == State.FOUND}


def _fault(one: Match) -> str:
    if one.state == State.UNKNOWN:
        return _("Nobody here is called “%(name)s”.", name=one.line.called)
    names: Sequence[str] = [label_of(person) for person in one.people]
    return _("Whom do you mean: %(names)s?", names=pgettext("between names", ", ").join(names))


def _address(group: PeopleGroup) -> str:
    return url_for("invitations.group", group_id=group.id)
