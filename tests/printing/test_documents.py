"""Every document in three languages, drawn without a database."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import Department, Person
from portal.core import pdf
from portal.core.i18n import LOCALES, gettext, speaking_to
from portal.meetings.models import Attendee, Confidentiality, Guest, Meeting, Part
from portal.printing.documents import DOCUMENTS
from portal.printing.jobs import Job
from portal.printing.models import Shape
from portal.printing.shapes import Layout
from tests.conftest import NOW, SHANGHAI
from tests.printing.conftest import read, title_of

NAMES = ("欧阳修", "張偉", "王𠮷", "买买提·吾买尔江", "Maximilian von Hohenzollern-Sigmaringen")


@pytest.fixture
def secret_key() -> Iterator[None]:
    """What codes are signed with."""
    app = Flask("printing")
    app.secret_key = "a key"
    with app.app_context():
        yield


def job(name: str, paper: str, language: str, *, count: int = len(NAMES), **values: Any) -> Job:
    """Those people and a guest in a row, on that paper."""
    works = Department(id=1, name="安全生产监督管理部")
    people = [
        Attendee(
            id=place, part=Part.CHAIR if place == 0 else Part.REQUIRED,
            person=Person(name=NAMES[place % len(NAMES)], post="处长", department=works),
        )
        for place in range(count)
    ]
    people.append(Attendee(id=count, part=Part.OBSERVER, guest=Guest(name="Łukasz Żak", unit="Łódź", post="")))
    meeting = Meeting(
        **{
            "subject": "安全生产工作会议", "number": "M2026-001", "location": "东楼 301", "starts_at": NOW,
            "ends_at": NOW + timedelta(hours=1), "confidentiality": Confidentiality.INVITED, **values,
        }
    )
    layout = Layout(Shape.ROWS, -(-len(people) // 6), 6, 3)
    places = {one.id: one.id for one in people}
    return Job(str(DOCUMENTS[name].label), meeting, people, paper, pdf.typeface(language), places, layout)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_holds_its_people_and_words(name: str, language: str, secret_key: None) -> None:
    document = DOCUMENTS[name]
    paper = document.papers[list(LOCALES).index(language)][0]
    with speaking_to(language, SHANGHAI):
        content = document.draw(job(name, paper, language))
        seat = gettext("Row %(row)s, seat %(seat)s", row=1, seat=4)
        words = {
            "sign-in-sheet": {gettext("Signature"), "安全生产工作会议", "东楼 301", "处长", "Łódź"},
            "badges": {gettext("Chair"), "安全生产工作会议", "安全生产监督管理部", seat},
            "name-plates": set[str](), "seating-plan": {"1-6", "安全生产工作会议"},
        }[name]
        assert str(document.label) in title_of(content)
    # Long names break; those of two characters are spread over a name plate.
    text = "".join("".join(read(content)).split())
    assert not [word for word in {*NAMES, "Łukasz Żak", *words} if "".join(word.split()) not in text], text
    assert pdf.GETA not in text
    assert f"/Lang ({language.replace('_', '-')})".encode() in content
    assert len(content) < 90_000


def test_a_name_plate_has_the_name_on_both_sides_and_one_stands_on_its_head() -> None:
    with speaking_to("en", SHANGHAI):
        pages = read(DOCUMENTS["name-plates"].draw(job("name-plates", "a4", "zh_Hans")))
    assert [sorted("".join(page.split())) for page in pages] == [
        sorted("".join(name.split()) * 2) for name in (*NAMES, "Łukasz Żak")
    ]


@pytest.mark.parametrize(("count", "pages"), [(19, 1), (20, 2)])
def test_a_sign_in_sheet_numbers_its_pages(count: int, pages: int) -> None:
    with speaking_to("en", SHANGHAI):
        found = read(DOCUMENTS["sign-in-sheet"].draw(job("sign-in-sheet", "a4", "zh_Hans", count=count)))
    assert len(found) == pages
    assert f"Page {pages} of {pages}" in found[-1]


def test_a_secret_meeting_is_named_by_its_number_where_others_may_read(secret_key: None) -> None:
    with speaking_to("en", SHANGHAI):
        for name in ("sign-in-sheet", "badges"):
            document = DOCUMENTS[name]
            drawn = job(name, "a4", "zh_Hans", count=1, subject="并购方案", confidentiality=Confidentiality.SECRET)
            content = document.draw(drawn)
            assert "M2026-001" in title_of(content)
            assert "并购方案" not in title_of(content)
            text = "".join(read(content))
            is_inside = name == "sign-in-sheet"
            assert ("并购方案" in text, "Secret" in text) == (is_inside, is_inside)
