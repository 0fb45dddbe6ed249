"""A demonstration organisation: the same each time but for the language, and always in the middle of its day."""

from portal.demo.days import fill
from portal.demo.organisation import load
from portal.demo.people import PASSWORD, sign_ins

__all__ = ["PASSWORD", "fill", "load", "sign_ins"]
