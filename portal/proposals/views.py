"""The proposal of a meeting."""

from flask import Blueprint

bp = Blueprint("proposals", __name__)
