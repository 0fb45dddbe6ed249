"""What is checked of a meeting that is held: agenda, attendance, minutes, resolutions, measures, who read what."""

import pytest

from portal.accounts.models import Department
from portal.attendance.models import AbsenceNote, Way
from portal.compliance.verdicts import State
from portal.core import clock
from portal.core.db import db
from portal.inspections.models import Finding
from portal.meetings.models import AgendaItem, Attendee, Confidentiality, ItemKind, Part
from portal.minutes.models import FileSort, Minutes, MinutesCopy, MinutesFile
from portal.resolutions.models import Node, ProgressReport, Resolution
from portal.supervision.models import CarryOver, Evaluation, Urging
from tests.compliance.checks.arranging import Step, all_of, finish_tasks, log, nothing, people
from tests.compliance.checks.conftest import judge
from tests.compliance.checks.world import World
from tests.conftest import at

OPEN, LATE, MET, NOT = State.OPEN, State.LATE, State.MET, State.NOT_APPLICABLE
PASSED = at(0, days=-3).date()


def held(world: World) -> None:
    """It was yesterday, with a chair, a recorder and one more."""
    people(world)
    world.past()


def time_lines(world: World) -> None:
    for line in db.session.query(AgendaItem):
        line.minutes, line.presenter = 10, world.tom
        line.started_at, line.ended_at = world.meeting.starts_at, world.meeting.ends_at


def marked(world: World) -> None:
    for one in db.session.query(Attendee):
        world.mark(one)


def absent(world: World) -> None:
    """All but the chair."""
    world.mark(db.session.query(Attendee).filter_by(part=Part.CHAIR).one())


def explained(world: World) -> None:
    for one in db.session.query(Attendee).filter(Attendee.part != Part.CHAIR):
        world.keep(AbsenceNote(
            attendee=one, reason="Ill", noted_at=clock.now(), noted_by=world.oscar, follow_up="Noted",
            followed_up_at=clock.now(), followed_up_by=world.oscar,
        ))


def copies(world: World) -> None:
    for one in db.session.query(Attendee):
        world.keep(MinutesCopy(minutes_id=db.session.query(Minutes).one().id, person_id=one.person_id,
                               sent_at=clock.now(), sent_by_id=world.rosa.id))


def recording(world: World) -> None:
    world.keep(MinutesFile(minutes_id=db.session.query(Minutes).one().id, sort=FileSort.RECORDING, title="Sound",
                           content_hash="0" * 64, file_name="a.mp3", media_type="audio/mpeg", size=1,
                           added_by=world.rosa, added_at=clock.now()))


def resolved(**values: object) -> Step:
    return all_of(held, World.minute, lambda world: world.resolve(**values))


def the_resolution() -> Resolution:
    return db.session.query(Resolution).order_by(Resolution.id.desc()).first()  # type: ignore[return-value]


def ended(**values: object) -> Step:
    """It was reported done, reviewed and closed."""
    def do(world: World) -> None:
        one = the_resolution()
        for name, value in {**world.closed(), **values}.items():
            setattr(one, name, value)
        db.session.flush()
    return do


def urged(world: World) -> None:
    world.keep(Urging(resolution=the_resolution(), letter="hand", by_id=world.oscar.id, at=clock.now()))


def reported(world: World) -> None:
    world.keep(ProgressReport(resolution=the_resolution(), reporter_id=world.tom.id, percent=50, done="Half",
                              reported_at=clock.now(), signed_at=clock.now(), signed_by_id=world.tom.id))


def evaluated(world: World) -> None:
    world.keep(Evaluation(resolution=the_resolution(), effect="full", words="Fine", by=world.oscar, at=clock.now()))


def assisted(world: World) -> None:
    the_resolution().assisting = [Department(name="Port")]


def left_by_the_one_before(world: World) -> None:
    """The meeting of nine left something open, and that of eleven follows it."""
    world.announce()
    world.resolve()
    world.meeting = world.meet(11)


def carried(world: World) -> None:
    world.keep(CarryOver(resolution=the_resolution(), meeting=world.meeting, by=world.oscar, at=clock.now()))


def copied_to_tom(world: World) -> None:
    """Tom, who had opened a paper, was given a copy of the minutes."""
    world.minute()
    world.keep(MinutesCopy(minutes_id=db.session.query(Minutes).one().id, person_id=world.tom.id,
                           sent_at=clock.now(), sent_by_id=world.rosa.id))


def read_by_a_stranger(world: World) -> None:
    world.meeting.confidentiality = Confidentiality.SECRET
    log("meeting.paper_read", actor=world.tom)(world)


def cause(world: World) -> None:
    finding = db.session.query(Finding).one()
    finding.cause = "Nobody looked"
    world.measure(finding)


