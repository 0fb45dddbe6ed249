"""Whether a budget has grown beyond what was approved."""

from decimal import Decimal

from portal.proposals.facts import Budget

HUNDRED = Decimal(100)


def is_over(approved: Budget, planned: Budget, percent: int) -> bool:
    """Whether the total or any heading exceeds the approved amount by more than so many percent of it."""
    def exceeds(new: Decimal, old: Decimal) -> bool:
        return new > old * (HUNDRED + percent) / HUNDRED

    if exceeds(sum(planned.values(), Decimal(0)), sum(approved.values(), Decimal(0))):
        return True
    return any(exceeds(amount, approved.get(heading, Decimal(0))) for heading, amount in planned.items())
