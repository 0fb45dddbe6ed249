"""The shape of a booking's room and time as a grid sends them."""

from datetime import UTC, datetime

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from portal.web.addresses import LARGEST_ID
from portal.web.forms import Form

LATEST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())


class SpanForm(Form):
    """Where and when, in seconds since 1970; `seen` is the version of the booking that was moved."""

    room_id = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST_ID)])
    starts = IntegerField(validators=[InputRequired(), NumberRange(0, LATEST)])
    ends = IntegerField(validators=[InputRequired(), NumberRange(0, LATEST)])
    seen = HiddenField(validators=[InputRequired()])

    def values(self) -> tuple[int, datetime, datetime]:
        """What the command takes: room, start and end (instants in UTC)."""
        assert self.room_id.data is not None, "asked for after validation only"
        return self.room_id.data, _instant(self.starts.data), _instant(self.ends.data)


def _instant(seconds: int | None) -> datetime:
    assert seconds is not None, "asked for after validation only"
    return datetime.fromtimestamp(seconds, UTC)
