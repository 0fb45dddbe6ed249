"""Getting a meeting ready."""

from flask import Blueprint

bp = Blueprint("readiness", __name__)
