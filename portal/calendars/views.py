"""Pages of calendars."""

from flask import Blueprint

from portal.calendars import models  # noqa: F401

bp = Blueprint("calendars", __name__)
