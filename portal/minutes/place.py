"""What the minutes slice tells the rest of the portal: record, words of the log, tab, panels."""

from collections.abc import Iterable

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext, pgettext
from portal.core.records import Kind, register
from portal.meetings.missing import Lack, add_requirement
from portal.meetings.models import Meeting, Phase
from portal.meetings.queries import Tally
from portal.meetings.signals import meeting_changed, meeting_veiled
from portal.meetings.tabs import Tab, add_tab
from portal.minutes import (  # noqa: F401  (the views add their pages to those of the slice)
    commands,
    copy_panels,
    copy_views,
    file_views,
    panels,
    policy,
    queries,
    review_views,
    version_views,
    vote_views,
    words,
    writing_views,
)
from portal.minutes.models import Minutes
from portal.minutes.versions import WHY
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.web.navigation import put_under
from portal.web.panels import add_panel

put_under("meetings", "minutes")
meeting_changed.connect(commands.follow_agenda)
meeting_veiled.connect(words.withhold_minutes)

register(
    Kind(
        "minutes", Minutes, lambda: pgettext("record", "Minutes"), lambda minutes: _("Minutes of “%(subject)s”",
                                                                    subject=minutes.meeting.subject),
        lambda minutes: url_for("minutes.minutes", meeting_id=minutes.meeting_id), policy.may_read,
        queries.hidden_from,
    )
)
add_kinds(Group.MEETINGS, "minutes", decisions={"minutes.submitted"})
describe(
    {
        "minutes.opened": _l("opened the minutes"),
        "minutes.written": _l("wrote the minutes"),
        "minutes.line_added": _l("added a line to the minutes"),
        "minutes.line_removed": _l("took a line off the minutes"),
        "minutes.vote_noted": _l("wrote down a vote"),
        "minutes.vote_corrected": _l("corrected a vote"),
        "minutes.vote_struck": _l("struck a vote"),
        "minutes.submitted": _l("gave the minutes to be reviewed"),
        "minutes.returned": _l("gave the minutes back"),
        "minutes.commented": _l("commented on the minutes"),
        "minutes.comment_settled": _l("settled a comment"),
        "minutes.final": _l("made the minutes final"),
        "minutes.added_to": _l("added an addendum"),
        "minutes.version_kept": _l("kept a version of the minutes"),
        "minutes.handed_out": _l("handed the minutes out"),
        "minutes.reminded": _l("reminded readers of the minutes"),
        "minutes.file_added": _l("added a file"),
        "minutes.file_removed": _l("removed a file"),
        "minutes.file_restored": _l("put a file back"),
        "minutes.file_read": _l("opened a file"),
    },
    details={
        "line": _l("Line"), "question": _l("Question"), "in_favour": lazy_pgettext("votes", "For"),
        "against": lazy_pgettext("votes", "Against"), "abstained": lazy_pgettext("votes", "Abstained"),
        "adopted": lazy_pgettext("vote", "Adopted"), "words": _l("Words"), "number": lazy_pgettext("record", "Number"),
        "version": _l("Version"), "why": _l("Why"), "people": _l("People"), "paper": _l("Paper"), "file": _l("File"),
    },
    values={"adopted": {True: _l("Yes"), False: _l("No")}, "why": WHY},
)
PAGES = (
    "open_minutes", "write_line", "write_frame", "add_line", "remove_line", "resolution", "vote", "correct_vote",
    "submission", "give_back", "comment", "final", "addendum", "minutes_versions", "keep_minutes", "minutes_difference",
    "minutes_copies", "hand_out_minutes", "remind_readers", "minutes_files", "add_minutes_file",
)


def not_final_yet(meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
    """A meeting that was held wants final minutes; it can be closed without."""
    if not queries.is_final(meeting.id):
        address = url_for("minutes.minutes", meeting_id=meeting.id)
        yield Lack(_("Its minutes are not final yet."), address, _("To the minutes"), stops=False, topic="minutes")


add_requirement(Phase.HELD, "minutes", not_final_yet)
add_tab(
    Tab(
        70, "minutes.minutes", lazy_pgettext("record", "Minutes"), panels.shows_tab,
        tuple(f"minutes.{page}" for page in PAGES),
    )
)
add_panel("resolution_thread", "minutes", 30, panels.of_resolution)
