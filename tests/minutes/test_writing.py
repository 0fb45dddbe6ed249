"""Opening minutes and writing them, alone and by two at once."""

import pytest
from sqlalchemy import select

from portal.agenda import lines as agenda
from portal.agenda.typed import Line
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Confidentiality, ItemKind, Meeting
from portal.minutes import commands
from portal.minutes.commands import Clash, Typed, mark_of
from portal.minutes.models import Minutes, MinutesLine
from tests.conftest import HTMX, at

JSON = {**HTMX, "Accept": "application/json"}


def page_of(meeting):
    return f"/meetings/{meeting.id}/minutes"


def stored(line):
    return db.session.get(MinutesLine, line.id, populate_existing=True)


def titles(minutes):
    db.session.expire_all()
    return [line.title for line in minutes.lines]


# --- Opening ---


def test_whoever_keeps_the_record_opens_them_once_with_a_line_for_each_of_the_agenda(sign_in, rosa, oscar, meeting):
    assert "Open the minutes" in sign_in(rosa).get(page_of(meeting)).text
    assert sign_in(rosa).post(page_of(meeting)).location == page_of(meeting)
    assert sign_in(oscar).post(page_of(meeting)).status_code == 303
    (minutes,) = db.session.scalars(select(Minutes)).all()
    assert (titles(minutes), minutes.opened_by.name) == (["The hall", "The roof"], "Rosa")
    assert log_of("minutes", minutes.id)[0].action == "minutes.opened"


def test_before_the_meeting_there_is_nothing_to_minute(sign_in, rosa, make_meeting):
    meeting = make_meeting()
    with clock.standing_at(at(8, 30)), pytest.raises(DomainError, match="has begun"):
        commands.open_minutes(rosa, meeting)
    assert ">Minutes</a>" not in sign_in(rosa).get(f"/meetings/{meeting.id}").text


def test_a_draft_is_for_those_who_keep_the_record(sign_in, minutes, meeting, rosa, oscar, cora, olive, tom, bob):
    for person, status in ((rosa, 200), (oscar, 200), (cora, 200), (olive, 200), (tom, 403), (bob, 404)):
        answer = sign_in(person).get(page_of(meeting))
        assert answer.status_code == status, person.name
        tab = sign_in(person).get(f"/meetings/{meeting.id}").text
        assert (f'href="{page_of(meeting)}"' in tab) == (status == 200), person.name
    line = minutes.lines[0].id
    assert sign_in(tom).post(f"{page_of(meeting)}/lines/{line}", data={"discussion": "x"}).status_code == 403
    assert sign_in(bob).post(f"{page_of(meeting)}/lines/{line}", data={"discussion": "x"}).status_code == 404
    with pytest.raises(NotAllowed):
        commands.open_minutes(tom, meeting)


def test_minutes_of_a_secret_meeting_are_hidden_from_the_office(sign_in, rosa, olive, leo, make_meeting):
    meeting = make_meeting(confidentiality=Confidentiality.SECRET)
    with clock.standing_at(at(10)):
        made = commands.open_minutes(rosa, meeting)
        db.session.commit()
        assert sign_in(olive).get(page_of(meeting)).status_code == 404
        assert sign_in(leo).get(f"/log/minutes/{made.id}").status_code == 404
        assert sign_in(rosa).get(f"/log/minutes/{made.id}").status_code == 200


# --- The agenda ---


def test_the_lines_follow_the_agenda_and_no_text_is_lost(oscar, meeting, minutes, lines, write):
    hall, roof = lines
    write(hall, discussion="It leaks.")
    agenda.change_line(oscar, meeting, hall.agenda_item_id, Line("The great hall", ItemKind.REPORT, None, ""))
    agenda.add_lines(oscar, meeting, [Line("The stairs", ItemKind.REPORT, None, "")])
    assert titles(minutes) == ["The great hall", "The roof", "The stairs"]
    agenda.remove_line(oscar, meeting, hall.agenda_item_id)
    agenda.remove_line(oscar, meeting, roof.agenda_item_id)
    assert titles(minutes) == ["The great hall", "The stairs"]
    assert stored(hall).discussion == "It leaks."
    agenda.restore_line(oscar, meeting, roof.agenda_item_id)
    assert "The roof" in titles(minutes)


