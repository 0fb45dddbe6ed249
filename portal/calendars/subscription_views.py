"""Pages of one's calendar subscriptions: which there are, what each holds, and its address, shown once."""

from datetime import datetime
from typing import Any

import segno
from flask import Response, current_app, render_template, url_for
from sqlalchemy.orm import joinedload, undefer

from portal.accounts.session import me
from portal.calendars import commands, feeds, programs, queries
from portal.calendars.models import Feed
from portal.calendars.programs import PROGRAMS
from portal.calendars.subscription_forms import ABOUT, SHOWS, OptionsForm, SubscriptionForm
from portal.calendars.views import bp
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import local, plain_day
from portal.core.records import load
from portal.core.settings import Settings
from portal.rooms.models import Resource
from portal.web.fragments import carry_out, go, page

_NAMED = (
    joinedload(Feed.person), joinedload(Feed.resource).joinedload(Resource.area), joinedload(Feed.department),
    joinedload(Feed.meeting_kind),
)


def _base_url() -> str:
    settings: Settings = current_app.config["PORTAL"]
    return settings.base_url


@bp.get("/calendar/subscriptions")
def subscriptions() -> Response:
    """What I subscribe to."""
    return page(
        "calendars/subscriptions.html", block="subscriptions", feeds=queries.feeds_of(me().id), name_of=feeds.name_of,
        PROGRAMS=PROGRAMS, used=_used,
    )


def _used(last_used_at: datetime) -> str:
    """The day and hour of the last use on the reader's clock: it is not known more exactly."""
    at = local(last_used_at)
    return f"{plain_day(at.date())} {at:%H}:00"


@bp.route("/calendar/subscriptions/new", methods=["GET", "POST"])
def new_subscription() -> Response:
    """Choose what to subscribe to and in which program; a POST makes the address and shows it, this one time.

    HTMX gets the options for another choice. What is sent with the options of another choice is shown once more,
    with those that suit.
    """
    form = SubscriptionForm.asked()
    if form.is_submitted() and form.fits() and form.validate():
        made = carry_out(form, commands.make_feed, me(), form.of_what, form.subject_id, form.choice())
        if made:
            return _with_address(*made)
    return page("calendars/new.html", block="options", form=form, SHOWS=SHOWS, ABOUT=ABOUT, **_of_programs())


def _of_programs() -> dict[str, Any]:
    return {
        "PROGRAMS": PROGRAMS, "PROGRAM_WORDS": {client: one.about for client, one in PROGRAMS.items()},
        "is_inside": programs.is_inside(_base_url()), "base_url": _base_url(),
    }


@bp.route("/calendar/subscriptions/<int:feed_id>", methods=["GET", "POST"])
def subscription(feed_id: int) -> Response:
    """One subscription: what it holds, when its address was last asked, and what can be done; a POST changes it.

    HTMX gets the options for another program.
    """
    feed: Feed = load("feed", feed_id, me(), undefer(Feed.contents), *_NAMED)
    form = OptionsForm.of(feed)
    if form.is_submitted() and form.fits() and form.validate():
        carry_out(form, commands.change_feed, me(), feed, form.choice())
        if not form.refusal:
            return go(_("Saved. It shows when your program next asks."), url_for(".subscription", feed_id=feed_id))
    return page(
        "calendars/subscription.html", block="options", form=form, feed=feed, name=feeds.name_of(feed), SHOWS=SHOWS,
        holds=feeds.holdings(feed), used=_used, most=feeds.MOST_COMPONENTS, **_of_programs(),
    )


@bp.post("/calendar/subscriptions/<int:feed_id>/renewal")
def renewal(feed_id: int) -> Response:
    """Make a new secret address and show it in this answer, which is the only one that ever does."""
    feed: Feed = load("feed", feed_id, me(), *_NAMED)
    secret = commands.renew_feed(me(), feed)
    db.session.commit()
    return _with_address(feed, secret)


def _with_address(feed: Feed, secret: str) -> Response:
    address, name = f"{_base_url()}{url_for('.feed', secret=secret)}", feeds.name_of(feed)
    html = render_template(
        "calendars/address.html", feed=feed, name=name, address=address,
        links=programs.links(feed.client, address, name), program=PROGRAMS[feed.client], code=_code(address),
        **_of_programs(),
    )
    return Response(html, headers={"Cache-Control": "private, no-store"})


def _code(address: str) -> str:
    """The address as a picture for a phone's camera, which opens the calendar program rather than a browser."""
    made = segno.make(programs.webcal(address), error="m")
    return made.svg_data_uri(scale=4, border=4, light="#fff", dark="#000")


@bp.post("/calendar/subscriptions/<int:feed_id>/revocation")
def revocation(feed_id: int) -> Response:
    """End the secret address."""
    commands.revoke_feed(me(), load("feed", feed_id, me()))
    db.session.commit()
    return go(_("The address is revoked and answers no more."), url_for(".subscription", feed_id=feed_id))


@bp.post("/calendar/subscriptions/<int:feed_id>/removal")
def removal(feed_id: int) -> Response:
    """End the subscription with its address."""
    commands.remove_feed(me(), load("feed", feed_id, me()))
    db.session.commit()
    return go(_("The subscription is removed."), url_for(".subscriptions"))
