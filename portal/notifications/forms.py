"""The shape of how somebody wants to be told, and of webhooks."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from wtforms import IntegerField, PasswordField, SelectField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.i18n import LOCALES
from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds import NAMES
from portal.notifications.models import Format, Group, Manner, NoticePreference, Webhook
from portal.web.forms import Form, at_most, one_line, printable, required

MANNERS = {
    Manner.MAIL: _l("By mail at once"), Manner.DIGEST: _l("In a daily mail"), Manner.INBOX: _l("In the inbox only"),
}
FORMATS = {
    Format.WECOM: _l("WeCom robot"), Format.DINGTALK: _l("DingTalk robot"), Format.FEISHU: _l("Feishu robot"),
    Format.JSON: _l("Plain JSON"),
}
HOURS = [SelectChoice(hour, f"{hour:02}:00") for hour in range(24)]


def _manner(group: Group) -> SelectField:
    return SelectField(NAMES[group], choices=_choices(MANNERS))


def _choices(names: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), words) for value, words in names.items()]


class PreferenceForm(Form):
    """How I want to be told of each group, and when not."""

    meetings = _manner(Group.MEETINGS)
    bookings = _manner(Group.BOOKINGS)
    tasks = _manner(Group.TASKS)
    other = _manner(Group.OTHER)
    digest_hour = SelectField(_l("The daily mail comes at"), [required()], coerce=int, choices=HOURS)
    quiet_from = TimeField(_l("No mail from"), [Optional()], format="%H:%M")
    quiet_until = TimeField(_l("Until"), [Optional()], format="%H:%M")
    urgent_hours = IntegerField(
        _l("Unless it begins within so many hours"),
        [required(), NumberRange(0, 72, _l("Please give a number from %(least)s to %(most)s.", least=0, most=72))],
        render_kw={"min": 0, "max": 72, "inputmode": "numeric"},
    )

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        quiet: dict[str, time | None] = {name: self[name].data for name in ("quiet_from", "quiet_until")}
        return {
            "manners": {group: Manner(self[group].data) for group in Group}, "digest_hour": self.digest_hour.data,
            "urgent_hours": self.urgent_hours.data, **quiet,
        }

    @classmethod
    def of(cls, preference: NoticePreference) -> "PreferenceForm":
        """The form as it stands for this preference, or as it was sent."""
        return cls(obj=preference)


class WebhookForm(Form):
    """A new webhook."""

    name = one_line(_l("Webhook name"), 100, required())
    url = one_line(_l("Its address"), 500, required(), render_kw={"inputmode": "url", "spellcheck": "false"})
    format = SelectField(_l("What is there"), [required()], choices=_choices(FORMATS))
    secret = PasswordField(_l("Secret for signing"), [at_most(200), printable])
    locale = SelectField(_l("Language of the messages"), [required()], choices=_choices(LOCALES))
    groups = SelectMultipleField(
        _l("What goes there"), choices=_choices(NAMES),
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )

    def values(self) -> dict[str, Any]:
        """What the commands take."""
        return {
            "name": self.name.data, "url": self.url.data, "format": Format(self.format.data),
            "secret": self.secret.data or "", "locale": self.locale.data,
            "groups": {Group(group) for group in self.groups.data or ()},
        }


class WebhookChangeForm(WebhookForm):
    """A webhook that stands: its address and secret are not shown, and stay unless others are given."""

    url = one_line(_l("Another address"), 500, render_kw={"inputmode": "url", "spellcheck": "false"})
    secret = PasswordField(_l("Another secret"), [at_most(200), printable])

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookChangeForm":
        """The form as it stands for this webhook, or as it was sent."""
        return cls(
            name=webhook.name, format=webhook.format, locale=webhook.locale,
            groups=[group.value for group in webhook.groups],
        )
