"""The shape of what is typed for a bulletin."""

from wtforms import HiddenField

from portal.core.i18n import lazy_gettext as _l
from portal.web.forms import Form, many_lines

LONGEST_WORDS = 5000


class BulletinForm(Form):
    words = many_lines(_l("Words of the supervisor"), LONGEST_WORDS)
    # What the figures were when they were read, as `bulletins.seen` says it.
    seen = HiddenField()
