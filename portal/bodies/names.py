"""What bodies and the parts in them are called."""

from portal.bodies.models import Body, Part
from portal.core.i18n import lazy_pgettext

# The bodies that the regulations name.
KNOWN = {
    "leading_group": lazy_pgettext("body", "Leading group"),
    "foreign_office": lazy_pgettext("body", "Foreign-related events office"),
    "review_hr": lazy_pgettext("body", "Review: human resources"),
    "review_finance": lazy_pgettext("body", "Review: finance"),
    "review_security": lazy_pgettext("body", "Review: security"),
    "review_it": lazy_pgettext("body", "Review: information technology"),
    "review_publicity": lazy_pgettext("body", "Review: publicity"),
    "supervisory_body": lazy_pgettext("body", "Supervisory body"),
}

PARTS = {
    Part.CHAIR.value: lazy_pgettext("body", "Chair"),
    Part.DEPUTY.value: lazy_pgettext("body", "Deputy"),
    Part.MEMBER.value: lazy_pgettext("body", "Member"),
    Part.SECRETARY.value: lazy_pgettext("body", "Secretary"),
}


def name_of(body: Body) -> str:
    """What a reader calls the body."""
    return body.name or str(KNOWN.get(body.key, body.key))


def is_known(body: Body) -> bool:
    """Whether the regulations name it."""
    return body.key in KNOWN
