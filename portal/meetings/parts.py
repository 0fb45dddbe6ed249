"""What the parts in a meeting are called."""

from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Part

PARTS = (
    (Part.CHAIR.value, _l("Chair")),
    (Part.RECORDER.value, _l("Recorder")),
    (Part.SPEAKER.value, _l("Speaker")),
    (Part.REQUIRED.value, _l("Required")),
    (Part.OPTIONAL.value, _l("Optional")),
    (Part.OBSERVER.value, _l("Observer")),
    (Part.STAFF.value, _l("Staff")),
)
NAMES = dict(PARTS)


def part_name(part: str) -> str:
    """What a reader calls the part."""
    return str(NAMES[part])
