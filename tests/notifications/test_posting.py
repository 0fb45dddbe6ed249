"""Public notices reach chat robots over real HTTP; what goes wrong is tried again, and never lost."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.notifications import course, posting
from portal.notifications.models import Format, Group, OutgoingPost
from portal.notifications.posting import post_due
from tests.conftest import NOW


def posts() -> list[OutgoingPost]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingPost).order_by(OutgoingPost.id)))


def post_later(**span: float) -> int:
    with clock.standing_at(NOW + timedelta(**span)):
        return post_due()


def test_a_public_notice_is_posted_once(robot, add_webhook, announce):
    add_webhook()
    about = announce()
    assert (post_due(), post_due()) == (1, 0)
    ((path, content),) = robot.posts
    (post,) = posts()
    assert path == "/robot/send?key=abc"
    assert content == {
        "id": post.key, "kind": "booking.moved", "record": {"kind": "booking", "id": about},
        "subject": "The house opens late", "body": "At ten.", "written_at": "2026-11-23T00:00:00+00:00",
    }
    assert (post.sent_at, post.attempts) == (NOW, 1)


def test_a_notice_that_nobody_called_public_stays_in_the_house(robot, add_webhook, notice):
    add_webhook(groups=set(Group))
    notice(subject="A secret plan")
    assert posts() == []
    assert post_due() == 0


def test_a_webhook_hears_only_of_what_it_wants_once_however_many_people_are_told(
    robot, add_webhook, announce, alice, bob, rita
):
    add_webhook(groups={Group.MEETINGS})
    add_webhook(name="Second", groups={Group.BOOKINGS, Group.TASKS})
    announce(alice, bob, rita)
    assert [post.webhook.name for post in posts()] == ["Second"]


def test_what_a_failed_command_announced_is_never_posted(robot, add_webhook, make_booking, bob):
    from portal.notifications.commands import tell

    add_webhook()
    tell([bob], "booking.moved", "booking", make_booking(), lambda: ("Never", "Never"), public=True)
    assert posts() == []


def test_wecom_gets_its_text(robot, add_webhook, announce):
    add_webhook(format=Format.WECOM, secret="ignored")
    announce(subject="会议", body="十点")
    post_due()
    assert robot.posts == [("/robot/send?key=abc", {"msgtype": "text", "text": {"content": "会议\n\n十点"}})]


def test_a_text_is_cut_to_what_wecom_takes_between_characters(robot, add_webhook, announce):
    add_webhook(format=Format.WECOM)
    announce(body="会" * 2000)
    post_due()
    text = robot.posts[0][1]["text"]["content"]
    assert text.endswith("会…")
    assert 2040 < len(text.encode()) <= 2048


def test_dingtalk_gets_its_text_and_a_signature_in_the_address(robot, add_webhook, announce):
    add_webhook(format=Format.DINGTALK, secret="SEC1")
    announce()
    post_due()
    ((path, content),) = robot.posts
    sent = parse_qs(urlsplit(path).query)
    milliseconds = str(int(NOW.timestamp()) * 1000)
    signed = hmac.new(b"SEC1", f"{milliseconds}\nSEC1".encode(), hashlib.sha256).digest()
    assert sent == {"key": ["abc"], "timestamp": [milliseconds], "sign": [base64.b64encode(signed).decode()]}
    assert content == {"msgtype": "text", "text": {"content": "The house opens late\n\nAt ten."}}


def test_feishu_gets_its_text_and_a_signature_in_the_body(robot, add_webhook, announce):
    add_webhook(format=Format.FEISHU, secret="SEC1")
    announce()
    post_due()
    seconds = str(int(NOW.timestamp()))
    signed = hmac.new(f"{seconds}\nSEC1".encode(), b"", hashlib.sha256).digest()
    assert robot.posts[0][1] == {
        "timestamp": seconds, "sign": base64.b64encode(signed).decode(), "msg_type": "text",
        "content": {"text": "The house opens late\n\nAt ten."},
    }


@pytest.mark.parametrize("format", [Format.DINGTALK, Format.FEISHU])
def test_without_a_secret_nothing_is_signed(robot, add_webhook, announce, format):
    add_webhook(format=format)
    announce()
    post_due()
    ((path, content),) = robot.posts
    assert "sign" not in path + json.dumps(content)


PASSING = [
    (Format.JSON, (500, "")), (Format.JSON, (429, "slow down")), (Format.JSON, "hang up"),
    (Format.WECOM, (200, '{"errcode": 45009, "errmsg": "too often"}')),
    (Format.DINGTALK, (200, '{"errcode": 130101, "errmsg": "too often"}')),
    (Format.FEISHU, (200, '{"code": 11232, "msg": "too often"}')),
    (Format.WECOM, (200, "<html>maintenance</html>")), (Format.FEISHU, (200, "[]")),
]


@pytest.mark.parametrize(("format", "answer"), PASSING)
def test_a_passing_refusal_is_tried_again_later_as_the_same_message(robot, add_webhook, announce, format, answer):
    add_webhook(format=format)
    robot.answers.append(answer)
    announce()
    post_due()
    (post,) = posts()
    assert (post.sent_at, post.given_up_at, post.attempts) == (None, None, 1)
    assert post.last_error
    assert post_later(seconds=30) == 0
    assert post_later(minutes=2) == 1
    assert posts()[0].sent_at is not None
    assert robot.posts[0] == robot.posts[1]


FINAL = [
    (Format.JSON, (404, "no such robot")), (Format.JSON, ("redirect", "http://127.0.0.1:1/")),
    (Format.WECOM, (200, '{"errcode": 93000, "errmsg": "invalid webhook url"}')),
    (Format.DINGTALK, (200, '{"errcode": 310000, "errmsg": "sign not match"}')),
    (Format.FEISHU, (200, '{"code": 19021, "msg": "sign match fail"}')),
]


@pytest.mark.parametrize(("format", "answer"), FINAL)
def test_a_final_refusal_is_given_up_and_said(robot, add_webhook, announce, format, answer):
    add_webhook(format=format)
    robot.answers.append(answer)
    announce()
    post_due()
    (post,) = posts()
    assert post.given_up_at == NOW
    assert post.last_error
    assert post_later(days=9) == 0
    assert len(robot.posts) == 1


@pytest.mark.parametrize("answer", ["silence", "drip"])
def test_a_robot_that_dawdles_is_left_in_time(monkeypatch, robot, add_webhook, announce, answer):
    monkeypatch.setattr(posting, "TIMEOUT", 0.1)
    add_webhook(format=Format.WECOM)
    robot.answers.append(answer)
    announce()
    post_due()
    assert (posts()[0].sent_at, posts()[0].attempts) == (None, 1)
    monkeypatch.setattr(posting, "TIMEOUT", 5)
    post_later(minutes=2)
    assert posts()[0].sent_at is not None


def test_a_server_that_is_away_keeps_no_other_waiting_and_is_given_up_in_the_end(
    robot, add_webhook, announce, with_settings, nobody_listens
):
    away = nobody_listens.removeprefix("smtp://")
    with_settings(webhook_hosts=frozenset({robot.host, away}))
    add_webhook(url=f"http://{away}/robot")
    add_webhook(name="Second")
    announce()
    announce()
    post_due()
    assert [(post.webhook.name, post.attempts) for post in posts() if not post.sent_at] == [
        ("Office group", 1), ("Office group", 0),
    ]
    assert "away" in posts()[0].last_error
    for hours in range(8, 8 * 2 * course.TRIES, 8):
        post_later(hours=hours)
    assert {post.given_up_at is not None for post in posts() if not post.sent_at} == {True}


def test_an_address_that_is_no_longer_allowed_is_not_written_to(robot, add_webhook, announce, with_settings):
    add_webhook()
    announce()
    with_settings(webhook_hosts=frozenset())
    post_due()
    assert robot.posts == []
    assert "PORTAL_WEBHOOK_HOSTS" in posts()[0].last_error
    assert posts()[0].given_up_at == NOW


def test_nothing_written_down_or_logged_tells_the_address(robot, add_webhook, announce, caplog):
    add_webhook()
    robot.answers[:] = ["hang up", (500, "")]
    announce()
    announce()
    post_due()
    assert [post.attempts for post in posts()] == [1, 1]
    assert "key=abc" not in caplog.text + "".join(post.last_error for post in posts())


def test_a_worker_that_died_with_a_message_in_hand_leaves_it_to_the_next(robot, add_webhook, announce):
    add_webhook()
    announce()
    posting._take(10)
    assert post_due() == 0
    with clock.standing_at(NOW + course.LEASE):
        assert post_due() == 1
    assert len(robot.posts) == 1
