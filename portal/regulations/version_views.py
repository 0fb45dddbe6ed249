"""Versions of regulations: which there are, what differs, making another, who has read it, files."""

from flask import Response, abort, request, url_for

from portal.accounts.queries import house_today
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, reader
from portal.notifications.commands import mark_read
from portal.regulations import commands, policy, queries, readers, sheet
from portal.regulations.checking import checked
from portal.regulations.differences import changes
from portal.regulations.forms import VersionForm
from portal.regulations.models import RegulationVersion
from portal.regulations.queries import PACKAGED
from portal.regulations.reading import BadProfile
from portal.regulations.views import KEYS, bp, read_page
from portal.regulations.words import title_of
from portal.web.addresses import record_number
from portal.web.documents import PDF, attachment, face_for
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page

# As many names are shown of those who have not read a version; the rest is a number.
MOST_NAMES = 200


@bp.get(f"/regulations/{KEYS}/versions")
def versions(key: str) -> Response:
    """All versions, the newest first; two of them can be told apart."""
    return page(
        "regulations/versions.html", block="versions", key=key, packaged=queries.packaged_profile(key),
        versions=queries.versions_of(key), in_force=queries.profile_in_force(key).number,
        may_publish=policy.may_publish(me()),
    )


@bp.get(f"/regulations/{KEYS}/versions/<int:number>")
def version(key: str, number: int) -> Response:
    """One version as readable text, with why it was made and who has read it."""
    return _version_page(key, number, Form(formdata=None))


def _version_page(key: str, number: int, form: Form) -> Response:
    profile, made = queries.profile_as_of(key, number), queries.version_of(key, number)
    shows_names = made is not None and policy.may_see_readers(me())
    return page(
        "regulations/version.html", block="clauses", **read_page(profile), made=made, form=form, number=number,
        today=house_today(), readers=readers.readers_of(made.id) if made else None,
        unread=readers.unread_of(made.id, MOST_NAMES) if made and shows_names else (), shows_names=shows_names,
        is_unread=made is not None and readers.has_unread(me().id, made.id),
    )


def _made(key: str, number: int) -> RegulationVersion:
    return queries.version_of(key, number) or abort(404)


@bp.post(f"/regulations/{KEYS}/versions/<int:number>/reading")
def reading(key: str, number: int) -> Response:
    """Say that one has read it."""
    mark_read(me(), "regulation_version", _made(key, number).id)
    db.session.commit()
    return go(_("Thank you. It counts as read."), url_for(".version", key=key, number=number))


@bp.post(f"/regulations/{KEYS}/versions/<int:number>/reminder")
def reminder(key: str, number: int) -> Response:
    """Tell those again who have not read it."""
    found, form = _made(key, number), Form()
    if form.validate() and (count := carry_out(form, commands.remind_unread, me(), found)):
        words = ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", count)
        return go(words, url_for(".version", key=key, number=number))
    return _version_page(key, number, form)


@bp.get(f"/regulations/{KEYS}/differences")
def differences(key: str) -> Response:
    """What differs from version `?from=` to version `?to=`, by default between the last two."""
    numbers = [*(one.number for one in queries.versions_of(key)), PACKAGED]
    after = _chosen("to", numbers, numbers[0])
    before = _chosen("from", numbers, numbers[min(1, len(numbers) - 1)])
    found = changes(queries.profile_as_of(key, before), queries.profile_as_of(key, after))
    return page(
        "regulations/differences.html", block="differences", key=key, title=title_of(key), numbers=numbers,
        before=before, after=after, changes=found,
    )


def _chosen(name: str, numbers: list[int], otherwise: int) -> int:
    number = request.args.get(name, type=record_number)
    return otherwise if number is None else number if number in numbers else abort(404)


# --- Making another ---


@bp.route(f"/regulations/{KEYS}/edit", methods=["GET", "POST"])
def edit(key: str) -> Response:
    """Write another version and publish it; what was typed is kept whatever is wrong with it."""
    allow(policy.may_publish(me()))
    newest = _newest(key)
    form = VersionForm(source=queries.source_of(key, newest), based_on=newest, effective_on=house_today())
    if form.validate_on_submit():
        made = carry_out(
            form, commands.publish, me(), key, form.source.data, reason=form.reason.data,
            approved_by=form.approved_by.data, effective_on=form.effective_on.data, based_on=form.based_on.data,
            grounds=form.listed_grounds(),
        )
        if made:
            return go(_("The version is published, and everybody is told."),
                      url_for(".version", key=key, number=made.number))
    faults = form.refusal.faults if isinstance(form.refusal, BadProfile) else form.source.errors
    return page("regulations/edit.html", block="editing", key=key, title=title_of(key), form=form, faults=faults)


@bp.post(f"/regulations/{KEYS}/check")
def check(key: str) -> Response:
    """Say what is wrong with the text as it is typed, or else what it would change. Nothing is kept."""
    allow(policy.may_publish(me()))
    form, newest = VersionForm(), _newest(key)
    try:
        found = changes(queries.profile_as_of(key, newest), checked(key, form.source.data or "", newest + 1))
    except BadProfile as bad:
        return page("regulations/edit.html", block="findings", status=422, key=key, title=title_of(key), form=form,
                    faults=bad.faults)
    return page("regulations/edit.html", block="findings", status=200, key=key, title=title_of(key), form=form,
                faults=(), changes=found)


def _newest(key: str) -> int:
    latest = queries.latest_of(key)
    return latest.number if latest else PACKAGED


# --- Files ---


@bp.get(f"/regulations/{KEYS}/versions/<int:number>.<any(toml, pdf):form>")
def exported(key: str, number: int, form: str) -> Response:
    """A version as TOML, as it was typed, or as a document for paper in the reader's language."""
    if form == "toml":
        return attachment(queries.source_of(key, number).encode(), "application/toml", f"{key}-{number}.toml")
    profile = queries.profile_as_of(key, number)
    content = sheet.written(profile, face_for(reader().locale))
    return attachment(content, PDF, f"{profile.title} {number}.pdf")
