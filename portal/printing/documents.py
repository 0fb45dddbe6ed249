"""Everything that can be printed of a meeting."""

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.printing import badges, name_plates, plan_sheet, sign_in_sheet
from portal.printing.jobs import Printed

DOCUMENTS = {
    printed.name: printed
    for printed in (
        Printed(
            "sign-in-sheet", _l("Sign-in sheet"), _l("A line for each person to sign, and free lines at the end."),
            (
                ("a4", "A4"), ("a4-wide", lazy_pgettext("paper", "A4 landscape")),
                ("a3", "A3"),
            ),
            sign_in_sheet.draw, needs_people=False,
        ),
        Printed(
            "badges", _l("Badges"), _l("Name, unit and part, with the code that the desk scans."),
            (
                ("a4", _l("Eight on an A4 sheet")), ("card", _l("Cards, 86 × 54 mm")),
                ("a6", lazy_pgettext("paper", "A6 upright")),
            ),
            badges.draw,
        ),
        Printed(
            "name-plates", _l("Name plates"), _l("The name large on both sides; fold the sheet at the dashed line."),
            (
                ("a4", _l("One on an A4 sheet")), ("a4-two", _l("Two on an A4 sheet")),
                ("a5", "A5"),
            ),
            name_plates.draw,
        ),
        Printed(
            "seating-plan", _l("Seating plan"), _l("Who sits where, on one sheet."),
            (
                ("a4", lazy_pgettext("paper", "A4 landscape")), ("a4-upright", lazy_pgettext("paper", "A4 upright")),
                ("a3", lazy_pgettext("paper", "A3 landscape")),
            ),
            plan_sheet.draw, needs_people=False, needs_plan=True,
        ),
    )
}