def test_final_minutes_do_not_follow(oscar, meeting, minutes, finish):
    finish(minutes)
    agenda.add_lines(oscar, meeting, [Line("The stairs", ItemKind.REPORT, None, "")])
    assert titles(minutes) == ["The hall", "The roof"]


def test_what_was_on_no_agenda_has_a_line_of_its_own(sign_in, rosa, meeting, minutes, lines):
    browser = sign_in(rosa)
    assert browser.post(f"{page_of(meeting)}/lines", data={"title": " "}).status_code == 422
    assert browser.post(f"{page_of(meeting)}/lines", data={"title": "The cellar"}).status_code == 303
    assert titles(minutes) == ["The hall", "The roof", "The cellar"]
    extra = minutes.lines[2]
    data = {"title": "The deep cellar", "seen_title": mark_of("The cellar")}
    assert browser.post(f"{page_of(meeting)}/lines/{extra.id}", headers=JSON, data=data).status_code == 200
    assert titles(minutes)[2] == "The deep cellar"
    answer = browser.post(f"{page_of(meeting)}/lines/{lines[0].id}", headers=JSON, data={"title": "Other"})
    assert (answer.status_code, "agenda" in answer.text) == (422, True)
    assert browser.post(f"{page_of(meeting)}/lines/{lines[0].id}/removal").status_code == 422
    assert browser.post(f"{page_of(meeting)}/lines/{extra.id}/removal").status_code == 303
    assert titles(minutes) == ["The hall", "The roof"]


# --- Saving ---


def test_one_field_is_saved_as_one_types_and_the_page_hears_the_new_mark(sign_in, rosa, meeting, lines):
    address = f"{page_of(meeting)}/lines/{lines[0].id}"
    data = {"discussion": "It leaks.\r\nMuch. ", "seen_discussion": mark_of("")}
    answer = sign_in(rosa).post(address, headers=JSON, data=data)
    line = stored(lines[0])
    assert (line.discussion, line.conclusion, line.revision, line.changed_by.name) == (
        "It leaks.\nMuch.", "", 1, "Rosa"
    )
    assert answer.json["said"] == "Saved 10:00"
    assert answer.json["seen"]["discussion"] == mark_of(line.discussion)
    assert answer.json["known"] in sign_in(rosa).get(page_of(meeting)).text


def test_without_javascript_a_form_saves_the_line_and_the_words_around(sign_in, rosa, meeting, minutes, lines):
    browser, line = sign_in(rosa), lines[0]
    marks = {f"seen_{name}": mark_of("") for name in ("discussion", "conclusion", "opening")}
    answer = browser.post(
        f"{page_of(meeting)}/lines/{line.id}", data={"discussion": "Said", "conclusion": "Done", **marks}
    )
    assert answer.status_code == 303
    assert browser.post(f"{page_of(meeting)}/words", data={"opening": "Welcome", **marks}).status_code == 303
    assert (stored(line).discussion, stored(line).conclusion) == ("Said", "Done")
    assert db.session.get(Minutes, minutes.id, populate_existing=True).opening == "Welcome"
    page = browser.get(page_of(meeting)).text
    assert "Welcome</textarea>" in page
    assert "Said</textarea>" in page


def test_two_who_write_on_different_lines_or_fields_never_clash(rosa, cora, minutes, lines):
    seen = mark_of("")
    commands.write_line(rosa, minutes, lines[0].id, {"discussion": Typed("Rosa's", seen)})
    commands.write_line(cora, minutes, lines[0].id, {"conclusion": Typed("Cora's", seen)})
    commands.write_line(cora, minutes, lines[1].id, {"discussion": Typed("Cora's too", seen)})
    assert [(line.discussion, line.conclusion) for line in map(stored, lines)] == [
        ("Rosa's", "Cora's"), ("Cora's too", "")
    ]


