"""The regulations as readable pages."""

from flask import Blueprint

bp = Blueprint("regulations", __name__)
