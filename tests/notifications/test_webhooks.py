"""Adding, changing and removing webhooks: who may, where they may lead, and what stays secret."""

import re

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.notifications import policy, webhooks
from portal.notifications.models import Format, Group, OutgoingPost, Webhook
from portal.notifications.posting import post_due
from tests.conftest import HTMX, NOW

PAGE = "/notifications/webhooks"


@pytest.fixture
def sent(robot) -> dict[str, object]:
    """What the form sends."""
    return {
        "name": "Office group", "url": robot.url, "format": "dingtalk", "secret": "SEC1", "locale": "zh_Hans",
        "groups": ["meetings", "tasks"],
    }


def kept() -> list[Webhook]:
    db.session.rollback()
    return list(db.session.scalars(select(Webhook).order_by(Webhook.id)))


def test_an_administrator_adds_a_webhook(sign_in, adam, sent):
    answer = sign_in(adam).post(f"{PAGE}/new", data=sent)
    assert (answer.status_code, answer.location) == (303, PAGE)
    (webhook,) = kept()
    assert (webhook.name, webhook.format, webhook.secret, webhook.locale) == (
        "Office group", Format.DINGTALK, "SEC1", "zh_Hans",
    )
    assert webhook.groups == {Group.MEETINGS, Group.TASKS}


def test_no_page_and_no_log_tells_the_address_or_the_secret(sign_in, adam, sent):
    browser = sign_in(adam)
    browser.post(f"{PAGE}/new", data=sent)
    (webhook,) = kept()
    seen = "".join(
        browser.get(path).text
        for path in (PAGE, f"{PAGE}/{webhook.id}/change", f"/log/webhook/{webhook.id}", "/log", "/outbox/posts")
    )
    assert "Office group" in seen
    assert "127.0.0.1" in seen
    assert "key=abc" not in seen
    assert "SEC1" not in seen


