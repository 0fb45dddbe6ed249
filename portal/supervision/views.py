"""Pages of supervision; the modules beside this one add theirs."""

from flask import Blueprint

bp = Blueprint("supervision", __name__)
