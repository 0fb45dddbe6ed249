"""A meeting portal for organisations that hold their meetings under written regulations."""

__version__ = "0.1.0"
