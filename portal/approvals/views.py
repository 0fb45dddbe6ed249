"""What waits for one's approval, and each case on one page."""

from flask import Blueprint

bp = Blueprint("approvals", __name__)
