"""Compliance of a meeting and of the organisation."""

from flask import Blueprint

bp = Blueprint("compliance", __name__)