def test_a_change_keeps_the_address_and_the_secret_unless_others_are_given(sign_in, adam, sent, robot):
    browser = sign_in(adam)
    browser.post(f"{PAGE}/new", data=sent)
    change = f"{PAGE}/{kept()[0].id}/change"
    browser.post(change, data={**sent, "name": "Everybody", "url": "", "secret": "", "groups": ["other"]})
    (webhook,) = kept()
    assert (webhook.name, webhook.url, webhook.secret) == ("Everybody", robot.url, "SEC1")
    assert webhook.groups == {Group.OTHER}
    browser.post(change, data={**sent, "url": f"{robot.url}d", "secret": "SEC2"})
    assert (kept()[0].url, kept()[0].secret) == (f"{robot.url}d", "SEC2")
    browser.post(change, data={**sent, "url": "", "format": "wecom"})
    assert kept()[0].secret == ""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Please fill this in"), ({"url": ""}, "Please fill this in"),
        ({"format": "telex"}, ""), ({"groups": ["gossip"]}, ""), ({"locale": "fr"}, ""),
        ({"url": "https://example.org/hook"}, "PORTAL_WEBHOOK_HOSTS"),
    ],
)
def test_what_is_no_webhook_is_refused_and_kept_in_the_form(sign_in, adam, sent, wrong, words):
    answer = sign_in(adam).post(f"{PAGE}/new", headers=HTMX, data={**sent, **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "SEC1" not in answer.text
    assert "<html" not in answer.text
    assert kept() == []


def test_a_name_is_given_once(sign_in, adam, sent, add_webhook):
    add_webhook()
    answer = sign_in(adam).post(f"{PAGE}/new", data=sent)
    assert answer.status_code == 422
    assert "already" in answer.text


def test_a_test_is_posted_in_the_webhook_s_language(sign_in, adam, add_webhook, robot):
    webhook = add_webhook(locale="en")
    answer = sign_in(adam).post(f"{PAGE}/{webhook.id}/test")
    assert (answer.status_code, answer.location) == (303, "/outbox/posts")
    post_due()
    assert robot.posts[0][1]["body"].startswith("Adam tries whether")


def test_what_is_on_its_way_goes_with_its_webhook(sign_in, adam, add_webhook, announce, robot):
    webhook = add_webhook()
    announce()
    assert sign_in(adam).post(f"{PAGE}/{webhook.id}/removal").location == PAGE
    assert kept() == []
    assert post_due() == 0


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/new"), ("POST", "/new"), ("GET", "/{}/change"), ("POST", "/{}/change")]
)
def test_webhooks_are_for_administrators(sign_in, add_webhook, olive, alice, audrey, sent, method, path):
    path = PAGE + path.format(add_webhook().id)
    for person in (olive, alice, audrey):
        assert sign_in(person).open(path, method=method, data=sent).status_code == 403
    assert [webhook.name for webhook in kept()] == ["Office group"]


@pytest.mark.parametrize("verb", ["removal", "test"])
def test_others_do_nothing_to_them(sign_in, add_webhook, olive, verb):
    webhook = add_webhook()
    assert sign_in(olive).post(f"{PAGE}/{webhook.id}/{verb}").status_code == 404
    assert len(kept()) == 1
    assert db.session.scalars(select(OutgoingPost)).all() == []


def test_commands_refuse_whoever_is_no_administrator(add_webhook, olive, adam):
    webhook = add_webhook()
    values = {"name": "X", "url": "", "format": Format.JSON, "secret": "", "locale": "en", "groups": set()}
    for command, more in (
        (webhooks.add_webhook, values), (webhooks.change_webhook, {"webhook": webhook, **values}),
        (webhooks.remove_webhook, {"webhook": webhook}), (webhooks.send_test, {"webhook": webhook}),
    ):
        with pytest.raises(NotAllowed):
            command(olive, **more)
    assert [policy.may_manage_webhooks(person) for person in (adam, olive)] == [True, False]


def test_the_list_costs_the_same_however_long(sign_in, adam, add_webhook, announce, statements):
    browser = sign_in(adam)
    counts = []
    for round_ in range(2):
        for number in range(4):
            add_webhook(name=f"Group {round_}{number}")
        announce()
        with statements() as seen:
            browser.get(PAGE)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


def test_the_list_says_how_many_messages_were_lost(sign_in, adam, add_webhook, announce):
    add_webhook()
    announce()
    db.session.scalars(select(OutgoingPost)).one().given_up_at = NOW
    db.session.commit()
    assert re.search(r'state=given-up">.*?1</a>', sign_in(adam).get(PAGE).text, re.DOTALL)


# --- Where they may lead ---


@pytest.fixture
def allowed(app, with_settings):
    with_settings(webhook_hosts=frozenset({"oapi.dingtalk.com", "hooks.example.org:8443", "127.0.0.1:9", "[::1]:9"}))


@pytest.mark.parametrize(
    "url",
    [
        "https://oapi.dingtalk.com/robot/send?access_token=1", "https://OAPI.dingtalk.com:443/", "http://127.0.0.1:9/",
        "https://hooks.example.org:8443/a", "http://[::1]:9/x",
    ],
)
def test_allowed_hosts_may_be_written_to(allowed, url):
    webhooks.check_address(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "not an address"), ("hook", "not an address"), ("ftp://oapi.dingtalk.com/", "not an address"),
        ("https://", "not an address"), ("https://oapi.dingtalk.com:99999/", "not an address"),
        ("https://user:word@oapi.dingtalk.com/", "not an address"), ("https://oapi.dingtalk.com@127.0.0.1/", "not an"),
        ("https://oapi.dingtalk.com/a b", "not an address"), ("https://oapi.dingtalk.com/\r\nX: y", "not an address"),
        ("https://[::1/", "not an address"), ("file:///etc/passwd", "not an address"),
        ("http://oapi.dingtalk.com/", "must begin with https"), ("http://10.0.0.1/", "must begin with https"),
        ("https://oapi.dingtalk.com:8443/", "oapi.dingtalk.com:8443"), ("https://hooks.example.org/", "PORTAL_WEBHOOK"),
        ("https://oapi.dingtalk.com.evil.example/", "PORTAL_WEBHOOK_HOSTS"), ("https://127.0.0.1/", "PORTAL_WEBHOOK"),
        ("http://127.0.0.1:10/", "127.0.0.1:10"), ("http://localhost:9/", "localhost:9"),
        ("https://169.254.169.254/latest", "169.254.169.254"),
    ],
)
def test_nothing_else_may_be_written_to(allowed, url, words):
    with pytest.raises(DomainError) as refusal:
        webhooks.check_address(url)
    assert words in str(refusal.value)
    assert refusal.value.field == "url"


def test_with_no_host_allowed_the_page_names_the_setting(sign_in, adam):
    page = sign_in(adam).get(PAGE).text
    assert "PORTAL_WEBHOOK_HOSTS" in page
    assert f'href="{PAGE}/new"' not in page
