"""What slices above may want to know. Sent within the transaction; receivers write into the same one."""

from blinker import Namespace

_signals = Namespace()

# sender: the Meeting; people: ids of those whose view of it changed (attendees and organizer, also one taken off)
meeting_changed = _signals.signal("meeting-changed")
# sender: the Meeting, which has become secret; readers: ids of the persons who may still know of it. What of the slices
# above has named it to others names it no more.
meeting_veiled = _signals.signal("meeting-veiled")
# sender: nothing; people: ids of those whose view of many meetings and bookings changes in this transaction
many_changed = _signals.signal("many-changed")
# sender: the Meeting; actor: who gave the last agreement that its approval wanted
meeting_approved = _signals.signal("meeting-approved")
# sender: the Meeting, at its new time and place; before: `words.Where` it was
meeting_moved = _signals.signal("meeting-moved")
