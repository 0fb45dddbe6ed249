"""What is typed about versions and reviews of regulations."""

from urllib.parse import urlsplit

from wtforms import DateField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from portal.core.i18n import lazy_gettext as _l
from portal.regulations.commands import LONGEST_APPROVER, LONGEST_GROUND, LONGEST_REASON, MOST_GROUNDS
from portal.regulations.reviewing import LONGEST_VERDICT
from portal.web.addresses import own_address
from portal.web.forms import Form, many_lines, one_line, required

# The longest profile of the package has a quarter of that.
LONGEST_SOURCE = 400_000


class VersionForm(Form):
    """A profile as TOML, and why, by whose decision and from when it holds."""

    source = many_lines(_l("The regulation as TOML"), LONGEST_SOURCE, required())
    based_on = IntegerField(widget=HiddenField.widget, validators=[InputRequired(), NumberRange(1, 2**31 - 1)])
    reason = many_lines(_l("Why it is changed"), LONGEST_REASON, required())
    approved_by = one_line(_l("Who decided on it"), LONGEST_APPROVER, required())
    effective_on = DateField(_l("Holds from"), [InputRequired(_l("Please fill this in."))])
    grounds = many_lines(_l("What brought it about"), (LONGEST_GROUND + 1) * MOST_GROUNDS)

    def listed_grounds(self) -> list[list[str]]:
        """Each line as words and the address of a page of ours, if one stands in it."""
        return [_ground(line) for line in (self.grounds.data or "").splitlines() if line.strip()]


def _ground(line: str) -> list[str]:
    words = line.split()
    address = next((word for word in words if word.startswith(("/", "http://", "https://"))), "")
    try:
        own = own_address(urlsplit(address)._replace(scheme="", netloc="").geturl(), "") if address else ""
    except ValueError:
        own = ""
    return [" ".join(word for word in words if word != address) or own or address, own]


class PlanForm(Form):
    """Who is to review a regulation by when."""

    reviewer = one_line(_l("Who reviews it"), 200, required())
    due_on = DateField(_l("By"), [InputRequired(_l("Please fill this in."))])


class VerdictForm(Form):
    """What a review found, and when the next is due."""

    verdict = many_lines(_l("What you found"), LONGEST_VERDICT, required())
    due_on = DateField(_l("Next review by"), [InputRequired(_l("Please fill this in."))])
