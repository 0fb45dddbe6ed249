"""What a WSGI server loads."""

import gc

from portal.app import create_app

app = create_app()
# What is loaded now stays: without it, going through a hundred thousand objects again and again for rubbish is the
# dearest part of many an answer.
gc.collect()
gc.freeze()
