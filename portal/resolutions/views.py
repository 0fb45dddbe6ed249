"""Pages of resolutions."""

from flask import Blueprint

from portal.resolutions import models  # noqa: F401

bp = Blueprint("resolutions", __name__)