def test_two_who_write_the_same_field_are_shown_both(sign_in, rosa, cora, meeting, lines, write):
    line, seen = lines[0], mark_of("")
    write(line, discussion="Rosa's text")
    address, late = f"{page_of(meeting)}/lines/{line.id}", {"discussion": "Cora's text", "seen_discussion": seen}
    answer = sign_in(cora).post(address, headers=JSON, data=late)
    assert (answer.status_code, answer.mimetype) == (409, "text/html")
    for words in ("Rosa has changed this", "Rosa&#39;s text", "Cora&#39;s text", "Keep mine", "Join both"):
        assert words in answer.text
    assert stored(line).discussion == "Rosa's text"
    page = sign_in(cora).post(address, data=late)
    assert page.status_code == 422
    assert "Cora&#39;s text</textarea>" in page.text
    assert f'name="seen_discussion" value="{mark_of("Rosa" + chr(39) + "s text")}"' in page.text
    # The same words are no clash.
    same = {"discussion": "Rosa's text", "seen_discussion": seen}
    assert sign_in(cora).post(address, headers=JSON, data=same).status_code == 200
    with pytest.raises(Clash):
        commands.write_line(rosa, line.minutes, line.id, {"discussion": Typed("Older", seen)})


@pytest.mark.parametrize(
    ("choice", "stands"), [("mine", "Cora"), ("theirs", "Rosa"), ("both", "Rosa\n\nCora")]
)
def test_without_javascript_one_chooses_by_a_button(sign_in, cora, meeting, lines, write, choice, stands):
    write(lines[0], discussion="Rosa")
    data = {"discussion": "Cora", "seen_discussion": mark_of("Rosa"), "choice_discussion": choice}
    assert sign_in(cora).post(f"{page_of(meeting)}/lines/{lines[0].id}", data=data).status_code == 303
    assert stored(lines[0]).discussion == stands


@pytest.mark.parametrize("text", ["a\x1bb", "x" * 40_001], ids=["unprintable", "too long"])
def test_what_cannot_be_kept_is_refused_and_stays_typed(sign_in, rosa, meeting, lines, text):
    data = {"discussion": text, "seen_discussion": mark_of("")}
    address = f"{page_of(meeting)}/lines/{lines[0].id}"
    page = sign_in(rosa).post(address, data=data)
    assert page.status_code == 422
    assert f"{text}</textarea>" in page.text
    assert f'id="w{lines[0].id}-discussion-error"' in page.text
    assert sign_in(rosa).post(address, headers=JSON, data=data).status_code == 422


def test_an_ended_session_answers_401_to_the_page_that_keeps_the_text(client, meeting, lines):
    address = f"{page_of(meeting)}/lines/{lines[0].id}"
    assert client.post(address, headers=JSON, data={"discussion": "x"}).status_code == 401


def test_a_sitting_is_logged_once(minutes, lines, write, cora):
    for text in ("a", "b", "c"):
        write(lines[0], discussion=text)
    write(lines[0], cora, discussion="d")
    entries = [entry for entry in log_of("minutes", minutes.id) if entry.action == "minutes.written"]
    assert [entry.actor_name for entry in entries] == ["Cora", "Rosa"]


# --- What others do ---


def test_what_others_write_comes_by_itself_and_only_that(sign_in, cora, meeting, lines, write):
    browser = sign_in(cora)
    known = browser.get(page_of(meeting)).text.split('name="known" value="')[1:]
    address = f"{page_of(meeting)}/changes?" + "&".join(f"known={one.partition(chr(34))[0]}" for one in known)
    assert browser.get(address, headers=HTMX).status_code == 204
    write(lines[1], conclusion="Mend it")
    answer = browser.get(address, headers=HTMX)
    assert answer.text.count("hx-swap-oob") == 1
    assert "Mend it</textarea>" in answer.text
    assert "Rosa is writing here" in answer.text
    with clock.standing_at(at(10, 5)):
        assert "is writing" not in browser.get(address, headers=HTMX).text


def test_the_editor_takes_a_constant_number_of_statements(sign_in, rosa, oscar, meeting, minutes, statements):
    browser = sign_in(rosa)
    with statements() as for_few:
        browser.get(page_of(meeting))
    found = db.session.get(Meeting, meeting.id)
    agenda.add_lines(oscar, found, [Line(f"Line {number}", ItemKind.REPORT, None, "") for number in range(10)])
    db.session.commit()
    with statements() as for_many:
        page = browser.get(page_of(meeting)).text
    assert "Line 9" in page
    assert len(for_many) == len(for_few)


def test_a_held_meeting_wants_final_minutes(sign_in, oscar, meeting, minutes, finish):
    words = "Its minutes are not final yet."
    assert words in sign_in(oscar).get(f"/meetings/{meeting.id}").text
    finish(minutes)
    assert words not in sign_in(oscar).get(f"/meetings/{meeting.id}").text
