"""The shape of people, guests, lists, groups and rules as they are typed."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from portal.core.i18n import LOCALES, lazy_pgettext
from portal.core.i18n import lazy_gettext as _l
from portal.invitations.eligibility import TRAITS
from portal.meetings.parts import PARTS
from portal.web.addresses import LARGEST_ID
from portal.web.forms import Form, many_lines, one_line, required

PASTED = 200_000


def _choices(named: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in named]


def part_field() -> SelectField:
    return SelectField(_l("Part"), [required()], choices=_choices(PARTS), default="required")


class AddForm(Form):
    """One person, a whole department or a group, and as what; a group's people have usual parts."""

    person_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    department_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    group_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    part = SelectField(choices=_choices([("", ""), *PARTS]), default="")
    duty = one_line(_l("Duty"), 100)
    waiver = one_line(_l("Reason"), 300)
    leave_out = BooleanField()
    q = HiddenField()


class PartForm(Form):
    """What somebody is in the meeting; the duty is for staff."""

    part = part_field()
    duty = one_line(_l("Duty"), 100)
    waiver = one_line(_l("Reason"), 300)


class GuestForm(Form):
    """Somebody from outside."""

    name = one_line(_l("Name"), 100, required())
    unit = one_line(_l("Unit"), 100)
    post = one_line(_l("Post"), 100)
    email = one_line(_l("E-mail"), 254, render_kw={"type": "email", "inputmode": "email"})
    locale = SelectField(_l("Language"), [required()], choices=_choices(LOCALES.items()))
    part = part_field()
    duty = one_line(_l("Duty"), 100)


class ListForm(Form):
    """A list as it is pasted or uploaded, before anybody looks who is meant."""

    people = many_lines(_l("Names, user names or e-mails"), PASTED, render_kw={"rows": 8})
    file = FileField(_l("Or a file (XLSX, CSV)"), render_kw={"accept": ".xlsx,.csv,.txt"})
    part = part_field()


class PickForm(Form):
    """What is to be done with a list that was looked at."""

    rows = HiddenField()
    part = part_field()
    waiver = one_line(_l("Why they are admitted all the same"), 300)


class NewGroupForm(Form):
    name = one_line(lazy_pgettext("of a thing", "Name"), 100, required())
    people = many_lines(_l("Names, user names or e-mails"), PASTED, render_kw={"rows": 6})
    part = part_field()


class GroupForm(Form):
    name = one_line(lazy_pgettext("of a thing", "Name"), 100, required())
    is_shared = BooleanField(_l("Everybody may use it"))


class MemberForm(Form):
    """More people of a group, or the part of one."""

    people = many_lines(_l("Names, user names or e-mails"), PASTED, render_kw={"rows": 4})
    part = part_field()


class RuleForm(Form):
    """Who may take a part."""

    kind_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    part = SelectField(
        lazy_pgettext("of a rule", "For"), choices=_choices([("", _l("every part but staff")), *PARTS]), default=""
    )
    trait = SelectField(
        _l("Looks at"), [required()], choices=_choices((trait.value, words) for trait, words in TRAITS.items())
    )
    values = many_lines(_l("Allowed, one on each line"), 6000, required(), render_kw={"rows": 4})
    reason = one_line(_l("Reason, as people are told"), 300, required())
