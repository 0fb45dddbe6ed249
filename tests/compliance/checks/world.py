"""A meeting under a regulation that a test brings, record by record, to where a check finds it kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from portal.accounts.models import Department, Person
from portal.agenda.models import Paper
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, Rule, State, Verdict
from portal.approvals.snapshots import digest_of
from portal.attendance.models import CheckIn, Way
from portal.bodies.models import Body, Membership
from portal.bodies.models import Part as Seat
from portal.core import clock
from portal.core.db import db
from portal.inspections.models import Finding, Inspection, Scope
from portal.meetings import commands as meetings
from portal.meetings.models import AgendaItem, Attendee, Guest, ItemKind, Meeting, MeetingKind, Part
from portal.minutes.models import Minutes, MinutesLine, MinutesVersion, Why
from portal.notifications.models import Notice
from portal.proposals.models import BudgetLine, Heading, Proposal
from portal.readiness.models import Condition, Form, Sheet, SheetLine
from portal.resolutions.models import Event, Node, Origin, Resolution, Step
from portal.tasks.models import Task
from tests.conftest import at

DAY = timedelta(days=1)
REVIEWS = ("review_hr", "review_finance", "review_security", "review_it", "review_publicity")


class World:
    """Oscar's meeting today from nine to ten in E101; it is eight."""

    def __init__(self, oscar: Person, rosa: Person, tom: Person, works: Department, book: Callable[..., Any]) -> None:
        self.oscar, self.rosa, self.tom, self.works, self.book = oscar, rosa, tom, works, book
        self.numbers = count(1)
        self.meeting = self.meet()

    def keep(self, record: Any) -> Any:
        db.session.add(record)
        db.session.flush()
        return record

    def meet(self, hour: int = 9, **values: Any) -> Meeting:
        booking = self.book(actor=self.oscar, starts_at=at(hour), ends_at=at(hour + 1))
        booking.people = 4
        meeting = meetings.make_meeting(self.oscar, booking, subject="Hall review")
        meeting.department_id = self.works.id
        known = db.session.query(MeetingKind).one_or_none()
        meeting.kind = known or MeetingKind(name="Foreign", prefix="F", profile="foreign")
        for name, value in values.items():
            setattr(meeting, name, value)
        db.session.flush()
        return meeting

    def under(self, profile: str) -> None:
        self.meeting.kind.profile = profile  # type: ignore[union-attr]

    # --- The meeting and its people ---

    def announce(self, when: datetime | None = None) -> None:
        when = when or clock.now()
        self.meeting.number, self.meeting.announced_at = f"F-{next(self.numbers)}", when
        for one in db.session.query(Attendee).filter_by(meeting_id=self.meeting.id):
            one.invited_at = when
        db.session.flush()

    def past(self, days: int = 1) -> None:
        """The meeting was so many days ago, and was told of two weeks before that."""
        back = timedelta(days=days)
        self.meeting.starts_at, self.meeting.ends_at = at(9) - back, at(10) - back
        if self.meeting.announced_at is None:
            self.announce(at(9) - back - 14 * DAY)

    def come(self, person: Person | None = None, part: Part = Part.REQUIRED, **values: Any) -> Attendee:
        return self.keep(Attendee(meeting_id=self.meeting.id, person=person or self.tom, part=part, **values))

    def guest(self, **values: Any) -> Attendee:
        guest = Guest(name="Gwen", unit="Port", post="Pilot", email="gwen@example.org", locale="en")
        return self.keep(Attendee(meeting_id=self.meeting.id, guest=guest, **values))

    def line(self, kind: ItemKind = ItemKind.DISCUSSION, **values: Any) -> AgendaItem:
        return self.keep(AgendaItem(meeting_id=self.meeting.id, position=next(self.numbers), title="The hall",
                                    kind=kind, **values))

    def mark(self, attendee: Attendee, way: Way = Way.DESK, **values: Any) -> CheckIn:
        return self.keep(CheckIn(attendee_id=attendee.id, arrived_at=self.meeting.starts_at, way=way,
                                 by_id=self.oscar.id, marked_at=self.meeting.starts_at, **values))

    def paper(self, **values: Any) -> Paper:
        usual = {"title": "Plan", "content_hash": "0" * 64, "file_name": "plan.txt", "media_type": "text/plain",
                 "size": 4}
        return self.keep(Paper(meeting_id=self.meeting.id, added_by=self.oscar, added_at=clock.now(),
                               **{**usual, **values}))

    def told(self, kind: str, record_kind: str, record_id: int, **values: Any) -> Notice:
        return self.keep(Notice(recipient_id=self.tom.id, kind=kind, record_kind=record_kind, record_id=record_id,
                                subject="News", body="News", created_at=clock.now(), **values))

    # --- Proposal, bodies and approval ---

    def propose(self, **values: Any) -> Proposal:
        found = db.session.get(Proposal, self.meeting.id) or self.keep(
            Proposal(meeting_id=self.meeting.id, changed_at=clock.now(), changed_by_id=self.oscar.id))
        for name, value in values.items():
            setattr(found, name, value)
        db.session.flush()
        return found

    def budget(self, amount: int = 0, *headings: Heading) -> None:
        proposal = self.propose()
        proposal.budget = [BudgetLine(heading=one, amount=Decimal(amount)) for one in headings or Heading]
        db.session.flush()

    def seat(self, person: Person, key: str, part: Seat = Seat.MEMBER) -> None:
        body = db.session.query(Body).filter_by(key=key).one_or_none() or Body(key=key, created_at=clock.now())
        self.keep(Membership(body=body, person_id=person.id, part=part, starts_on=at(0, days=-30).date()))

    def case(self, *steps: tuple[str, ...], amount: int = 0, by: Person | None = None,
             agreed: bool = True) -> ApprovalCase:
        """A case whose steps are seats of bodies, agreed by people of their own."""
        rows = [[{"term": f"budget.{one}"}, {"money": f"{amount}.00"}, ""] for one in Heading]
        snapshot = {"title": "Hall review", "facts": [["budget", {"table": rows}]]}
        earlier = db.session.query(ApprovalCase).filter_by(record_id=self.meeting.id).count()
        case = self.keep(ApprovalCase(
            record_kind="meeting", record_id=self.meeting.id, round=earlier + 1, reason="again" if earlier else "",
            snapshot=snapshot, digest=digest_of(snapshot), submitted_by=by or self.oscar, submitted_at=clock.now(),
        ))
        for position, keys in enumerate(steps, 1):
            step = self.keep(ApprovalStep(case_id=case.id, position=position, names={"en": "Step"}, rule=Rule.ALL,
                                          opened_at=clock.now()))
            step.seats = [ApprovalSeat(case_id=case.id, holder="body", key=key) for key in keys]
        db.session.flush()
        db.session.refresh(case)
        if agreed:
            self.agree(case)
        return case

    def agree(self, case: ApprovalCase) -> None:
        """Everybody agrees with words, each seat by somebody of its body."""
        for step in case.steps:
            for seat in step.seats:
                seat.decided_by = self._member(seat.key)
                seat.verdict, seat.comment, seat.decided_at = Verdict.AGREED, "Fine.", clock.now()
            db.session.flush()
            step.passed_at = clock.now()
            db.session.flush()
        case.state, case.ended_at = State.EFFECTIVE, clock.now()
        db.session.flush()

    def _member(self, key: str) -> Person:
        name = f"{key}-{next(self.numbers)}"
        person = self.keep(Person(login=name, name=name, email=f"{name}@example.org", created_at=clock.now()))
        self.seat(person, key)
        return person

    # --- Tasks and forms ---

    def task(self, *clauses: str, **values: Any) -> Task:
        usual = {"titles": {"en": "Help"}, "owner_id": self.tom.id, "department_id": self.works.id,
                 "due_at": at(9), "created_at": clock.now()}
        return self.keep(Task(record_kind="meeting", record_id=self.meeting.id, clauses=list(clauses),
                              **{**usual, **values}))

    def done(self) -> dict[str, Any]:
        return {"done_at": clock.now(), "done_by_id": self.tom.id}

    def form(self, form: Form, condition: Condition = Condition.OK, keys: tuple[str, ...] = (), **values: Any) -> Sheet:
        """Sign a form on which these items were found so."""
        sheet = self.keep(Sheet(meeting_id=self.meeting.id, form=form, opened_at=clock.now(), opened_by_id=self.tom.id))
        for position, key in enumerate(keys or ITEMS, 1):
            self.keep(SheetLine(sheet=sheet, position=position, key=key, titles={"en": key}, condition=condition,
                                words="Broken", **values))
        sheet.signed_at, sheet.signed_by_id = clock.now(), self.tom.id
        db.session.flush()
        return sheet

    # --- Minutes and what follows ---

    def minute(self, final: bool = True, **words: str) -> Minutes:
        """Minutes of one line; final, with the version that was frozen then."""
        found = db.session.query(Minutes).filter_by(meeting_id=self.meeting.id).one_or_none()
        if found is None:
            found = self.keep(Minutes(
                meeting_id=self.meeting.id, changed_by_id=self.rosa.id, changed_at=clock.now(),
                opened_by_id=self.rosa.id, opened_at=clock.now(),
            ))
        found.closing = words.pop("closing", found.closing)
        item = db.session.query(AgendaItem).filter_by(meeting_id=self.meeting.id).first()
        if words:
            self.keep(MinutesLine(minutes=found, agenda_item_id=item.id if item else None, position=1, title="Hall",
                                  changed_by_id=self.rosa.id, changed_at=clock.now(), **words))
        if final:
            found.submitted_at, found.submitted_by_id = clock.now(), self.rosa.id
            found.final_at, found.final_by_id, found.number = clock.now(), self.oscar.id, "MIN-1"
            self.keep(MinutesVersion(minutes_id=found.id, number=1, why=Why.FINAL, content={}, made_by_id=self.rosa.id,
                                     made_at=clock.now()))
        return found

    def resolve(self, **values: Any) -> Resolution:
        """Something was resolved, issued and is due in a week; with one step in its history."""
        number = next(self.numbers)
        usual = {
            "meeting_id": self.meeting.id, "origin": Origin.MEETING, "text": "Paint the hall", "node": Node.ISSUED,
            "department_id": self.works.id, "owner_id": self.tom.id, "due_on": at(0, days=7).date(),
            "created_by_id": self.oscar.id, "created_at": clock.now(), "changed_at": clock.now(),
            "issued_at": clock.now(), "uid": f"r-{number}", "number": f"JY-{number}",
        }
        values = {**usual, **values}
        made = self.keep(Resolution(original_due_on=values["due_on"], **values))
        self.keep(Step(resolution_id=made.id, event=Event.ISSUED, by_id=self.oscar.id, at=clock.now()))
        return made

    def closed(self, **values: Any) -> dict[str, Any]:
        """What a resolution holds that was reported, reviewed and closed."""
        now = clock.now()
        return {"node": Node.CLOSED, "percent": 100, "reported_at": now, "reviewed_at": now,
                "reviewed_by_id": self.oscar.id, "closed_at": now, "closed_by_id": self.oscar.id, **values}

    def inspect(self, scope: Scope = Scope.RUNNING, **values: Any) -> Inspection:
        usual = {"starts_on": at(0, days=-30).date(), "ends_on": at(0, days=1).date(), "due_on": at(0, days=9).date()}
        return self.keep(Inspection(
            number=f"INS-{next(self.numbers)}", title="Look", scope=scope, inspector_id=self.rosa.id,
            planned_by_id=self.rosa.id, planned_at=clock.now(), **{**usual, **values},
        ))

    def found(self, inspection: Inspection | None = None, **values: Any) -> Finding:
        return self.keep(Finding(
            inspection_id=(inspection or self.inspect()).id, meeting_id=self.meeting.id, department_id=self.works.id,
            words="No list", found_by_id=self.rosa.id, **{"found_at": clock.now(), **values},
        ))

    def measure(self, finding: Finding | None = None, **values: Any) -> Resolution:
        kind, number = ("finding", finding.id) if finding else ("meeting", self.meeting.id)
        return self.resolve(origin=Origin.IMPROVEMENT, meeting_id=None, source_kind=kind, source_id=number, **values)


ITEMS = ("projection", "sound", "microphones", "light", "network", "fire_equipment", "fire_drill_date", "exits",
         "barrier_free", "mobile_signal")
