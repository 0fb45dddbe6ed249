"""Topics: proposing them, and taking, declining or withdrawing them."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from wtforms.fields.choices import SelectChoice

from portal.accounts.session import me
from portal.agenda import policy, queries, topics
from portal.agenda.forms import DeclineForm, SeenForm, TakeForm, TopicForm
from portal.agenda.models import Topic, TopicState
from portal.agenda.views import bp
from portal.agenda.words import KINDS, STATES
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import day_and_time
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings.models import Meeting
from portal.meetings.seeing import hidden_from
from portal.web.addresses import record_number
from portal.web.fragments import carry_out, done, page
from portal.web.paging import leaf


@bp.get("/topics", endpoint="topics")
def all_topics() -> Response:
    """Topics that the reader may see: those that wait, or with `?which=past` those that were dealt with."""
    past = request.args.get("which") == "past"
    condition = ~queries.is_open() if past else queries.is_open()
    found = leaf(queries.topics_seen_by(me()).where(condition), request.args.get("page", 1, type=int))
    return page(
        "agenda/topics.html", block="topics", leaf=found, past=past, may_propose=policy.may_propose(me()),
        **_about(found.rows),
    )


def _about(rows: Sequence[Topic]) -> dict[str, Any]:
    """What templates need besides topics: words, and which of their meetings the reader may not know of."""
    meant = {topic.meeting_id for topic in rows if topic.meeting_id}
    taken = {topic.item.meeting_id for topic in rows if topic.item}
    return {"kinds": dict(KINDS), "states": STATES, "hidden": hidden_from(me(), meant | taken)}


@bp.route("/topics/new", methods=["GET", "POST"])
def propose() -> Response:
    """Propose a topic for one's department; `?meeting=` is the meeting that it is for."""
    allow(policy.may_propose(me()))
    form = TopicForm(meeting_id=request.args.get("meeting", 0, type=record_number) or 0)
    ahead = _offered(form, queries.meetings_ahead(me(), clock.now()), _("whichever the office chooses"))
    if form.validate_on_submit():
        meeting = ahead.get(form.meeting_id.data)
        made = carry_out(form, topics.propose, me(), form.line(), reason=form.reason.data, meeting=meeting)
        if made:
            return done(_("The topic is proposed."), url_for(".topics"), changed="topics", focus=f"topic-{made.id}")
    return page("agenda/topic_form.html", block="form", form=form, people=[])


def _offered(form: Any, ahead: Sequence[Meeting], none: str = "") -> dict[int, Meeting]:
    """Offer these meetings in the form's list, and answer them by id."""
    named = [SelectChoice(one.id, f"{day_and_time(one.starts_at)} · {one.subject}") for one in ahead]
    if none or not ahead:
        named.insert(0, SelectChoice(0, none or _("You have no meeting ahead that you may change.")))
    form.meeting_id.choices = named
    return {one.id: one for one in ahead}


@bp.get("/topics/<int:topic_id>", endpoint="topic")
def one_topic(topic_id: int) -> Response:
    """One topic, with what the reader may do about it."""
    return _topic_page(load("topic", topic_id, me()))


def _topic_page(topic: Topic, *, taking: TakeForm | None = None, declining: DeclineForm | None = None) -> Response:
    decides = topic.state == TopicState.OPEN and policy.may_decide_topic(me(), topic)
    if decides and taking is None:
        taking = TakeForm(formdata=None, meeting_id=topic.meeting_id)
        _offered(taking, queries.meetings_to_fill(me(), clock.now()))
    return page(
        "agenda/topic.html", block="topic", topic=topic, decides=decides, taking=taking,
        declining=declining or DeclineForm(formdata=None), form=declining if declining is not None else taking,
        withdraws=policy.may_withdraw(me(), topic), **_about([topic]),
    )


@bp.post("/topics/<int:topic_id>/taking")
def take(topic_id: int) -> Response:
    """Put the topic onto the agenda of a meeting."""
    topic, form = load("topic", topic_id, me()), TakeForm()
    allow(policy.may_decide_topic(me(), topic))
    ahead = _offered(form, queries.meetings_to_fill(me(), clock.now()))
    meeting = ahead.get(form.meeting_id.data) if form.validate() else None
    if meeting is None or not carry_out(form, topics.take, me(), topic, meeting):
        return _topic_page(topic, taking=form)
    return _done(topic, _("“%(topic)s” is on the agenda.", topic=topic.title))


@bp.post("/topics/<int:topic_id>/refusal")
def decline(topic_id: int) -> Response:
    """Decline the topic, with words."""
    topic, form = load("topic", topic_id, me()), DeclineForm()
    if not form.validate() or not carry_out(form, _did, topics.decline, topic, form.words.data):
        return _topic_page(topic, declining=form)
    return _done(topic, _("“%(topic)s” is declined.", topic=topic.title))


@bp.post("/topics/<int:topic_id>/withdrawal")
def withdraw(topic_id: int) -> Response:
    """Take the proposal back."""
    topic, form = load("topic", topic_id, me()), SeenForm()
    if not carry_out(form, _did, topics.withdraw, topic):
        return _topic_page(topic, declining=DeclineForm(formdata=None))
    return _done(topic, _("“%(topic)s” is withdrawn.", topic=topic.title))


def _did(command: Any, topic: Topic, *more: Any) -> bool:
    command(me(), topic, *more)
    return True


def _done(topic: Topic, words: str) -> Response:
    db.session.rollback()
    return done(words, url_for(".topic", topic_id=topic.id), changed="topic", focus="topic-title")
