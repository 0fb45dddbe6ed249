"""The search for a free time, with what rooms need before and after, held against trying every minute."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rooms.availability import Steps, first_start
from portal.rooms.candidates import Held
from portal.rooms.models import Room
from portal.rooms.nearby import Need, Search
from tests.conftest import SHANGHAI, at

MINUTE = timedelta(minutes=1)
FIVE = 5 * MINUTE
# A day in units of five minutes: dense enough that spans touch.
UNITS = 288


def moment(unit):
    return at(0) + unit * FIVE


spans = st.tuples(st.integers(0, UNITS), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def widened(room, span):
    """What `candidates.held` makes of what a room holds."""
    first, last = moment(span[0]), moment(span[1])
    return first - room.cleanup_minutes * MINUTE, last + room.setup_minutes * MINUTE


def by_trying(room, taken, length, earliest, until):
    """The first of every five minutes at which the room, with what goes before and after, meets nothing held."""
    start = earliest
    while start + length <= until:
        first, last = room.kept_from(start), room.kept_until(start + length)
        if not any(moment(one[0]) < last and first < moment(one[1]) for one in taken):
            return start
        start += FIVE
    return None


pauses = st.sampled_from([0, 5, 15, 30])


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(taken=st.lists(spans, max_size=12), before=pauses, after=pauses, length=st.integers(1, 24),
       earliest=st.integers(0, UNITS))
def test_a_padded_room_is_offered_the_first_time_that_trying_finds(taken, before, after, length, earliest):
    room = Room(setup_minutes=before, cleanup_minutes=after)
    held = sorted(widened(room, one) for one in taken)
    found = first_start(held, [], moment(earliest), length * FIVE, moment(UNITS))
    assert found == by_trying(room, taken, length * FIVE, moment(earliest), moment(UNITS))


@st.composite
def searches(draw):
    """Up to two things of which some units are wanted, hours at which it is closed, and where starts lie."""
    needs = []
    for _ in range(draw(st.integers(1, 2))):
        quantity = draw(st.integers(1, 3))
        units = draw(st.lists(st.tuples(st.integers(0, quantity - 1), spans), max_size=8))
        held = [Held(unit, moment(first), moment(last), 1) for unit, (first, last) in units]
        needs.append(Need(draw(st.integers(1, quantity)), quantity, held))
    closed = [(moment(first), moment(last)) for first, last in draw(st.lists(spans, max_size=2))]
    steps = Steps(draw(st.sampled_from([5, 15, 30])), SHANGHAI)
    length = draw(st.sampled_from([2, 3, 6, 12])) * FIVE
    return Search(needs, closed, length, at(0), moment(UNITS), steps, lambda start, end: True)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(search=searches(), wanted=st.integers(0, UNITS))
def test_the_nearest_free_times_are_those_that_trying_every_step_finds(search, wanted):
    wanted = search.steps.up(moment(wanted))
    if search.fits(wanted):
        return
    every = [moment(unit) for unit in range(UNITS) if search.steps.up(moment(unit)) == moment(unit)]
    fitting = [start for start in every if search.fits(start)]
    assert search.before(wanted) == max((start for start in fitting if start < wanted), default=None)
    assert search.after(wanted) == min((start for start in fitting if start > wanted), default=None)
