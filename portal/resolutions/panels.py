"""What resolutions show on My day."""

from flask import render_template

from portal.accounts.models import Person
from portal.resolutions import policy, queries, week
from portal.resolutions.today import today

MOST = 8


def mine(actor: Person) -> str:
    """What I owe, and what the department owes that I head, most urgent first; and what this week waits for me."""
    found = queries.owed_by(actor, MOST + 1)
    to_sign, to_report = week.counts_for(actor)
    return render_template(
        "resolutions/_mine.html", resolutions=found[:MOST], has_more=len(found) > MOST, today=today(),
        whose="department" if policy.headed_by(actor) else "mine", to_sign=to_sign, to_report=to_report,
    )
