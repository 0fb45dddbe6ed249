"""What the words of a profile are called for a reader: phases, records, people, conditions, forms."""

from collections.abc import Callable
from typing import Any

from portal.accounts.roles import NAMES as ROLES
from portal.bodies.names import KNOWN as BODIES
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext, ngettext
from portal.regulations.profiles import Act, Phase

PHASES = {
    Phase.GOVERN: lazy_pgettext("regulation", "Govern"),
    Phase.PLAN: lazy_pgettext("regulation", "Plan"),
    Phase.PREPARE: lazy_pgettext("regulation", "Prepare"),
    Phase.RUN: lazy_pgettext("regulation", "Hold"),
    Phase.FOLLOW_UP: lazy_pgettext("regulation", "Follow up"),
    Phase.IMPROVE: lazy_pgettext("regulation", "Improve"),
    Phase.ARCHIVE: lazy_pgettext("regulation", "Archive"),
}
ACTS = {
    Act.SUBMIT: lazy_pgettext("act", "submitting it"),
    Act.ANNOUNCE: lazy_pgettext("act", "sending the notice"),
    Act.START: lazy_pgettext("act", "starting the meeting"),
    Act.CLOSE: lazy_pgettext("act", "closing the meeting"),
}
# Kinds of record that clauses ask for, and the registers of later parts that take the place of a sign-off.
RECORDS = {
    "absence": _l("Absence"), "agenda": _l("Agenda"), "annual_plan": _l("Annual plan"),
    "approval": lazy_pgettext("record", "Approval"), "attendee": lazy_pgettext("record", "Attendee"),
    "audit_log": _l("Audit log"), "backup": lazy_pgettext("record", "Backup"),
    "badge": lazy_pgettext("record", "Badge"), "budget": _l("Budget"), "check_in": _l("Check-in"),
    "contact": lazy_pgettext("record", "Contact"), "contingency_plan": _l("Contingency plan"),
    "dashboard": _l("Figures"), "document": lazy_pgettext("record", "Document"),
    "drill": lazy_pgettext("record", "Drill"), "evaluation": lazy_pgettext("record", "Evaluation"),
    "expense": lazy_pgettext("record", "Expense"), "guest_itinerary": _l("Guest's itinerary"),
    "incident": lazy_pgettext("record", "Incident"), "inspection": lazy_pgettext("record", "Inspection"),
    "knowledge": lazy_pgettext("record", "Lesson learnt"), "meeting": _l("Meeting"), "minutes": _l("Minutes"),
    "notice": _l("Notice"), "permission": lazy_pgettext("record", "Role or right"),
    "proposal": lazy_pgettext("record", "Proposal"), "publicity": lazy_pgettext("record", "Publicity"),
    "regulation": _l("Regulation"), "report": _l("Report"), "resolution": _l("Resolution"),
    "resource_booking": _l("Booking of equipment or service"), "risk": lazy_pgettext("record", "Risk"),
    "room_booking": _l("Room booking"), "rsvp": _l("Answer"), "seating": _l("Seating plan"),
    "supply": lazy_pgettext("record", "Supply"), "survey": lazy_pgettext("record", "Survey"),
    "task": lazy_pgettext("record", "Task"), "training": lazy_pgettext("record", "Training"),
    "venue_inspection": _l("Check of venue or equipment"), "violation": lazy_pgettext("record", "Violation"),
}
LATER = {
    "archive": _l("the archive"), "backups": _l("the log of backups"), "budget_book": _l("the budget book"),
    "contacts": _l("the contact book"), "contingency": _l("contingency plans"), "evaluation": _l("evaluations"),
    "incidents": _l("the register of incidents"), "itineraries": _l("guests' itineraries"),
    "knowledge": _l("the collection of lessons"), "publicity": _l("publicity plans"),
    "reports": _l("summary reports"), "risks": _l("the register of risks"), "supplies": _l("the register of supplies"),
    "surveys": _l("surveys"), "training": _l("the register of training"),
}
PARTS = {
    "organizer": _l("Organizer"), "chair": lazy_pgettext("role", "Chair"), "recorder": _l("Recorder"),
    "owner": _l("Whose task it is"), "head": _l("Head of the meeting's department"), "office": _l("Meeting office"),
    "staff": lazy_pgettext("meeting", "Staff"),
}
CONDITIONS = {
    "has_budget": _l("if it costs something"), "has_catering": _l("if meals are planned"),
    "has_equipment": _l("if equipment is used"), "has_guests": _l("if there are guests"),
    "has_hire": _l("if equipment is hired"), "has_joint_resolutions": _l("if departments act together"),
    "has_lodging": _l("if people stay overnight"), "has_measures": _l("if something is to be improved"),
    "has_needs": _l("if somebody has special needs"), "has_papers": _l("if there are papers"),
    "has_recording": _l("if it is recorded"), "has_registration": _l("if people register"),
    "has_resolutions": _l("if something is resolved"), "has_room": _l("if a room of the house is used"),
    "has_substitutes": _l("if somebody is replaced"), "has_transport": _l("if transport is planned"),
    "is_on_site": _l("unless it is online only"), "is_sensitive": _l("if the matter is secret or sensitive"),
    "secret_matter": _l("if the matter is secret or sensitive"), "notable_guests": _l("if guests of note come"),
    "has_notable_guests": _l("if guests of note come"),
}
FORMS = {"equipment_test": _l("Equipment test"), "venue_acceptance": _l("Venue acceptance")}
PROOFS = {
    "none": _l("ticked off"), "photo": lazy_pgettext("proof", "a photo"),
    "number": lazy_pgettext("proof", "a number"), "signature": lazy_pgettext("proof", "a signature"),
    "file": lazy_pgettext("proof", "a file"), "words": lazy_pgettext("proof", "some words"),
}
RULES = {"all": lazy_pgettext("approval", "all of them"), "any": lazy_pgettext("approval", "any one of them")}
FIELDS = {
    "agenda": _l("Agenda"), "budget": _l("Budget"), "circle": _l("Who is to come"),
    "guest_risk": _l("Guests of note: dangers and measures"),
    "information_risk": _l("Information: dangers and measures"), "outcome": _l("Expected outcome"),
    "people_risk": _l("People: dangers and measures"), "place": _l("Place"),
    "publicity": lazy_pgettext("record", "Publicity"), "purpose": _l("Purpose"),
    "site_risk": _l("Venue: dangers and measures"), "size": _l("How many people"), "theme": _l("Theme"),
    "time": _l("Time"),
}
FIGURES = {
    "review_months": _l("Months until the regulation is reviewed again"),
    "inspection_months": _l("Months between inspections"),
    "absence_days": _l("Working days in which a case of absence is settled"),
    "feedback_days": _l("Working days in which feedback is collected"),
    "overrun_percent": _l("Percent by which a budget may grow before it is approved again"),
}
RETENTION = {
    "minutes": _l("Minutes"), "resolutions": _l("Resolutions"), "approvals": _l("Approvals"),
    "attendance": _l("Attendance"), "tasks": _l("Tasks"), "inspections": _l("Inspections"), "papers": _l("Papers"),
}


