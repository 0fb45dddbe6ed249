"""The shape of what is typed: by the office about the page, and by visitors on it."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Email, NumberRange, Optional

from portal.core.i18n import LOCALES
from portal.core.i18n import lazy_gettext as _l
from portal.registration.commands import LONGEST_INTRO, MOST_REGISTRANTS
from portal.registration.fields import KINDS, LONGEST_LABEL, LONGEST_VALUE, MOST_CHOICES, FieldKind, OwnField
from portal.web.forms import Form, InstantField, at_most, many_lines, one_line, required


class SettingsForm(Form):
    """What the page says, until when and for how many it is open, and whether the office looks at each."""

    intro = many_lines(_l("Words of introduction"), LONGEST_INTRO)
    closes_at = InstantField(_l("Open until"), [Optional()])
    most = IntegerField(
        _l("Most registrations"),
        [Optional(), NumberRange(1, MOST_REGISTRANTS, message=_l("Please give a number from 1 to %(most)s.",
                                                                  most=MOST_REGISTRANTS))],
    )
    needs_vetting = BooleanField(_l("The office looks at each registration and accepts or declines it"))


class FieldForm(Form):
    """One field that the page asks."""

    label = one_line(_l("What is asked"), LONGEST_LABEL, required())
    kind = SelectField(_l("How it is answered"), [required()], choices=[SelectChoice(*kind) for kind in KINDS])
    choices = many_lines(_l("Choices"), MOST_CHOICES * (LONGEST_LABEL + 2))
    required = BooleanField(_l("It has to be answered"))


class DeclineForm(Form):
    """What those who are declined are told."""

    words = many_lines(_l("What you say to it"), 500)


class RegisterForm(Form):
    """Who somebody is. Own fields come as `own_<key>`; no session could be misused, so no token is asked."""

    class Meta(Form.Meta):
        csrf = False

    name = one_line(_l("Name"), 100, required())
    unit = one_line(_l("Organisation"), 100)
    post = one_line(_l("Post"), 100)
    email = StringField(
        _l("E-mail"),
        [required(), at_most(254), Email(message=_l("This is not an e-mail address."))],
        filters=[lambda text: (text or "").strip().lower()],
    )
    locale = SelectField(_l("Language of our mails to you"), [required()],
                         choices=[SelectChoice(*one) for one in LOCALES.items()])
    # Nobody sees it; what fills in every field of every page fills it in too.
    website = StringField()
    stamp = HiddenField()
    own: Sequence[Field] = ()

    @property
    def values(self) -> dict[str, str]:
        """What was answered to the own fields, by their keys."""
        return {field.name.removeprefix("own_"): field.data or "" for field in self.own}


def register_form(fields: Sequence[OwnField], **usual: Any) -> RegisterForm:
    """The form with these fields of the page's own."""
    made = type("RegisterFormOfPage", (RegisterForm,), {f"own_{one.key}": _made(one) for one in fields})
    form: RegisterForm = made(**usual)
    form.own = [form[f"own_{one.key}"] for one in fields]
    return form


def _made(field: OwnField) -> Any:
    validators = [required()] if field.required else []
    if field.kind == FieldKind.TEXT:
        return many_lines(field.label, LONGEST_VALUE[field.kind], *validators)
    if field.kind == FieldKind.CHOICE:
        known = AnyOf(["", *field.choices], message=_l("Not a valid choice."))
        choices = [SelectChoice("", "–"), *(SelectChoice(one, one) for one in field.choices)]
        return SelectField(field.label, [*validators, known], choices=choices, validate_choice=False, default="")
    return one_line(field.label, LONGEST_VALUE[field.kind], *validators)


class ConfirmForm(Form):
    """That somebody confirms what they saw; whoever forges it would have to know the link."""

    class Meta(Form.Meta):
        csrf = False

    seen = HiddenField()
