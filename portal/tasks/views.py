"""My tasks, and one task with its proof."""

from flask import Blueprint

bp = Blueprint("tasks", __name__)
