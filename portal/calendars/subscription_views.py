"""Pages of one's calendar subscriptions: which there are, what each holds, and its address, shown once."""

import re

import segno
from flask import Response, current_app, render_template, url_for

from portal.accounts.session import me
from portal.calendars import commands, queries
from portal.calendars.models import Feed
from portal.calendars.views import bp
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.core.settings import Settings
from portal.web.fragments import go, page


@bp.get("/calendar/subscriptions")
def subscriptions() -> Response:
    """What I subscribe to."""
    return page("calendars/subscriptions.html", block="subscriptions", feeds=queries.feeds_of(me().id))


@bp.get("/calendar/subscriptions/<int:feed_id>")
def subscription(feed_id: int) -> Response:
    """One subscription: what it holds, when its address was last asked, and what can be done with it."""
    return page("calendars/subscription.html", block="subscription", feed=load("feed", feed_id, me()), address=None)


@bp.post("/calendar/subscriptions/<int:feed_id>/renewal")
def renewal(feed_id: int) -> Response:
    """Make a new secret address and show it in this answer, which is the only one that ever does."""
    feed: Feed = load("feed", feed_id, me())
    secret = commands.renew_feed(me(), feed)
    db.session.commit()
    return _with_address(feed, secret)


def _with_address(feed: Feed, secret: str) -> Response:
    settings: Settings = current_app.config["PORTAL"]
    address = f"{settings.base_url}{url_for('.feed', secret=secret)}"
    html = render_template(
        "calendars/subscription.html", feed=feed, address=address, to_open=re.sub("^https?:", "webcal:", address),
        code=segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff", dark="#000"),
    )
    return Response(html, headers={"Cache-Control": "private, no-store"})


@bp.post("/calendar/subscriptions/<int:feed_id>/revocation")
def revocation(feed_id: int) -> Response:
    """End the secret address."""
    commands.revoke_feed(me(), load("feed", feed_id, me()))
    db.session.commit()
    return go(_("The address is revoked and answers no more."), url_for(".subscription", feed_id=feed_id))
