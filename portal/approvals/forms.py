"""The shape of a decision."""

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from portal.approvals.commands import LONGEST_COMMENT
from portal.approvals.models import Verdict
from portal.core.i18n import lazy_gettext as _l
from portal.web.forms import Form, many_lines

VERDICTS = ((Verdict.AGREED.value, _l("Agree")), (Verdict.RETURNED.value, _l("Give back")))


class DecisionForm(Form):
    verdict = RadioField(choices=[SelectChoice(*verdict) for verdict in VERDICTS])
    comment = many_lines(_l("Comment"), LONGEST_COMMENT, render_kw={"rows": 2})
    # The digest of what is on the page, and the seat if there are several to fill.
    seen = HiddenField()
    seat = HiddenField()
    # The inbox, if it was decided there.
    back = HiddenField()
