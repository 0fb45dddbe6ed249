"""Conditions that forms, checklists and clauses share."""

import pytest

from portal.proposals.conditions import is_planned, spends
from portal.proposals.models import Heading


@pytest.mark.parametrize(
    ("filled", "planned", "spent"),
    [({}, True, True), ({Heading.CATERING: False}, False, False), ({Heading.CATERING: True}, True, True),
     ({Heading.VENUE: False}, True, False)],
)
def test_what_is_not_said_to_be_nil_counts_as_planned(filled, planned, spent):
    assert (is_planned(filled, Heading.CATERING), spends(filled)) == (planned, spent)
