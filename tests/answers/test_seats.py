"""Capacity and waiting list: first come, first served, and never one too many."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import Person
from portal.answers import commands
from portal.core import clock
from portal.core.db import db
from portal.meetings.changing import changed, lock
from portal.meetings.models import Answer, Meeting, Part
from portal.meetings.people import change_part, uninvite
from tests.answers.conftest import answers_in, part_of
from tests.conftest import NOW, at

ACCEPTED, WAITING, DECLINED = Answer.ACCEPTED, Answer.WAITING, Answer.DECLINED


def give(person, meeting, minutes, answer=ACCEPTED):
    with clock.standing_at(NOW + timedelta(minutes=minutes)):
        commands.answer(person, meeting, answer)


def test_who_comes_too_late_waits_and_moves_up(meet, staff, alice, helen, told):
    ann, ben, cat, dan, *_ = staff
    meeting = meet(ann, ben, cat, dan, helen, capacity=1, parts={helen: Part.CHAIR})
    # In another order than that of their ids; the chair needs no seat.
    for minute, person in enumerate((helen, dan, cat, ben, ann)):
        give(person, meeting, minute)
    give(cat, meeting, 9)
    assert answers_in(meeting) == {"Ann": WAITING, "Ben": WAITING, "Cat": WAITING, "Dan": ACCEPTED, "Helen": ACCEPTED}
    give(dan, meeting, 10, DECLINED)
    assert (part_of(cat, meeting).answer, told("meeting.moved_up")) == (ACCEPTED, ["Cat"])
    uninvite(alice, meeting, part_of(cat, meeting))
    assert part_of(ben, meeting).answer == ACCEPTED
    change_part(alice, meeting, part_of(ben, meeting), Part.STAFF)
    assert told("meeting.moved_up") == ["Cat", "Ben", "Ann"]
    assert answers_in(meeting) == {"Ann": ACCEPTED, "Ben": ACCEPTED, "Dan": DECLINED, "Helen": ACCEPTED}


def test_more_seats_let_as_many_move_up_and_fewer_put_nobody_out(meet, staff, told):
    meeting = meet(*staff, capacity=2)
    for minute, person in enumerate(staff):
        give(person, meeting, minute)
    meeting.capacity = 4
    changed(meeting)
    assert told("meeting.moved_up") == ["Cat", "Dan"]
    meeting.capacity = 1
    changed(meeting)
    give(staff[0], meeting, 20, DECLINED)
    assert list(answers_in(meeting).values()) == [DECLINED, ACCEPTED, ACCEPTED, ACCEPTED, WAITING, WAITING]
    with clock.standing_at(at(16, days=1)):
        meeting.capacity = None
        changed(meeting)
    assert told("meeting.moved_up") == ["Cat", "Dan"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([ACCEPTED, DECLINED, "seats"])), max_size=14))
def test_whatever_happens_no_seat_is_taken_twice_and_the_line_is_kept(meet, staff, steps):
    meeting, line, taken, seats = meet(*staff, capacity=2), [], set(), 2
    for minute, (number, deed) in enumerate(steps):
        person = staff[number]
        if deed == "seats":
            seats = meeting.capacity = number + 1
            changed(meeting)
        else:
            give(person, meeting, minute, deed)
        if deed == ACCEPTED and person not in taken and person not in line:
            line.append(person)
        elif deed == DECLINED:
            taken.discard(person)
            line = [one for one in line if one != person]
        while line and len(taken) < seats:
            taken.add(line.pop(0))
        now = answers_in(meeting)
        assert {name for name, answer in now.items() if answer == ACCEPTED} == {one.name for one in taken}
        assert {name for name, answer in now.items() if answer == WAITING} == {one.name for one in line}
    db.session.rollback()


def at_once(app, *deeds):
    """Do these at the same moment, each in a thread and a session of its own."""
    db.session.commit()
    start = threading.Barrier(len(deeds), timeout=30)

    def do(deed):
        with app.app_context():
            start.wait()
            try:
                deed()
                db.session.commit()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(deeds)) as pool:
        contexts = [copy_context() for _ in deeds]
        list(pool.map(lambda pair: pair[0].run(do, pair[1]), zip(contexts, deeds, strict=True)))
    db.session.expire_all()


def answering(person, meeting, answer):
    ids = person.id, meeting.id

    def deed():
        actor, found = db.session.get_one(Person, ids[0]), db.session.get_one(Meeting, ids[1])
        # As a page does that has shown its people: what was read before the lock is old.
        assert found.attendees
        commands.answer(actor, found, answer)

    return deed


def test_of_two_who_take_the_last_seat_at_once_one_waits(app, meet, staff):
    for _round in range(4):
        meeting = meet(*staff, capacity=2)
        give(staff[0], meeting, 0)
        at_once(app, *[answering(person, meeting, ACCEPTED) for person in staff[1:3]])
        assert sorted(answers_in(meeting).values()) == sorted([ACCEPTED, ACCEPTED, WAITING, *[Answer.NONE] * 3])
        lock(meeting)
        db.session.commit()
        at_once(app, answering(staff[0], meeting, DECLINED), answering(staff[3], meeting, ACCEPTED))
        now = list(answers_in(meeting).values())
        assert (now[0], now.count(ACCEPTED), now.count(WAITING)) == (DECLINED, 2, 1)
        assert now[1] == now[2] == ACCEPTED
