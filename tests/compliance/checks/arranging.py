"""Steps that bring a meeting to where a check finds it kept."""

from collections.abc import Callable

from portal.accounts.models import Person
from portal.approvals.models import ApprovalCase, State
from portal.audit.commands import record
from portal.core import clock, files
from portal.core.db import db
from portal.invitations.models import EligibilityRule, MeetingNotice, Trait
from portal.meetings.models import Answer, Attendee, Meeting, Need, NeedKind, Part
from portal.notifications.models import OutgoingMail
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting
from portal.printing.models import Seat, SeatPlan, Shape
from portal.readiness.models import Condition, Form, ReadinessCheck
from portal.readiness.needs import make_tasks
from portal.registration.models import Decision, Registrant, Registration
from portal.rooms.models import Equipment, Hold, Vehicle
from portal.tasks.models import Task, TaskProof
from tests.compliance.checks.world import REVIEWS, World
from tests.conftest import at

Step = Callable[[World], object]
ROUTE = (REVIEWS, ("leading_group",))


def nothing(world: World) -> None:
    """As the meeting was made."""


def all_of(*steps: Step) -> Step:
    def do(world: World) -> None:
        for step in steps:
            step(world)
    return do


def people(world: World) -> None:
    """A chair, a recorder and one more, who all come."""
    for person, part in ((world.oscar, Part.CHAIR), (world.rosa, Part.RECORDER), (world.tom, Part.REQUIRED)):
        person.post, person.department = "Clerk", world.works
        world.come(person, part, answer=Answer.ACCEPTED, answered_at=clock.now())


def whole_proposal(world: World) -> None:
    world.propose(theme="Halls", size=3, circle="Works", publicity="None", venue_reason="Near", site_risk="Stairs",
                  people_risk="Few", information_risk="None")
    world.budget()
    world.line()
    world.meeting.purpose, world.meeting.outcome = "Why", "What"


def by_office(world: World) -> None:
    world.seat(world.oscar, "foreign_office")


def approved(world: World, amount: int = 0) -> None:
    world.case(*ROUTE, amount=amount)


def plan_entry(world: World) -> None:
    plan = AnnualPlan(year=2026, opened_at=clock.now(), opened_by=world.oscar)
    entry = PlanEntry(plan=plan, department=world.works, theme="Halls", planned_on=at(0).date(),
                      entered_by=world.oscar, entered_at=clock.now(), changed_at=clock.now())
    world.keep(PlannedMeeting(meeting=world.meeting, entry=entry))


def needy(world: World) -> None:
    world.keep(Need(attendee_id=world.come().id, kind=NeedKind.DIET))


def met_need(world: World) -> None:
    """The portal makes a task of each need; somebody does them."""
    world.under("agency")
    make_tasks(world.oscar, world.meeting)
    finish_tasks(world)


def sign_ready(world: World) -> None:
    world.keep(ReadinessCheck(meeting=world.meeting, at=clock.now(), by=world.oscar, shown=[]))


def register(needs_vetting: bool = True) -> Step:
    fields = [{"key": key, "label": label, "required": True, "kind": "line", "choices": [], "removed": False}
              for key, label in (("a", "Background of your unit"), ("b", "参会目的"))]
    return lambda world: world.keep(Registration(
        meeting=world.meeting, key=f"k{world.meeting.id}", fields=fields, needs_vetting=needs_vetting,
        opened_at=clock.now()))


def registrant(**values: object) -> Step:
    return lambda world: world.keep(Registrant(
        meeting_id=world.meeting.id, confirmed_at=clock.now(), registered_at=clock.now(),
        **{"name": "Gwen", "email": "g@example.org", "locale": "en", "values": {"a": "Port", "b": "Talk"}, **values},
    ))


def fill_in(world: World) -> None:
    db.session.query(Registrant).one().values = {"a": "Port", "b": "Talk"}


def decide(world: World) -> None:
    one = db.session.query(Registrant).one()
    one.decision, one.decided_at, one.decided_by_id = Decision.ACCEPTED, clock.now(), world.oscar.id


