"""What slices above may want to know. Sent within the transaction; receivers write into the same one."""

from blinker import Namespace

_signals = Namespace()

# sender: the Task, which is open again, has another owner or is new. What was said of its record before holds no more.
task_reopened = _signals.signal("task-reopened")
