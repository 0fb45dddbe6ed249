"""The backward calendar of a meeting, and waivers."""

from flask import Blueprint

bp = Blueprint("deadlines", __name__)
