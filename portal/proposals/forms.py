"""The shape of a proposal as it is typed."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, StringField
from wtforms.validators import NumberRange, Optional

from portal.core.i18n import lazy_gettext as _l
from portal.proposals.commands import LONGEST, LONGEST_BUDGET_WORDS, LONGEST_TEXT, MOST_PEOPLE, Draft, version_of
from portal.proposals.models import Heading, Proposal
from portal.proposals.names import BESIDE, OWN
from portal.proposals.records import TEXTS
from portal.web.forms import Form, many_lines, one_line

PLAIN_AMOUNT = re.compile(r"\d{1,15}([.．]\d{1,2})?")


class AmountField(StringField):
    """An amount of money, empty if nothing is said; `1,200.50` and `1 200.50` are the same."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = re.sub(r"[\s,，_]", "", valuelist[0]) if valuelist else ""
        if not text:
            return
        try:
            if not PLAIN_AMOUNT.fullmatch(text):
                raise InvalidOperation
            self.data = Decimal(text.replace("．", "."))
        except InvalidOperation:
            raise ValueError(str(_l("This is not an amount, such as 1200 or 1200.50; 0 is nil."))) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:.2f}".removesuffix(".00")


class ProposalForm(Form):
    """Everything may stay empty: what is lacking is said, and only refused when it is submitted."""

    seen = HiddenField()
    size = IntegerField(
        OWN["size"], [Optional(), NumberRange(1, MOST_PEOPLE, _l("Please give a number from 1 to 100000."))]
    )
    theme = many_lines(OWN["theme"], LONGEST_TEXT)
    circle = many_lines(OWN["circle"], LONGEST_TEXT)
    publicity = many_lines(OWN["publicity"], LONGEST_TEXT)
    site_risk = many_lines(OWN["site_risk"], LONGEST_TEXT)
    people_risk = many_lines(OWN["people_risk"], LONGEST_TEXT)
    information_risk = many_lines(OWN["information_risk"], LONGEST_TEXT)
    has_notable_guests = BooleanField(BESIDE["has_notable_guests"])
    notable_guests = many_lines(BESIDE["notable_guests"], LONGEST_TEXT)
    guest_risk = many_lines(OWN["guest_risk"], LONGEST_TEXT)
    is_sensitive = BooleanField(BESIDE["is_sensitive"])
    sensitive_words = many_lines(BESIDE["sensitive_words"], LONGEST_TEXT)
    unplanned_reason = many_lines(OWN["unplanned_reason"], LONGEST["unplanned_reason"])
    venue_reason = many_lines(OWN["venue_reason"], LONGEST_TEXT)
    lessons = many_lines(OWN["lessons"], LONGEST_TEXT)
    overrun_reason = many_lines(BESIDE["overrun_reason"], LONGEST["overrun_reason"])
    rest_is_nil = BooleanField(_l("Headings left empty are nil"))

    def lines(self) -> list[tuple[Heading, Any, Any]]:
        """The budget as fields: heading, amount, for what."""
        return [(heading, self[f"amount_{heading}"], self[f"words_{heading}"]) for heading in Heading]

    def draft(self) -> Draft:
        """What `save_proposal` takes."""
        budget = {}
        for heading, amount, words in self.lines():
            if amount.data is not None or words.data or self.rest_is_nil.data:
                budget[heading] = (amount.data or Decimal(0), words.data)
        plain = {name: self[name].data for name in (*TEXTS, "size", "has_notable_guests", "is_sensitive")}
        return Draft(**plain, budget=budget)


for _heading in Heading:
    setattr(ProposalForm, f"amount_{_heading}", AmountField(_l("Amount")))
    setattr(ProposalForm, f"words_{_heading}", one_line(_l("For what"), LONGEST_BUDGET_WORDS))


def form_of(proposal: Proposal | None, **formdata: Any) -> ProposalForm:
    """The form, filled from what is stored unless something was typed (`formdata=None`: whatever was)."""
    known: dict[str, Any] = {"seen": version_of(proposal)}
    if proposal is not None:
        known |= {name: getattr(proposal, name) for name in (*TEXTS, "size", "has_notable_guests", "is_sensitive")}
        for line in proposal.budget:
            known |= {f"amount_{line.heading}": line.amount, f"words_{line.heading}": line.words}
    return ProposalForm(data=known, **formdata)
