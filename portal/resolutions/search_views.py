"""The page on which decisions are found by their words."""

from flask import Response, request

from portal.accounts.session import me
from portal.core.grams import pieces, words_of
from portal.resolutions import queries
from portal.resolutions.board import LONGEST_WORDS
from portal.resolutions.names import NODES
from portal.resolutions.search import MOST, find
from portal.resolutions.today import today
from portal.resolutions.views import bp
from portal.web.fragments import page, wants_fragment


@bp.get("/resolutions/search")
def search() -> Response:
    """`?q=…`: what I may see that holds all of these words somewhere in its number, text or measure, newest first."""
    typed = " ".join(request.args.get("q", "").replace("\x00", "")[:LONGEST_WORDS].split())
    words = words_of(typed)
    found = find(me(), words)
    return page(
        "resolutions/search.html", block="found", typed=typed, words=words, found=found, most=MOST, today=today(),
        reported=queries.last_reports([one.id for one in found]), pieces=pieces, NODES=NODES,
        is_fragment=wants_fragment(),
    )
