"""The language that the portal speaks to whom, and how it looks."""

import pytest

from portal.accounts import commands
from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.core.i18n import best_locale


def language(answer):
    return answer.text.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh_Hant"), ("zh-HK", "zh_Hant"), ("zh-MO", "zh_Hant"),
        ("zh-Hant-CN", "zh_Hant"), ("zh-CN,zh;q=0.9", "zh_Hans"), ("zh", "zh_Hans"), ("zh-Hans-SG", "zh_Hans"),
        ("ZH-tw", "zh_Hant"), ("en-GB,en;q=0.5", "en"), ("en;q=0.1,zh-TW;q=0.9", "zh_Hant"),
        ("de-DE,de;q=0.9", "fallback"), ("de, en;q=0.3", "en"), ("", "fallback"), ("*", "fallback"),
        ("en;q=0", "fallback"), ("en;q=zero", "fallback"), (";;q=,,", "fallback"), ("x" * 5000, "fallback"),
        ("de," * 30 + "en", "fallback"),
    ],
)
def test_the_browsers_wish_is_understood(header, locale):
    assert best_locale(header, "fallback") == locale


@pytest.mark.parametrize(("header", "tag"), [("zh-TW", "zh-Hant"), ("zh-CN", "zh-Hans"), ("en", "en"), ("de", "en")])
def test_a_stranger_is_spoken_to_as_the_browser_wishes(client, header, tag):
    assert language(client.get("/sign-in", headers={"Accept-Language": header})) == tag


def test_a_stranger_chooses_a_language_for_the_session(client):
    answer = client.post(
        "/preferences/language", data={"locale": "zh_Hant"}, headers={"Referer": "http://localhost/sign-in?next=/my-day"}
    )
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/my-day")
    assert language(client.get("/sign-in", headers={"Accept-Language": "en"})) == "zh-Hant"


def test_a_language_chosen_at_the_door_stays_after_the_sign_in(client, knock):
    client.post("/preferences/language", data={"locale": "zh_Hans"})
    knock()
    assert language(client.get("/my-day", headers={"Accept-Language": "en"})) == "zh-Hans"


def test_a_signed_in_persons_choice_is_kept_in_every_browser_and_logged(sign_in, alice):
    sign_in(alice).post("/preferences/language", data={"locale": "zh_Hant"})
    assert language(sign_in(alice).get("/my-day", headers={"Accept-Language": "en"})) == "zh-Hant"
    entry = db.session.query(AuditEntry).filter_by(action="person.preferences").one()
    assert (entry.actor_name, entry.details) == ("Alice", {"locale": "zh_Hant"})


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_persons_theme_is_kept(sign_in, alice, theme):
    assert sign_in(alice).post("/preferences/theme", data={"theme": theme}).status_code == 303
    assert f'data-theme="{theme}"' in sign_in(alice).get("/my-day").text


@pytest.mark.parametrize("density", ["compact", "normal", "roomy"])
def test_how_close_a_person_wants_the_lines_is_kept_and_logged(sign_in, alice, density):
    assert sign_in(alice).post("/preferences/density", data={"density": density}).status_code == 303
    assert f'data-density="{density}"' in sign_in(alice).get("/my-day").text
    entry = db.session.query(AuditEntry).filter_by(action="person.preferences").one()
    assert entry.details == {"density": density}


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("density", {"density": "tiny"}), ("density", {}), ("language", {"locale": "de"}), ("language", {}),
        ("theme", {"theme": "<b>"}), ("theme", {}),
    ],
)
def test_a_choice_that_there_is_not_is_refused(sign_in, alice, path, sent):
    assert sign_in(alice).post(f"/preferences/{path}", data=sent).status_code == 400
    assert (alice.locale, alice.theme, alice.density) == (None, "auto", "normal")


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("https://evil.example/rooms?x=1", "/rooms?x=1"), ("http://localhost//evil.example", "/my-day"),
        ("http://[evil", "/my-day"), ("javascript:alert(1)", "/my-day"), ("", "/my-day"),
    ],
)
def test_a_choice_leads_back_to_a_page_of_ours_only(sign_in, alice, referer, location):
    answer = sign_in(alice).post("/preferences/theme", data={"theme": "dark"}, headers={"Referer": referer})
    assert answer.location == location


def test_one_readers_language_does_not_stay_for_the_next(sign_in, alice, bob):
    commands.choose_language(alice, "zh_Hans")
    db.session.commit()
    assert language(sign_in(alice).get("/my-day")) == "zh-Hans"
    assert language(sign_in(bob).get("/my-day", headers={"Accept-Language": "en"})) == "en"
    assert db.session.query(Person).filter_by(locale="zh_Hans").count() == 1
