"""Finding decisions by any piece of their words: what is found, by whom, and that the index follows every change."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal.core.db import db
from portal.core.grams import fold, keys_of_text, keys_of_word, pieces, words_of
from portal.meetings.models import Confidentiality
from portal.resolutions import commands, search
from portal.resolutions.search_index import holding
from portal.resolutions.search_models import Wording
from tests.conftest import HTMX, is_sqlite
from tests.resolutions.conftest import TODAY

TEXTS = {
    "fire": "落实消防安全整改措施，更换 Ａ 座灯具", "hall": "Paint the HALL, 100% white", "rules": "修订值班制度_2026",
}


@pytest.fixture
def texts(make_resolution):
    return {name: make_resolution(text=words, measure="照片 50 photos") for name, words in TEXTS.items()}


def found_by(actor, typed):
    return [one.text for one in search.find(actor, words_of(typed))]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("消防", ["fire"]), ("整改措", ["fire"]), ("灯", ["fire"]), ("消改", []), ("防消", []), ("a", ["hall", "fire"]),
        ("hall", ["hall"]), ("ＨＡＬＬ", ["hall"]), ("all, 1", ["hall"]), ("white paint", ["hall"]), ("%", ["hall"]),
        ("_", ["rules"]), ("制度_2", ["rules"]), ("照片", ["rules", "hall", "fire"]), ("zebra", []), ("", []),
        (" ", []), ("r-2026-00", ["rules", "hall", "fire"]), ("修订 消防", []), ("\\", []), ("'\"", []), ("AND", []),
    ],
)
def test_any_piece_finds_it_the_newest_first(alice, texts, monkeypatch, typed, names):
    wanted = [TEXTS[name] for name in names]
    if typed not in {"r-2026-00", "a"}:
        assert found_by(alice, typed) == wanted
        # Through the index alone, as what lies further back is found.
        monkeypatch.setattr(search, "NEWEST", 0)
        assert found_by(alice, typed) == wanted
    else:
        assert set(wanted) <= set(found_by(alice, typed))


def test_what_is_worded_anew_is_found_by_its_new_words_alone(oscar, alice, make_resolution, works):
    resolution = make_resolution(text="换灯", at_once=False)
    duty = commands.Duty(text="修门", department_id=works.id, owner_id=alice.id, due_on=resolution.due_on)
    commands.change(oscar, resolution, duty)
    db.session.commit()
    assert (found_by(oscar, "换灯"), found_by(oscar, "修门")) == ([], ["修门"])
    if is_sqlite():
        old = text("SELECT count(*) FROM resolution_gram WHERE resolution_gram MATCH :key")
        assert db.session.scalar(old, {"key": f'"{next(iter(keys_of_word("换灯"))):x}"'}) == 0


def test_what_is_secret_is_found_only_by_those_who_may_see_it(sign_in, alice, bob, leo, tom, resolution, meeting):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    knows = {
        person.name: "resolution-" in sign_in(person).get("/resolutions/search?q=paint").text
        for person in (alice, bob, leo, tom)
    }
    assert knows == {"Alice": True, "Bob": False, "Leo": False, "Tom": True}
    assert "resolution-" not in sign_in(alice).get("/resolutions/search?q=Hall+review").text


def test_the_answer_says_how_it_stands_and_marks_the_words(sign_in, alice, make_resolution, report):
    report(make_resolution(text="Paint <the> ＨＡＬＬ", due_on=TODAY))
    page = sign_in(alice).get("/resolutions/search?q=hall+<THE").text
    assert "Paint <mark>&lt;the</mark>&gt; <mark>ＨＡＬＬ</mark>" in page
    assert all(words in page for words in ("Due soon", "Alice · Works", "50%", "Worked on", "R-2026-", "Last report:"))


def test_htmx_gets_what_was_found_alone(sign_in, alice, resolution):
    answer = sign_in(alice).get("/resolutions/search?q=nothing", headers=HTMX)
    assert "<html" not in answer.text
    assert "Nothing that you may see holds these words." in answer.text


def test_it_takes_as_many_statements_for_many_as_for_one(sign_in, alice, make_resolution, statements):
    browser, seen = sign_in(alice), []
    for _ in range(2):
        make_resolution()
        with statements() as few:
            assert browser.get("/resolutions/search?q=hall").status_code == 200
        seen.append(len(few))
    assert seen[0] == seen[1]


@settings(max_examples=200)
@given(st.text(max_size=30), st.data())
def test_every_piece_of_a_text_has_keys_among_those_of_the_text(words, data):
    folded = fold(words)
    start = data.draw(st.integers(0, len(folded)))
    for word in folded[start : data.draw(st.integers(start, len(folded)))].split():
        assert keys_of_word(word) <= keys_of_text(folded)
    assert "".join(piece for piece, _ in pieces(words, ["a", "的"])) == "".join(p for p, _ in pieces(words, []))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12))
def test_each_database_finds_what_python_would_find(resolution, words):
    """The keys are put together in Python, and on PostgreSQL in SQL too."""
    resolution.text = words
    db.session.flush()
    for word in words_of(words):
        assert db.session.scalars(holding([word])).all() == [resolution.id], word
    assert db.session.scalar(select(Wording.words)) == fold(f"{resolution.number} {words} ")
    db.session.rollback()
