"""Publishing versions: what is asked, who is told, what holds when; and reviews."""

from datetime import date, timedelta

import pytest

from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.commands import mark_read
from portal.notifications.models import Notice
from portal.regulations import commands, queries, reviewing
from portal.regulations.differences import changes
from portal.regulations.profiles import BASE
from portal.regulations.queries import packaged_source
from portal.regulations.readers import readers_of, unread_of
from portal.regulations.reading import BadProfile
from tests.conftest import at
from tests.regulations.conftest import CHANGED, PACKAGED, TODAY


def told(kind):
    return sorted(notice.recipient.name for notice in db.session.query(Notice).filter_by(kind=kind))


def test_a_version_holds_from_its_day_on_and_everybody_is_told(publish, alice, bob):
    made = publish(effective_on=TODAY + timedelta(days=2))
    assert made.number == 2
    assert told("regulation_version.published") == ["Adam", "Alice", "Bob"]
    assert queries.profile_in_force("agency").number == 1
    with clock.standing_at(at(8, days=2)):
        held = queries.profile_in_force("agency")
    assert (held.number, str(held.steps[2].title)) == (2, "The leader approves")


def test_what_is_told_does_not_take_more_statements_for_more_people(publish, add_person, statements):
    with statements() as few:
        publish()
    for number in range(12):
        add_person(f"Person{number}")
    with statements() as many:
        publish(PACKAGED)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": " "}, "reason"), ({"approved_by": ""}, "approved_by"),
        ({"effective_on": TODAY - timedelta(days=1)}, "effective_on"), ({"source": PACKAGED + "\n"}, "source"),
        ({"source": "key = 1"}, "source"), ({"based_on": 2}, "source"), ({"grounds": [["x" * 501, ""]]}, "grounds"),
    ],
)
def test_what_is_not_as_it_has_to_be_is_refused_beside_its_field(publish, values, field):
    with pytest.raises(DomainError) as refusal:
        publish(**values)
    assert refusal.value.field == field
    assert queries.latest_of("agency") is None


def test_a_later_version_cannot_hold_sooner(publish):
    publish(effective_on=TODAY + timedelta(days=9))
    with pytest.raises(DomainError, match="cannot hold sooner"):
        publish(PACKAGED, effective_on=TODAY)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_publish(publish, add_person, role):
    with pytest.raises(NotAllowed):
        publish(actor=add_person("Somebody", *({role} - {Role.EMPLOYEE})))


def test_a_base_that_would_break_a_regulation_is_refused(publish):
    source = packaged_source(BASE)
    without = source.replace("key = \"submission\"", "key = \"chairs\"")
    with pytest.raises(BadProfile):
        publish(without, key=BASE)
    publish(source.replace("review_months = 12", "review_months = 6"), key=BASE)
    assert queries.profile_in_force("foreign").figures["review_months"] == 6


def test_the_command_line_publishes_in_an_administrators_name(publish, adam):
    assert publish(actor=None).made_by is adam


def test_who_has_read_it_is_seen_and_the_others_are_reminded_once_a_click(publish, adam, alice, bob):
    made = publish()
    mark_read(bob, "regulation_version", made.id)
    assert readers_of(made.id) == (3, 1)
    assert commands.remind_unread(adam, made) == 2
    assert told("regulation_version.unread") == ["Adam", "Alice"]
    for person in (adam, alice):
        mark_read(person, "regulation_version", made.id)
    assert readers_of(made.id) == (3, 3)
    assert unread_of(made.id) == []
    with pytest.raises(DomainError, match="Everybody has read it"):
        commands.remind_unread(adam, made)
    with pytest.raises(NotAllowed):
        commands.remind_unread(alice, made)


# --- What differs ---


def test_what_differs_is_told_line_by_line_and_word_by_word(publish):
    source = CHANGED.replace("days = -5", "days = -6", 1)
    start = source.index('[[chapter.clause]]\nid = "AGY-10.2"')
    publish(source[:start] + source[source.index("[[chapter.clause]]", start + 1):])
    before, after = (queries.profile_as_of("agency", number) for number in (1, 2))
    found = {change.label.partition(" ")[0]: change for change in changes(before, after)}
    assert {label: change.sort for label, change in found.items()} == {
        "AGY-10.2": "removed", "Step": "changed", "Last": "changed"
    }
    words = next(part for part in found["Step"].parts if part.label.endswith("English"))
    assert [(piece.sort, piece.text) for piece in words.after] == [("in", "The leader"), ("same", " approves")]


# --- Reviews ---


def test_a_review_is_planned_done_and_the_next_one_follows(adam, audrey, bob):
    review = reviewing.plan_review(adam, "agency", audrey, date(2027, 1, 15))
    assert reviewing.plan_review(adam, "agency", audrey, date(2027, 1, 20)) is review
    with pytest.raises(NotAllowed):
        reviewing.finish_review(bob, review, "Fits", date(2027, 12, 1))
    with pytest.raises(DomainError, match="what you found"):
        reviewing.finish_review(audrey, review, " ", date(2027, 12, 1))
    following = reviewing.finish_review(audrey, review, "Fits", reviewing.suggested_day("agency"))
    assert (following.due_on, following.reviewer) == (date(2027, 11, 23), audrey)
    assert queries.open_reviews() == {"agency": following}
    with pytest.raises(NotAllowed):
        reviewing.finish_review(audrey, review, "Again", date(2027, 12, 1))


def test_the_reviewer_is_reminded_ten_working_days_before_and_once_when_it_is_late(adam, audrey):
    reviewing.plan_review(adam, "agency", audrey, date(2026, 12, 10))

    def tick(instant):
        with clock.standing_at(instant):
            reviewing.remind_reviewers()
            db.session.commit()
        return len(told("regulation_review.due")), len(told("regulation_review.overdue"))

    # The 10th of December is the tenth working day after the 26th of November.
    assert tick(at(9, days=2)) == (0, 0)
    assert tick(at(7, days=3)) == (0, 0)
    assert tick(at(9, days=3)) == (1, 0)
    assert tick(at(9, days=17)) == (1, 0)
    assert tick(at(9, days=18)) == (1, 2)
    assert tick(at(9, days=21)) == (1, 2)
    assert told("regulation_review.overdue") == ["Adam", "Audrey"]
