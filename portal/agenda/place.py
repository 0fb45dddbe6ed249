"""What the agenda slice tells the rest of the portal."""

from flask import url_for

from portal.agenda import (  # noqa: F401  (the views add their pages to those of the slice)
    panels,
    paper_views,
    policy,
    queries,
    running_views,
    topic_views,
)
from portal.agenda.models import Topic
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.web.panels import add_panel

register(
    Kind(
        "topic", Topic, lambda: _("Topic"), lambda topic: topic.title,
        lambda topic: url_for("agenda.topic", topic_id=topic.id), policy.may_see_topic, queries.hidden_topics,
    )
)
add_kinds(Group.MEETINGS, "topic")
describe(
    {
        "meeting.lines_added": _l("added lines to the agenda"),
        "meeting.line_changed": _l("changed a line of the agenda"),
        "meeting.line_moved": _l("moved a line of the agenda"),
        "meeting.line_removed": _l("removed a line of the agenda"),
        "meeting.line_restored": _l("put a line back onto the agenda"),
        "meeting.line_started": _l("went on to a line"),
        "meeting.line_back": _l("went back to a line"),
        "meeting.line_ended": _l("ended a line"),
        "meeting.lines_done": _l("ended the last line"),
        "meeting.paper_added": _l("added a paper"),
        "meeting.paper_replaced": _l("added a new version of a paper"),
        "meeting.paper_removed": _l("removed a paper"),
        "meeting.paper_restored": _l("put a paper back"),
        "meeting.paper_marked": _l("said whether the notice carries a paper"),
        "meeting.paper_read": _l("opened a paper"),
        "meeting.topic_taken": _l("took a topic onto the agenda"),
        "topic.proposed": _l("proposed the topic"),
        "topic.taken": _l("took the topic onto an agenda"),
        "topic.declined": _l("declined the topic"),
        "topic.withdrawn": _l("withdrew the topic"),
    },
    details={
        "line": _l("Line"), "lines": _l("Lines"), "place": _l("Number in the agenda"),
        "paper": _l("Paper"), "file": _l("File"),
        "version": _l("Version"), "with_notice": _l("Goes with the notice"), "words": _l("Words"),
    },
    values={"with_notice": {True: _l("Yes"), False: _l("No")}},
)
PAGES = (
    "add", "paste", "change", "move", "removal", "restoration", "speaker", "take_topic", "add_paper", "replace_paper",
    "remove_paper", "restore_paper", "mark_paper",
)
add_tab(Tab(20, "agenda.agenda", _l("Agenda"), also=tuple(f"agenda.{page}" for page in PAGES)))
add_panel("my_day", "topics", 40, panels.topics)
add_panel("meetings_head", "topics", 10, panels.ways)
add_panel("meeting_actions", "run", 5, panels.run)
