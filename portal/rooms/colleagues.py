"""Whom a booking is for, as it is typed."""

from portal.accounts.models import Person
from portal.accounts.naming import label_of, person_meant, suggested

__all__ = ("colleague", "label_of", "suggested")


def colleague(words: str) -> Person | None:
    """Whom the words in the booking form mean; None if nothing is typed. Raises what `person_meant` raises."""
    return person_meant(words, "for_whom")
