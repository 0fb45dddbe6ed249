"""What a profile's checklist asks of one meeting: which lines apply, and when each is due."""

from datetime import datetime, timedelta

from portal.core.workdays import last_moment
from portal.meetings.models import Meeting
from portal.proposals.conditions import applies
from portal.proposals.models import Proposal
from portal.readiness.models import Form
from portal.regulations.profiles import Duty, Profile, Requirement
from portal.tasks.models import Proof

FORM_KEYS = {form: f"form-{form.value}" for form in Form}


def duties_of(profile: Profile, meeting: Meeting, proposal: Proposal) -> list[Duty]:
    """The lines of the checklist that apply: a line for clauses none of which applies does not either."""
    return [duty for duty in profile.duties if _is_wanted(duty, profile, meeting, proposal)]


def _is_wanted(duty: Duty, profile: Profile, meeting: Meeting, proposal: Proposal) -> bool:
    if not applies(duty.when, meeting, proposal):
        return False
    clauses = [clause for key in duty.clauses if (clause := profile.clause(key)) is not None]
    return not clauses or any(applies(clause.when, meeting, proposal) for clause in clauses)


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
    return requirement if applies(requirement.when, meeting, proposal) else None
