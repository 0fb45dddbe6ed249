"""What a proposal still lacks before it may be submitted, each with the clause that asks for it."""

from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.meetings.models import Meeting
from portal.proposals.conditions import applies
from portal.proposals.models import Heading, Proposal
from portal.proposals.names import FIELDS, HEADINGS
from portal.regulations.profiles import Clause, FieldRule, Profile

LESSONS_CHECK = "proposal.lessons_acknowledged"


class Asked(NamedTuple):
    """A field that the profile asks for, by which clause, and whether it is said."""

    name: str
    clause: Clause | None
    is_said: bool
    unsaid: tuple[Heading, ...] = ()

    @property
    def words(self) -> str:
        """What is asked for, and by which clause, in one line."""
        name = str(FIELDS.get(self.name, self.name))
        if self.unsaid and len(self.unsaid) < len(Heading):
            name = f"{name}: {', '.join(str(HEADINGS[heading]) for heading in self.unsaid)}"
        return f"{name} ({self.clause.id})" if self.clause else name


def asked_of(meeting: Meeting, proposal: Proposal, profile: Profile, *, has_lessons: bool) -> list[Asked]:
    """Every field that the profile asks this meeting's proposal for, in the profile's order."""
    rules = [rule for rule in profile.fields if applies(rule.when, meeting, proposal)]
    learns = clause_with(profile, LESSONS_CHECK)
    if has_lessons and learns is not None and all(rule.name != "lessons" for rule in rules):
        rules.append(FieldRule("lessons", learns.id))
    return [_asked(rule, meeting, proposal, profile) for rule in rules]


def _asked(rule: FieldRule, meeting: Meeting, proposal: Proposal, profile: Profile) -> Asked:
    unsaid = unsaid_headings(proposal) if rule.name == "budget" else ()
    is_said = not unsaid if rule.name == "budget" else is_said_of(rule.name, meeting, proposal)
    return Asked(rule.name, profile.clause(rule.clause), is_said, unsaid)


def clause_with(profile: Profile, check: str) -> Clause | None:
    """The first clause of the profile that the check of that name looks after."""
    return next((clause for clause in profile.clauses if clause.check == check), None)


def unsaid_headings(proposal: Proposal) -> tuple[Heading, ...]:
    """The headings that have neither an amount nor a nil."""
    said = {line.heading for line in proposal.budget}
    return tuple(heading for heading in Heading if heading not in said)


def is_said_of(name: str, meeting: Meeting, proposal: Proposal) -> bool:
    """Whether the meeting or its proposal says anything under that name."""
    if name == "time":
        return meeting.postponed_at is None
    if name == "place":
        return bool(meeting.location)
    if name == "agenda":
        return bool(meeting.agenda)
    if name in {"purpose", "outcome"}:
        return bool(getattr(meeting, name).strip())
    return bool(getattr(proposal, name, None))


def words_of(lacks: list[Asked]) -> str:
    """The refusal to submit what lacks something."""
    return _("Before it is submitted it has to say: %(what)s.", what="; ".join(lack.words for lack in lacks))
