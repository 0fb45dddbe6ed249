"""Lines with minutes, presenters and papers, a meeting that runs, and topics that departments propose."""

from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import Person
from portal.agenda import lines, papers, running, topics
from portal.agenda.typed import Line
from portal.core import clock
from portal.core.db import db
from portal.core.uploads import Upload
from portal.demo.people import Staff
from portal.demo.words import Words
from portal.meetings.models import AgendaItem, ItemKind, Meeting, Phase

KINDS = (ItemKind.REPORT, ItemKind.DISCUSSION, ItemKind.DECISION)
# In minutes; what is left of the meeting stays free.
LENGTHS = (15, 20, 25, 10)
PREPARED = timedelta(minutes=30)


def fill_agendas(words: Words, staff: Staff) -> None:
    """Plan each meeting, give papers to those ahead, let the running one run, and propose topics."""
    planned = db.session.scalars(select(Meeting).where(Meeting.cancelled_at.is_(None)).order_by(Meeting.id)).all()
    for place, meeting in enumerate(planned):
        with clock.standing_at(min(meeting.created_at + PREPARED, clock.now())):
            if meeting.submitted_at is None:
                plan_lines(meeting, words.outsider if place % 4 == 1 else "")
            if meeting.agenda and place % 2 == 0:
                _give_papers(meeting, words, meeting.agenda[0])
        if meeting.agenda and meeting.phase(clock.now()) == Phase.RUNNING:
            _run(meeting)
    _propose(words, staff)


def plan_lines(meeting: Meeting, outsider: str = "") -> None:
    """Give the lines minutes and presenters; before it is approved, for that is approved too."""
    speakers = [attendee.person.login for attendee in meeting.attendees[1:] if attendee.person]
    for number, item in enumerate(list(meeting.agenda)):
        presenter = f"· {speakers[number % len(speakers)]}" if speakers else ""
        if outsider and number == 1:
            presenter = outsider
        line = Line(item.title, KINDS[number % 3], LENGTHS[number % 4], presenter)
        lines.change_line(meeting.organizer, meeting, item.id, line)


def _give_papers(meeting: Meeting, words: Words, item: AgendaItem) -> None:
    (title, text), (of_all, said), *_more = words.papers
    first = papers.add_paper(meeting.organizer, meeting, _text(title, text), item_id=item.id)
    papers.replace_paper(meeting.organizer, first, _text(title, f"{text}\n{said}"))
    papers.add_paper(meeting.organizer, meeting, _text(of_all, said), goes_with_notice=True)


def _text(title: str, text: str) -> Upload:
    return Upload(f"{title}.txt", f"{title}\n\n{text}\n".encode())


def _run(meeting: Meeting) -> None:
    """The first line took as long as it may, and the second is on."""
    now = clock.now()
    with clock.standing_at(meeting.starts_at):
        course = running.next_line(meeting.organizer, meeting, current=None)
    assert course.current is not None, "it has lines"
    with clock.standing_at(max(meeting.starts_at, now - timedelta(minutes=4))):
        running.next_line(meeting.organizer, meeting, current=course.current.id)


def _propose(words: Words, staff: Staff) -> None:
    """Each of another department; what the office said of one that it declined stands with it."""
    office = staff.known_as("office")
    for number, said in enumerate(words.topics):
        person: Person = staff.departments[(number + 2) % len(staff.departments)][1][2]
        line = Line(said.title, KINDS[(number + 1) % 3], LENGTHS[number % 4])
        with clock.standing_at(clock.now() - timedelta(hours=5 * (number + 1))):
            topic = topics.propose(person, line, reason=said.reason)
        if said.declined:
            topics.decline(office, topic, said.declined)
