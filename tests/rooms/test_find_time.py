"""Times for people, rooms and equipment, held against trying every slot."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rooms.find_time import MOST, STEP, Place, Question, Slot, Stock, best_slots, steps_of
from portal.rooms.models import Room
from tests.conftest import at

STEPS = 24
sets_of_steps = st.integers(0, 2**STEPS - 1).map(lambda bits: bits & bits >> 1)


@st.composite
def questions(draw):
    rooms = [Room(id=number, name=f"R{number}") for number in range(draw(st.integers(0, 3)))]
    refused = draw(st.integers(0, STEPS))
    places = [
        Place(room, draw(sets_of_steps), draw(sets_of_steps) | 0xFF0,
              lambda start, end: start != at(0) + refused * STEP)
        for room in rooms
    ]
    stocks = []
    for _ in range(draw(st.integers(0, 2))):
        units = draw(st.lists(sets_of_steps, min_size=1, max_size=3))
        stocks.append(Stock(draw(st.integers(1, len(units))), units))
    return Question(
        at(0), STEPS, draw(st.integers(1, 6)), draw(st.lists(sets_of_steps, max_size=2)),
        dict(enumerate(draw(st.lists(sets_of_steps, max_size=3)))), draw(sets_of_steps) | 0xFF00,
        draw(st.sampled_from([places, None])), stocks,
    )


def by_trying(question):
    """The slots as the words say it: every start in turn, every step of it for everybody."""
    found = []
    for start in range(STEPS - question.length + 1):
        steps = range(start, start + question.length)

        def free(held, steps=steps):
            return not any(held >> step & 1 for step in steps)

        enough = all(sum(map(free, stock.units)) >= stock.wanted for stock in question.stocks)
        if not enough or not all(map(free, question.required)):
            continue
        starts_at = question.begins_at + start * STEP
        ends_at = starts_at + question.length * STEP
        busy = [person for person, held in question.optional.items() if not free(held)]
        if question.places is None:
            if free(~question.hours):
                found.append(Slot(starts_at, ends_at, None, busy))
            continue
        rooms = [
            place.room for place in question.places
            if free(place.held) and free(~place.hours) and place.permits(starts_at, ends_at)
        ]
        found += [Slot(starts_at, ends_at, rooms[0], busy)] if rooms else []
    chosen = []
    for slot in sorted(found, key=lambda slot: (len(slot.busy), slot.starts_at)):
        if all(slot.ends_at <= other.starts_at or other.ends_at <= slot.starts_at for other in chosen):
            chosen.append(slot)
    return chosen[:MOST]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(question=questions())
def test_the_slots_are_those_that_trying_every_one_finds(question):
    assert best_slots(question) == by_trying(question)


def test_a_span_is_the_steps_that_it_touches():
    minute = timedelta(minutes=1)
    assert steps_of([(at(0, 15), at(0, 45))], at(0), 8) == 0b110
    assert steps_of([(at(0, 14), at(0, 45) + minute)], at(0), 8) == 0b1111
    assert steps_of([(at(23, days=-1), at(0, 15)), (at(1, 45), at(9))], at(0), 8) == 0b10000001
    assert steps_of([(at(3), at(4)), (at(22, days=-1), at(23, days=-1))], at(0), 8) == 0
