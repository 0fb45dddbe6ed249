"""Pages of minutes; the modules beside this one add theirs."""

from flask import Blueprint

bp = Blueprint("minutes", __name__)
