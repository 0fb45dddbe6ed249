"""The shape of what is said of a waiver."""

from portal.core.i18n import lazy_gettext as _l
from portal.deadlines.commands import LONGEST_REASON
from portal.web.forms import Form, many_lines, required


class ReasonForm(Form):
    reason = many_lines(_l("Reason"), LONGEST_REASON, required(_l("Please say why.")))
