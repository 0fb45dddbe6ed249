"""The words of notices: fields, layouts, languages, templates of the house."""

import pytest

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations import fields, wording
from portal.invitations.builtin import Wording
from portal.invitations.models import Layout, MeetingNotice, NoticeTemplate
from portal.invitations.sending import send_notice
from portal.meetings.guests import Facts
from portal.meetings.models import Part
from portal.meetings.people import change_part
from portal.notifications.laying import sheets
from portal.notifications.models import OutgoingMail
from tests.conftest import at
from tests.invitations.noticing import said_outside, said_to, with_lines, with_people, worded

PLAIN = Wording(Layout.ENGLISH, "About {subject}", "Dear {name},\n\nCome.\n\n{organisation}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dear {nmae},", "There is no field {nmae}."),
        ("{subject", "A brace is missing"),
        ("{name!r}", "A brace is missing"),
        ("{subject.__class__}", "There is no field {subject.__class__}."),
        ("{}", "A brace is missing"),
    ],
)
def test_what_is_no_field_is_refused_with_its_name(app, text, words):
    with pytest.raises(DomainError) as refusal:
        fields.check(text, "body")
    assert words in str(refusal.value)
    assert refusal.value.field == "body"


def test_fields_are_filled_once_and_lines_of_empty_fields_leave_no_gap():
    values = {**dict.fromkeys(fields.FIELDS, ""), "subject": "{name} <b>{{", "name": "Bob", "unit": ""}
    text = "{{x}} {subject}\n\n{online}\n\n{unit}{post}\n{name}, {unit}"
    shared = {name: value for name, value in values.items() if name in fields.SHARED}
    done = fields.finished(fields.prepared(fields.compiled(text), shared), values)
    assert done == "{x} {name} <b>{{\n\nBob,"


def test_a_formal_notice_names_each_reader_and_everything_else_of_the_meeting(
    gather, with_settings, alice, bob, leo
):
    with_settings(organisation="市政府办公厅")
    meeting = with_lines(with_people(gather(answer_by=at(18)), [bob, leo]), "预算", "其他")
    change_part(alice, meeting, meeting.attendees[0], Part.CHAIR)
    worded(meeting, Layout.FORMAL, {"people": "各部门负责人"})
    send_notice(alice, meeting)
    notice = said_to(bob)
    assert notice.subject == "关于召开Planning的通知"
    (sheet,) = sheets("formal", notice.body)
    text = "\n".join("".join(line) for paragraph in sheet.paragraphs for line in paragraph)
    assert (sheet.title, sheet.salutation) == ("关于召开Planning的通知", "Bob：")
    assert sheet.signature == ["市政府办公厅", "2026年11月23日"]
    for words in (
        "一、会议时间：2026年11月24日星期二 14:00–15:00（中国标准时间）", "二、会议地点：E101",
        "三、参会人员：各部门负责人",
        "1. 预算\n2. 其他", "请于2026年11月23日星期一 18:00前回复", f"会议编号：{meeting.number}", "联系人：Alice",
    ):
        assert words in text
    assert "线上参会" not in text
    assert said_to(leo).body.split("\n\n")[1] == "Leo："
    assert {mail.layout for mail in db.session.query(OutgoingMail)} == {"formal"}


def test_a_bilingual_notice_is_two_sheets_each_in_its_language_on_the_reader_s_clock(gather, alice, bob, add_person):
    carl = add_person("Carl")
    carl.timezone, carl.locale = "Europe/Berlin", "zh_Hant"
    guest = Facts("Gina", "Acme", "", "gina@example.net", "zh_Hans")
    meeting = with_people(gather(), [bob, carl], [guest])
    worded(meeting, Layout.BILINGUAL)
    send_notice(alice, meeting)
    chinese, english = sheets("bilingual", said_to(carl).body)
    assert (chinese.style, english.style, english.salutation) == ("formal", "english", "Dear Carl,")
    said = said_to(carl).body
    assert "2026年11月24日星期二 07:00–08:00（中欧标准时间）" in said
    assert "Tuesday, November 24, 2026 07:00–08:00 (Central European Standard Time)" in said
    assert "Your part: Required" in said
    assert said_to(carl).subject == "关于召开Planning的通知 / Notice of meeting: Planning"
    assert "Dear Gina," in said_outside("gina@example.net").body


def test_without_words_of_its_own_a_meeting_is_announced_to_each_in_their_language(
    gather, alice, bob, leo, add_person
):
    carl = add_person("Carl")
    bob.locale, leo.locale, carl.locale = "en", "zh_Hans", "zh_Hant"
    send_notice(alice, with_people(gather(), [bob, leo, carl]))
    assert [said_to(one).subject[:4] for one in (bob, leo, carl)] == ["Invi", "会议通知", "會議通知"]


def test_words_of_a_meeting_can_be_changed_and_taken_back_but_not_by_others(gather, alice, bob, olive):
    meeting = with_people(gather(), [bob])
    wording.word_notice(olive, meeting, PLAIN, {"contact": "Olive, 8123"})
    wording.word_notice(alice, meeting, PLAIN._replace(subject="Again {number}"), {"contact": ""})
    saved = db.session.get(MeetingNotice, meeting.id)
    assert (saved.subject, saved.fields, saved.english_body) == ("Again {number}", {}, "")
    with pytest.raises(NotAllowed):
        wording.word_notice(bob, meeting, PLAIN, {})
    wording.unword_notice(alice, meeting)
    assert db.session.get(MeetingNotice, meeting.id) is None


def test_the_office_keeps_templates_under_names_of_their_own(app, olive, bob):
    template = wording.add_template(olive, name="Board", kind=None, words=PLAIN)
    wording.change_template(olive, template, name="Board", kind=None, words=PLAIN._replace(subject="{kind}"))
    wording.retire_template(olive, template)
    assert (template.subject, template.retired_at is None) == ("{kind}", False)
    wording.reopen_template(olive, template)
    for words, field in (
        (PLAIN._replace(body=" "), "body"), (PLAIN._replace(layout=Layout.BILINGUAL), "english_subject"),
        (PLAIN._replace(subject="{oops}"), "subject"),
    ):
        with pytest.raises(DomainError) as refusal:
            wording.add_template(olive, name="Other", kind=None, words=words)
        assert refusal.value.field == field
    with pytest.raises(DomainError) as refusal:
        wording.add_template(olive, name=" Board ", kind=None, words=PLAIN)
    assert refusal.value.field == "name"
    with pytest.raises(NotAllowed):
        wording.add_template(bob, name="Mine", kind=None, words=PLAIN)
    assert db.session.query(NoticeTemplate).count() == 1
