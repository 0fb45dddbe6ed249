"""What copies, versions, exports and files add to the page of the minutes."""

from flask import render_template

from portal.accounts.models import Person
from portal.minutes import copies, policy
from portal.minutes.file_views import region
from portal.minutes.models import Minutes
from portal.web.panels import add_panel


def ways(minutes: Minutes, actor: Person) -> str:
    """In the head: the minutes as a file; for those who keep the record, versions and copies too."""
    return render_template("minutes/_ways.html", minutes=minutes, may_keep=policy.may_keep(actor, minutes.meeting))


def attached(minutes: Minutes, actor: Person) -> str:
    """At the side: papers that were handed round, recordings."""
    shown = region(actor, minutes)
    return render_template("minutes/_files.html", **shown) if shown["files"] or shown["may_change"] else ""


def readers(minutes: Minutes, actor: Person) -> str:
    """At the side of final minutes, for those who keep the record: how many have read them."""
    if minutes.final_at is None or not policy.may_keep(actor, minutes.meeting):
        return ""
    found = copies.copies_of(minutes.id)
    read = sum(copy.read_at is not None for copy in found)
    return render_template("minutes/_readers.html", minutes=minutes, counts=(len(found), read, len(found) - read))


add_panel("minutes_head", "ways", 10, ways)
add_panel("minutes_side", "files", 20, attached)
add_panel("minutes_side", "readers", 30, readers)
