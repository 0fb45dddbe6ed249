"""The shape of what is typed at the door and in preferences."""

from wtforms import DateField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from portal.core.i18n import LOCALES
from portal.core.i18n import lazy_gettext as _l
from portal.web.forms import Form, at_most, one_line, printable, required

THEMES = (("auto", _l("As the system")), ("light", _l("Light")), ("dark", _l("Dark")))
DENSITIES = (("compact", _l("Compact")), ("normal", _l("Normal")), ("roomy", _l("Roomy")))


class SignInForm(Form):
    login = StringField(_l("User name"), [required(), at_most(80), printable])
    password = PasswordField(_l("Password"), [required(), at_most(1000)])
    next = HiddenField()


class LanguageForm(Form):
    locale = RadioField(_l("Language"), choices=[SelectChoice(*locale) for locale in LOCALES.items()])


class ThemeForm(Form):
    theme = RadioField(_l("Appearance"), choices=[SelectChoice(*theme) for theme in THEMES])


class DensityForm(Form):
    density = RadioField(_l("Density"), choices=[SelectChoice(*density) for density in DENSITIES])


class DelegationForm(Form):
    """Who decides while its owner is away, and from which day to which."""

    delegate = one_line(_l("Who decides for me"), 200, required(), render_kw={"list": "colleagues"})
    starts_on = DateField(_l("First day"), [required(_l("Please give a day."))])
    ends_on = DateField(_l("Last day"), [required(_l("Please give a day."))])
