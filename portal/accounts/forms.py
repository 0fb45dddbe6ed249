"""The shape of what is typed at the door and in preferences."""

from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from portal.core.i18n import LOCALES
from portal.core.i18n import lazy_gettext as _l
from portal.web.forms import Form, at_most, printable, required

THEMES = (("auto", _l("As the system")), ("light", _l("Light")), ("dark", _l("Dark")))


class SignInForm(Form):
    login = StringField(_l("User name"), [required(), at_most(80), printable])
    password = PasswordField(_l("Password"), [required(), at_most(1000)])
    next = HiddenField()


class LanguageForm(Form):
    locale = RadioField(_l("Language"), choices=[SelectChoice(*locale) for locale in LOCALES.items()])


class ThemeForm(Form):
    theme = RadioField(_l("Appearance"), choices=[SelectChoice(*theme) for theme in THEMES])