def person_name(key: str) -> str:
    """What a reader calls a part in a meeting, a role or a body."""
    return str(PARTS.get(key) or ROLES.get(key) or BODIES.get(key) or key)


def seat_name(seat: str) -> str:
    """What a reader calls a seat of a step: `head`, `role:<role>` or `body:<key>`."""
    return person_name(seat.partition(":")[2] or seat)


def moment(days: int, minutes: int = 0) -> str:
    """When something is due, in working days or minutes from the meeting."""
    if days:
        before = ngettext("%(num)s working day before", "%(num)s working days before", -days)
        return before if days < 0 else ngettext("%(num)s working day after", "%(num)s working days after", days)
    if minutes:
        before = ngettext("%(num)s minute before it begins", "%(num)s minutes before it begins", -minutes)
        after = ngettext("%(num)s minute after it begins", "%(num)s minutes after it begins", minutes)
        return before if minutes < 0 else after
    return _("When it begins")


# --- Checks, which stand above ---

_labellers: list[Callable[[str], Any]] = []


def add_check_labels(label_of: Callable[[str], Any]) -> None:
    """Let `label_of(name)` say what a machine check looks at; it answers None for one that it does not know."""
    _labellers[:] = [label_of]


def check_label(name: str) -> str | None:
    """What the check of that name looks at; None if nobody knows it."""
    for label_of in _labellers:
        if (label := label_of(name)) is not None:
            return str(label)
    return None
