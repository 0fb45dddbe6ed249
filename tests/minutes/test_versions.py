"""What minutes say as plain values, versions of it, and what differs between two."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.attendance import commands as attendance
from portal.core.db import db
from portal.core.differences import told_apart
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Confidentiality
from portal.minutes import contents, copies, versions
from portal.minutes.differences import differences
from portal.minutes.models import MinutesVersion, Why
from portal.supervision.models import CarryOver
from tests.conftest import HTMX, at


def said(pieces):
    return [tuple(piece) for piece in pieces]


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("We agree", "We agree", [("same", "We agree")], [("same", "We agree")]),
        (
            "Paint the hall red", "Paint the roof red",
            [("same", "Paint the "), ("out", "hall"), ("same", " red")],
            [("same", "Paint the "), ("in", "roof"), ("same", " red")],
        ),
        (
            "会议同意预算", "会议不同意预算", [("same", "会议同意预算")],
            [("same", "会议"), ("in", "不"), ("same", "同意预算")],
        ),
        (
            "to be revised and issued.", "to be sent.",
            [("same", "to be "), ("out", "revised and issued"), ("same", ".")],
            [("same", "to be "), ("in", "sent"), ("same", ".")],
        ),
        ("", "New", [], [("in", "New")]),
        ("word " * 4000, "other", [("out", "word " * 4000)], [("in", "other")]),
    ],
)
def test_words_are_told_apart_and_chinese_by_character(before, after, old, new):
    assert tuple(map(said, told_apart(before, after))) == (old, new)


@given(st.text("ab 会议。\n", max_size=40), st.text("ab 会议。\n", max_size=40))
def test_the_pieces_are_both_texts_whole(before, after):
    was, now = told_apart(before, after)
    assert ("".join(piece.text for piece in was), "".join(piece.text for piece in now)) == (before, after)
    assert "in" not in {piece.sort for piece in was}
    assert "out" not in {piece.sort for piece in now}


def test_a_version_keeps_what_was_said_and_its_number_rises(rosa, tom, minutes, lines, write, make_resolution):
    write(lines[0], discussion="Tom reports.", conclusion="Agreed.")
    first = versions.keep(rosa, minutes)
    with pytest.raises(DomainError, match="Nothing has changed since version 1"):
        versions.keep(rosa, minutes)
    make_resolution(minutes.meeting, item=lines[0].agenda_item_id)
    write(lines[0], conclusion="Agreed at last.")
    second = versions.keep(rosa, minutes)
    with pytest.raises(NotAllowed):
        versions.keep(tom, minutes)
    assert [(one.number, one.why) for one in (first, second)] == [(1, Why.KEPT), (2, Why.KEPT)]
    changed = {row.label: row for row in differences(first.content, second.content) if row.is_changed}
    assert set(changed) == {"The hall · Conclusion", "The hall · Resolutions"}
    assert said(changed["The hall · Conclusion"].after) == [("same", "Agreed"), ("in", " at last"), ("same", ".")]
    assert changed["The hall · Resolutions"].before == []


def test_a_line_that_is_gone_stays_where_it_was(rosa, minutes, lines, write):
    for line in lines:
        write(line, discussion="x")
    content = contents.contents_of(minutes)
    without = {**content, "lines": content["lines"][1:]}
    labels = [row.label for row in differences(content, without)]
    assert labels == [row.label for row in differences(content, content)]


def test_final_minutes_show_what_was_frozen_whatever_changes_later(
    sign_in, oscar, rosa, tom, minutes, lines, write, finish, make_resolution
):
    made = make_resolution(minutes.meeting, item=lines[0].agenda_item_id)
    write(lines[0], discussion="Tom reports on the hall.")
    finish(minutes)
    frozen = contents.shown(minutes, minutes.opened_by)
    made.text, minutes.meeting.subject, tom.name = "Something else", "Another subject", "Thomas"
    db.session.commit()
    assert contents.shown(minutes, minutes.opened_by) == frozen
    assert (frozen["title"], frozen["number"]) == ("Hall review", minutes.number)
    for address in ("minutes.txt", "minutes"):
        text = sign_in(tom).get(f"/meetings/{minutes.meeting_id}/{address}").data.decode()
        assert "Paint the hall" in text
        assert "Something else" not in text
    with pytest.raises(DomainError, match="final"):
        versions.keep(rosa, minutes)


def test_presence_says_who_came_who_sent_whom_and_why_not(oscar, rosa, cora, tom, minutes, add_person):
    meeting = minutes.meeting
    by_name = {one.name: one for one in meeting.attendees}
    attendance.mark(oscar, meeting, by_name["Cora"])
    db.session.commit()
    content = contents.contents_of(minutes)
    assert content["is_marked"]
    assert [one["name"] for one in (*content["present"], *content["late"])] == ["Cora"]
    assert [one["name"] for one in content["absent"]] == ["Rosa", "Tom"]
    assert (content["chair"], content["recorder"]) == ("Cora", "Rosa")


def test_as_many_statements_however_long_the_meeting_was(statements, oscar, rosa, minutes, lines, make_resolution):
    counts = []
    for _more in range(2):
        db.session.expire_all()
        with statements() as seen:
            contents.contents_of(minutes)
        counts.append(len(seen))
        for number in range(8):
            make_resolution(minutes.meeting, text=f"Do {number}", item=lines[number % 2].agenda_item_id)
    assert counts[0] == counts[1] <= 16


def test_the_pages_keep_a_version_and_show_what_differs(sign_in, rosa, tom, bob, minutes, lines, write):
    browser, address = sign_in(rosa), f"/meetings/{minutes.meeting_id}/minutes"
    assert "None is kept yet" in browser.get(f"{address}/versions").text
    assert browser.get(f"{address}/differences").status_code == 404
    write(lines[0], discussion="First words")
    assert browser.post(f"{address}/versions", headers=HTMX).status_code == 204
    again = browser.post(f"{address}/versions", headers=HTMX)
    assert (again.status_code, "Nothing has changed" in again.text) == (422, True)
    write(lines[0], discussion="Second words")
    assert browser.post(f"{address}/versions").status_code == 303
    page = browser.get(f"{address}/differences?from=1&to=2")
    assert ("<del>First</del>" in page.text, "<ins>Second</ins>" in page.text) == (True, True)
    assert "The roof" not in browser.get(f"{address}/differences", headers=HTMX).text
    assert "The roof" in browser.get(f"{address}/differences?all=1", headers=HTMX).text
    assert browser.get(f"{address}/differences?from=9").status_code == 404
    assert browser.post(f"{address}/versions", csrf=False).status_code == 400
    for person in (tom, bob):
        assert sign_in(person).get(f"{address}/versions").status_code == 404


def test_the_database_keeps_versions_as_they_are(rosa, minutes):
    kept = versions.keep(rosa, minutes)
    db.session.commit()
    kept.content = {}
    with pytest.raises(Exception, match="record_is_final"):
        db.session.commit()
    db.session.rollback()
    assert db.session.get(MinutesVersion, kept.id).content["title"] == "Hall review"


def test_one_word_of_a_very_long_text_is_told_apart():
    was, now = told_apart("so it was " * 9000 + "red", "so it was " * 9000 + "blue")
    assert [piece.text for piece in (was[-1], now[-1])] == ["red", "blue"]


def test_pages_that_were_rewritten_are_told_apart_at_once():
    began = process_time()
    told_apart(*(" ".join(f"{word}{number}" for number in range(700)) for word in ("old", "new")))
    assert process_time() - began < 1


def test_what_has_become_secret_since_is_veiled_in_final_minutes(
    minutes, meeting, make_meeting, make_resolution, oscar, tom, rosa, works, add_person, sign_in, finish
):
    carl = add_person("Carl", department=works)
    earlier = make_meeting(starts_at=at(9, days=1), ends_at=at(10, days=1))
    db.session.add(
        CarryOver(resolution=make_resolution(earlier, text="Sell the hall"), meeting=meeting, by=oscar, at=at(9))
    )
    db.session.commit()
    finish(minutes)
    copies.hand_out(rosa, minutes, department_ids=[works.id])
    db.session.commit()
    pages = [f"/meetings/{meeting.id}/minutes{tail}" for tail in ("", ".txt")]
    assert all("Sell the hall" in sign_in(carl).get(page).text for page in pages)
    earlier.confidentiality = Confidentiality.SECRET
    db.session.commit()
    for page in pages:
        assert "Sell the hall" not in sign_in(carl).get(page).text
        assert "A confidential resolution" in sign_in(carl).get(page).text
        assert "Sell the hall" in sign_in(tom).get(page).text