def seats(world: World) -> None:
    plan = world.keep(SeatPlan(meeting=world.meeting, shape=Shape.ROWS, rows=2, columns=2, changed_at=clock.now()))
    world.keep(Seat(attendee_id=world.come().id, meeting_id=plan.meeting_id, place=0))


def mail_of(world: World, **state: object) -> None:
    notice = world.told("meeting.moved", "meeting", world.meeting.id)
    world.keep(OutgoingMail(notice=notice, address="t@example.org", message_id=f"m{notice.id}", due_at=clock.now(),
                            **state))


def stored(world: World) -> None:
    world.paper(content_hash=files.keep(b"plan"), size=4)


def last_case(world: World) -> ApprovalCase:
    return db.session.query(ApprovalCase).order_by(ApprovalCase.id.desc()).first()  # type: ignore[return-value]


def lapse(world: World) -> None:
    case = last_case(world)
    case.state, case.ended_at, case.lapse_words = State.LAPSED, clock.now(), "The budget grew"


def later(world: World) -> Meeting:
    """A second meeting of the kind, after the first one was announced."""
    world.announce()
    return world.meet(11)


def with_posts(world: World) -> None:
    world.tom.post, world.tom.department = "Clerk", world.works


def rule(world: World, *posts: str) -> EligibilityRule:
    return world.keep(EligibilityRule(meeting_id=world.meeting.id, trait=Trait.POST, values=list(posts), reason="So"))


def small(world: World, capacity: int) -> None:
    world.meeting.booking.room.capacity = capacity  # type: ignore[union-attr]


def equip(world: World) -> None:
    world.meeting.booking.room.features = "audio, Wi-Fi, 投影"  # type: ignore[union-attr]


def carry(kind: type[Vehicle] | type[Equipment], until: int) -> Step:
    """Hold something with the room, from nine until that hour."""
    def do(world: World) -> None:
        booking = world.meeting.booking
        assert booking is not None
        extra = kind(name=f"Extra {until}", area=booking.room.area)
        world.keep(Hold(booking=booking, resource=extra, starts_at=at(9), ends_at=at(until)))
        db.session.expire(booking, ["holds"])
    return do


def answer_all(world: World) -> None:
    for one in db.session.query(Attendee):
        one.answer, one.answered_at = Answer.ACCEPTED, clock.now()


def own_words(world: World, body: str) -> None:
    notice = db.session.get(MeetingNotice, world.meeting.id) or MeetingNotice(
        meeting=world.meeting, layout="english", subject="Come", changed_at=clock.now(), changed_by_id=world.oscar.id)
    notice.body = body
    world.keep(notice)


def send_all(world: World) -> None:
    for mail in db.session.query(OutgoingMail):
        mail.sent_at = clock.now()


def prove(world: World) -> None:
    world.keep(TaskProof(task=db.session.query(Task).one(), words="Seen", by_id=world.tom.id, at=clock.now()))


def sign_task(world: World) -> None:
    world.keep(TaskProof(task=db.session.query(Task).one(), by_id=world.tom.id, at=clock.now(),
                         signed_by_id=world.rosa.id, signed_at=clock.now()))


def finish_tasks(world: World) -> None:
    for task in db.session.query(Task):
        task.done_at, task.done_by_id = clock.now(), world.tom.id
        world.keep(TaskProof(task=task, words="Seen", by_id=world.tom.id, at=clock.now()))


def own_tasks(world: World) -> None:
    for task in db.session.query(Task):
        task.owner = world.tom


def faulty(world: World) -> None:
    """Both forms are signed; on one of them something was faulty, and has its task."""
    world.form(Form.VENUE_ACCEPTANCE)
    mending = world.task(words="Call the provider")
    world.form(Form.EQUIPMENT_TEST, Condition.FAULTY, keys=("sound",), task_id=mending.id)


def log(action: str, *, actor: Person | None = None) -> Step:
    return lambda world: record(actor or world.oscar, action, world.meeting)
