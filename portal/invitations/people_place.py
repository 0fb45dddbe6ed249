"""What people, groups and rules of eligibility add to the rest of the portal."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext as _pl
from portal.core.records import Kind, register
from portal.invitations import eligibility, policy
from portal.invitations.eligibility import TRAITS
from portal.invitations.models import PeopleGroup
from portal.meetings.admission import add_guard
from portal.meetings.tabs import Tab, add_tab
from portal.web.panels import add_panel

PAGES = (
    "add_people", "attendee", "part", "removal", "many", "add_list", "take_list", "new_guest", "guest", "group_of",
    "rules", "drop_rule",
)

register(
    Kind(
        "people_group", PeopleGroup, lambda: _("Group of people"), lambda group: group.name,
        lambda group: url_for("invitations.group", group_id=group.id), policy.may_see_group,
    )
)
describe(
    {
        "meeting.waived": _l("admitted in spite of a rule"),
        "meeting.guests_added": _l("added guests"),
        "meeting.guest_changed": _l("changed a guest"),
        "meeting.rule_added": _l("added a rule of eligibility"),
        "meeting.rule_dropped": _l("dropped a rule of eligibility"),
        "meeting_kind.rule_added": _l("added a rule of eligibility"),
        "meeting_kind.rule_dropped": _l("dropped a rule of eligibility"),
        "people_group.made": _l("made the group"),
        "people_group.changed": _l("changed the group"),
        "people_group.added": _l("added people to the group"),
        "people_group.part_changed": _l("changed a part"),
        "people_group.removed": _l("took somebody out of the group"),
        "people_group.deleted": _l("deleted the group"),
    },
    details={
        "duty": _l("Duty"), "waiver": _l("Reason"), "reason": _l("Reason"), "trait": _l("Looks at"),
        "values": _l("Allowed"), "name": _pl("of a thing", "Name"), "is_shared": _l("Everybody may use it"),
    },
    values={
        "trait": {trait.value: words for trait, words in TRAITS.items()},
        "is_shared": {True: _l("Yes"), False: _l("No")},
    },
)
add_guard("eligibility", eligibility.objections)
add_tab(
    Tab(30, "invitations.people", _pl("meeting", "People"), also=tuple(f"invitations.{page}" for page in PAGES))
)


def to_groups(person: Person) -> str:
    """On the list of meetings: the way to groups of people."""
    return render_template("invitations/_to_groups.html")


def to_rules(person: Person) -> str:
    """Beside the kinds of meetings: the way to what they ask of their people."""
    return render_template("invitations/_to_rules.html")


add_panel("meetings_head", "groups", 20, to_groups)
add_panel("kinds_head", "rules", 10, to_rules)
