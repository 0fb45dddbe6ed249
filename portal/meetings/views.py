"""Pages of meetings."""

from flask import Blueprint

from portal.meetings import models  # noqa: F401

bp = Blueprint("meetings", __name__)
