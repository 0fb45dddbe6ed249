"""The application with one view more: an empty one, the floor under every figure."""

from portal.web.access import open_to_everyone
from portal.wsgi import app

app.add_url_rule("/empty", "empty", open_to_everyone(lambda: ""))
