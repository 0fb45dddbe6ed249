"""What a profile's checklist asks of one meeting: which lines apply, and when each is due."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.core.workdays import last_moment
from portal.meetings.models import Attendee, Meeting
from portal.proposals.conditions import applies
from portal.proposals.models import Heading, Proposal
from portal.readiness.models import Form
from portal.regulations.profiles import Duty, Profile, Requirement
from portal.tasks.models import Proof

# Conditions that the budget answers: a heading that says neither an amount nor nil may still be planned.
HEADINGS = {
    "has_catering": Heading.CATERING, "has_transport": Heading.TRANSPORT, "has_lodging": Heading.LODGING,
    "has_hire": Heading.EQUIPMENT,
}
FORM_KEYS = {form: f"form-{form.value}" for form in Form}


def duties_of(profile: Profile, meeting: Meeting, proposal: Proposal) -> list[Duty]:
    """The lines of the checklist that apply: a line for clauses none of which applies does not either."""
    return [duty for duty in profile.duties if _is_wanted(duty, profile, meeting, proposal)]


def _is_wanted(duty: Duty, profile: Profile, meeting: Meeting, proposal: Proposal) -> bool:
    if not holds(duty.when, meeting, proposal):
        return False
    clauses = [clause for key in duty.clauses if (clause := profile.clause(key)) is not None]
    return not clauses or any(holds(clause.when, meeting, proposal) for clause in clauses)


def holds(when: str, meeting: Meeting, proposal: Proposal) -> bool:
    """Whether the condition is met as far as is known now; what is not known yet is taken to be."""
    if when in HEADINGS:
        return _is_planned(proposal, HEADINGS[when])
    if when in _OWN:
        return _OWN[when](meeting, proposal)
    return applies(when, meeting, proposal)


def _is_planned(proposal: Proposal, heading: Heading) -> bool:
    amounts = {line.heading: line.amount for line in proposal.budget}
    return heading not in amounts or amounts[heading] > 0


def _has_equipment(meeting: Meeting, proposal: Proposal) -> bool:
    has_extras = meeting.booking is not None and len(meeting.booking.holds) > 1
    return has_extras or _is_planned(proposal, Heading.EQUIPMENT)


def _has_guests(meeting: Meeting, proposal: Proposal) -> bool:
    attendees: list[Attendee] = meeting.attendees
    return any(one.guest_id is not None for one in attendees) or _is_planned(proposal, Heading.GUESTS)


_OWN: dict[str, Callable[[Meeting, Proposal], bool]] = {"has_equipment": _has_equipment, "has_guests": _has_guests}


def due_at(duty: Duty, starts_at: datetime) -> datetime:
    """When the line is due for a meeting that begins then."""
    return last_moment(starts_at, duty.days) if duty.days else starts_at + timedelta(minutes=duty.minutes)


def form_duties(profile: Profile, meeting: Meeting, proposal: Proposal) -> list[Duty]:
    """The forms that have to be filled in, as lines of the checklist: they bring them to whoever keeps the room."""
    return [
        Duty(
            FORM_KEYS[form], requirement.title, (requirement.clause,) if requirement.clause else (), "room_manager",
            requirement.days, proof=Proof.NONE,
        )
        for form in Form
        if (requirement := wanted_form(form, profile, meeting, proposal)) is not None
    ]


def wanted_form(form: Form, profile: Profile, meeting: Meeting, proposal: Proposal) -> Requirement | None:
    """What the profile says of the form, if this meeting needs it and the profile has lines for it."""
    requirement = profile.requirement(form.value)
    if requirement is None or not any(line.form == form for line in profile.form_lines):
        return None
    return requirement if holds(requirement.when, meeting, proposal) else None
