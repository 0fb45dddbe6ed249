"""The shape of what is said when somebody is urged."""

from portal.core.i18n import lazy_gettext as _l
from portal.supervision.urging import LONGEST_WORDS
from portal.web.forms import Form, many_lines, required


class UrgeForm(Form):
    """The id is its own: it stands in the page of a resolution, among the forms of others."""

    words = many_lines(_l("What you want to say"), LONGEST_WORDS, required(), id="urge-words")
