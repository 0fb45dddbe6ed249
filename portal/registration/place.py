"""What the registration slice tells the rest of the portal."""

from datetime import timedelta

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.meetings import seeing
from portal.meetings.signals import meeting_veiled
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.registration import commands, panels, policy, registering
from portal.registration.models import Registration
from portal.web.panels import add_panel

register(
    Kind(
        "registration", Registration, lambda: _("Registration"), lambda one: one.meeting.subject,
        panels.address_of, lambda person, one: policy.may_keep(person, one.meeting), seeing.hidden_from,
    )
)
add_kinds(Group.MEETINGS, "registration")
describe(
    {
        "meeting.registration_set": _l("changed the registration page"),
        "meeting.registration_opened": _l("opened the registration page"),
        "meeting.registration_closed": _l("closed the registration page"),
        "meeting.registration_field_added": _l("added a field to the registration page"),
        "meeting.registration_field_changed": _l("changed a field of the registration page"),
        "meeting.registration_field_moved": _l("moved a field of the registration page"),
        "meeting.registration_field_removed": _l("removed a field from the registration page"),
        "meeting.registration_field_restored": _l("put a field of the registration page back"),
        "meeting.registered": _l("took a registration and asked for confirmation by mail"),
        "meeting.registration_confirmed": _l("noted that a registration was confirmed"),
        "meeting.registrants_accepted": _l("accepted registrations"),
        "meeting.registrants_declined": _l("declined registrations"),
    },
    details={
        "registration_closes_at": _l("Open until"), "most": _l("Most registrations"), "field": _l("Field"),
        "needs_vetting": _l("Decided on one by one"), "comment": _l("Comment"),
    },
    values={"needs_vetting": {True: _l("Yes"), False: _l("No")}},
)
add_tab(
    Tab(
        60, "registration.overview", _l("Registration"), policy.may_keep,
        also=("registration.new_field", "registration.field", "registration.refusals"),
    )
)
add_panel("my_day", "registrations", 26, panels.to_decide)
add_chore("registrations", timedelta(hours=1), registering.forget)
meeting_veiled.connect(commands.shut)
