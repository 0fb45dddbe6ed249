"""How questions were voted on, where the kind of meeting has votes."""

from dataclasses import asdict, dataclass

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings.kinds import kind_of
from portal.minutes.commands import line_in, take, touch
from portal.minutes.models import Minutes, MinutesLine, Vote


@dataclass(frozen=True, kw_only=True)
class Count:
    """What came of one vote. `is_adopted` is what the recorder says; None is as the figures have it."""

    question: str
    in_favour: int
    against: int
    abstained: int
    entitled: int
    quorum: int | None = None
    is_secret: bool = False
    is_adopted: bool | None = None
    names: str = ""

    @property
    def suggests(self) -> bool:
        """Whether the figures have it adopted: more for than against, and enough who could vote."""
        enough = self.quorum is None or self.entitled >= self.quorum
        return enough and self.in_favour > self.against


def note_vote(actor: Person, minutes: Minutes, line_id: int, count: Count) -> Vote:
    """Write down a vote on a line. Raises NotAllowed, or DomainError naming the field."""
    take(actor, minutes)
    if not kind_of(minutes.meeting).has_votes:
        raise DomainError(_("The minutes of this kind of meeting keep no votes."))
    line = line_in(minutes, line_id)
    vote = Vote(line=line)
    _fill(actor, vote, count)
    db.session.add(vote)
    _noted(actor, minutes, line, "minutes.vote_noted", vote)
    return vote


def correct_vote(actor: Person, minutes: Minutes, vote_id: int, count: Count) -> Vote:
    """Write it down otherwise. Raises what `note_vote` does."""
    take(actor, minutes)
    vote = vote_in(minutes, vote_id)
    _fill(actor, vote, count)
    _noted(actor, minutes, vote.line, "minutes.vote_corrected", vote)
    return vote


def strike_vote(actor: Person, minutes: Minutes, vote_id: int) -> None:
    """Take a vote off that was written down by mistake. Raises NotAllowed, or DomainError."""
    take(actor, minutes)
    vote = vote_in(minutes, vote_id)
    line = vote.line
    line.votes.remove(vote)
    _noted(actor, minutes, line, "minutes.vote_struck", vote)


def vote_in(minutes: Minutes, vote_id: int) -> Vote:
    """One vote of these minutes; raises Missing if there is none."""
    vote = db.session.get(Vote, vote_id)
    if vote is None or vote.line.minutes_id != minutes.id:
        raise Missing(_("There is no such vote any more."))
    return vote


def _fill(actor: Person, vote: Vote, count: Count) -> None:
    if count.in_favour + count.against + count.abstained > count.entitled:
        raise DomainError(_("More votes than people who have one."), "entitled")
    if count.is_secret and count.names:
        raise DomainError(_("Of a secret vote no names are kept."), "names")
    for name, value in asdict(count).items():
        setattr(vote, name, value)
    vote.is_adopted = count.suggests if count.is_adopted is None else count.is_adopted
    vote.noted_by, vote.noted_at = actor, clock.now()


def _noted(actor: Person, minutes: Minutes, line: MinutesLine, action: str, vote: Vote) -> None:
    touch(actor, line)
    db.session.flush()
    record(
        actor, action, minutes, line=line.title, question=vote.question, in_favour=vote.in_favour,
        against=vote.against, abstained=vote.abstained, adopted=vote.is_adopted,
    )