# The check, how it first finds the meeting, what the meeting begins with, and what brings it to be kept.
CASES: list[tuple[str, State, Step, Step]] = [
    ("agenda.actual_times", OPEN, lambda w: w.line(), time_lines),
    ("agenda.actual_times", LATE, all_of(lambda w: w.line(), held), time_lines),
    ("agenda.discussion", OPEN, nothing, all_of(lambda w: w.line(), lambda w: w.minute(discussion="Much"))),
    ("agenda.speakers_timed", NOT, nothing, all_of(lambda w: w.line(ItemKind.REPORT), time_lines)),
    ("agenda.speakers_timed", LATE, all_of(lambda w: w.line(ItemKind.REPORT), held), time_lines),
    ("check_in.recorded", LATE, held, marked),
    ("check_in.recorded", OPEN, people, all_of(World.past, marked)),
    ("check_in.served_by", OPEN, nothing, all_of(lambda w: w.come(part=Part.STAFF, duty="Desk"), marked)),
    ("check_in.served_by", NOT, all_of(lambda w: w.past(), lambda w: w.mark(w.come(), Way.CODE)),
     lambda w: w.mark(w.come(w.rosa, Part.STAFF, duty="Desk"))),
    ("check_in.with_pack", LATE, held, all_of(marked, lambda w: w.task("HES-3.1"), finish_tasks)),
    ("attendance.figures", LATE, held, marked),
    ("attendance.cases_closed", OPEN, all_of(held, absent), explained),
    ("attendance.cases_closed", LATE, all_of(people, lambda w: w.past(20), absent), explained),
    ("minutes.authored", OPEN, people, World.minute),
    ("minutes.checked", OPEN, lambda w: w.minute(False), World.minute),
    ("minutes.checked", LATE, lambda w: w.past(40), World.minute),
    ("minutes.closing", OPEN, lambda w: w.minute(False), lambda w: w.minute(False, closing="Well")),
    ("minutes.handed_out", OPEN, all_of(held, World.minute), copies),
    ("minutes.recordings", OPEN, lambda w: w.minute(False), recording),
    ("minutes.recordings", LATE, World.minute, recording),
    ("minutes.required_content", OPEN, people, lambda w: w.minute(discussion="Much", conclusion="Paint it")),
    ("meeting.stages_in_order", OPEN, log("meeting.announced"), all_of(
        World.past, lambda w: setattr(w.meeting, "closed_at", clock.now()))),
    ("access.degree_kept", LATE, read_by_a_stranger, copied_to_tom),
    ("resolutions.owned", OPEN, all_of(held, lambda w: w.resolve(measure="Seen")), World.minute),
    ("resolutions.watched", OPEN, resolved(), ended()),
    ("resolutions.watched", LATE, resolved(due_on=PASSED), all_of(urged, ended())),
    ("resolutions.reported", OPEN, resolved(), reported),
    ("resolutions.reported", LATE, resolved(report_by=PASSED), all_of(reported, ended(report_by=None))),
    ("resolutions.state_told", OPEN, resolved(),
     lambda w: w.told("resolution.issued", "resolution", the_resolution().id)),
    ("resolutions.effect_evaluated", OPEN, resolved(), all_of(ended(), evaluated)),
    ("resolutions.effect_evaluated", LATE, all_of(resolved(), ended(evaluate_on=PASSED)), evaluated),
    ("resolutions.assisted", OPEN, all_of(resolved(), assisted),
     all_of(reported, lambda w: setattr(the_resolution(), "node", Node.WORKED_ON))),
    ("resolutions.carried_over", OPEN, left_by_the_one_before, carried),
    ("measures.sourced", OPEN, World.found, cause),
    ("measures.sourced", LATE, lambda w: w.found(found_at=at(9, days=-30)), cause),
    ("measures.closed_on_effect", OPEN, lambda w: w.measure(), all_of(ended(), evaluated)),
    ("measures.closed_on_effect", LATE, all_of(lambda w: w.measure(), ended(evaluate_on=PASSED)), evaluated),
    ("measures.effect_checked", NOT, lambda w: w.measure(), all_of(ended(), evaluated)),
    ("measures.effect_checked", LATE, all_of(lambda w: w.measure(), ended(evaluate_on=PASSED)), evaluated),
    ("inspections.recorded", OPEN, nothing, lambda w: w.inspect(held_at=clock.now(), verdict="Fine")),
    ("inspections.recorded", LATE, lambda w: w.inspect(due_on=PASSED),
     lambda w: w.inspect(held_at=clock.now(), verdict="Fine")),
]


@pytest.mark.parametrize(("check", "first", "begin", "mend"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_a_check_finds_what_is_missing_and_then_that_it_is_kept(
    world: World, check: str, first: State, begin: Step, mend: Step,
) -> None:
    judge(world, check, first, begin, mend)
