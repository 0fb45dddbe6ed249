"""A meeting portal for organisations that hold their meetings under written regulations."""

import gc

# By its own measure Python looks for rubbish so often that a seventh of each start goes by, and finds none.
gc.set_threshold(20_000, 20, 50)

__version__ = "0.1.0"
