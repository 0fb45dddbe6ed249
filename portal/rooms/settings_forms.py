"""The small forms of a resource's settings: layouts, photo, and people who are named."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import InputRequired

from portal.accounts.models import Department
from portal.core.i18n import lazy_gettext as _l
from portal.rooms.manager_forms import whole_number
from portal.web.forms import Form, one_line, required


class LayoutForm(Form):
    """A way to furnish a room, and for how many."""

    name = one_line(_l("Layout"), 60, required(), id="layout-name")
    capacity = whole_number(_l("Seats"), 1, 100_000)


class PhotoForm(Form):
    """An image file."""

    photo = FileField(
        _l("Photo"), [FileRequired(_l("Please choose a file."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )

    @property
    def content(self) -> bytes:
        found: bytes = self.photo.data.read() if self.photo.data else b""
        return found


class PersonForm(Form):
    """A colleague, as typed."""

    # Whom it meant: after the commit the person would be read anew.
    said = ""
    person = one_line(_l("Colleague"), 200, required(), render_kw={"list": "colleagues"})


class DepartmentForm(Form):
    """A department out of all."""

    department_id = SelectField(_l("A whole department"), [InputRequired()], coerce=int)

    def offer(self, departments: list[Department]) -> None:
        self.department_id.choices = [(department.id, department.name) for department in departments]
