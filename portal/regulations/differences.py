"""What differs between two versions of a profile: clause by clause, line by line, word by word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

from portal.core.differences import Piece, merged_keys, told_apart
from portal.core.i18n import LOCALES, lazy_pgettext, pgettext
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.regulations import labels
from portal.regulations.profiles import Act, Phase, Profile, Text

ATTRIBUTES = {
    "title": _l("Title"), "demand": lazy_pgettext("regulation", "Demand"), "phase": _l("Phase"),
    "record": lazy_pgettext("regulation", "Record"), "is_of_house": lazy_pgettext("regulation", "For the whole house"),
    "when": lazy_pgettext("regulation", "Only"), "check": lazy_pgettext("regulation", "Machine check"),
    "arg": lazy_pgettext("regulation", "Of the check"), "sign_off": lazy_pgettext("regulation", "Signed off by"),
    "proof": lazy_pgettext("regulation", "Proof"), "later": lazy_pgettext("regulation", "Later"),
    "seats": lazy_pgettext("regulation", "Who decides"), "rule": lazy_pgettext("regulation", "All or any"),
    "days": lazy_pgettext("regulation", "Working days"), "minutes": lazy_pgettext("regulation", "Minutes"),
    "clause": lazy_pgettext("regulation", "Clause"), "clauses": lazy_pgettext("regulation", "Clauses"),
    "gates": lazy_pgettext("regulation", "Needed for"), "late": lazy_pgettext("regulation", "Late for"),
    "waiver": lazy_pgettext("regulation", "Who may waive it"), "owner": lazy_pgettext("regulation", "Whose it is"),
    "needs": lazy_pgettext("regulation", "After"), "is_required": lazy_pgettext("regulation", "Required"),
    "seen_by": lazy_pgettext("regulation", "Seen by"), "value": lazy_pgettext("regulation", "Value"),
}
# They say which line it is, or follow from where it stands.
NOT_SHOWN = ("id", "key", "name", "form", "chapter", "number")
Line = Mapping[str, str]


class Part(NamedTuple):
    """One attribute of a line, as it was and as it is."""

    label: str
    before: Sequence[Piece]
    after: Sequence[Piece]


class Change(NamedTuple):
    """A line that was `added`, `removed` or `changed`; `is_clause` for those of the regulation's own text."""

    sort: str
    label: str
    is_clause: bool
    parts: Sequence[Part]


def changes(before: Profile, after: Profile) -> list[Change]:
    """Everything that differs, in the order of the later one; what was taken out stays where it was."""
    old, new = _lines(before), _lines(after)
    found = []
    for key in merged_keys(list(old), list(new)):
        was, now = old.get(key), new.get(key)
        if was and now and was[1] == now[1]:
            continue
        sort = "changed" if was and now else "added" if now else "removed"
        label = (now or was or ("", {}))[0]
        found.append(Change(sort, label, key[0] == "clause", _parts(was[1] if was else {}, now[1] if now else {})))
    return found


def _parts(was: Line, now: Line) -> list[Part]:
    names = merged_keys(list(was), list(now))
    differing = [name for name in names if was.get(name, "") != now.get(name, "")]
    return [Part(name, *told_apart(was.get(name, ""), now.get(name, ""))) for name in differing]


def _lines(profile: Profile) -> dict[tuple[str, str], tuple[str, Line]]:
    """Heading and attributes of each line, by what it is."""
    lines: dict[tuple[str, str], tuple[str, Line]] = {}
    lines["profile", ""] = (_("Regulation"), _texts("title", profile.title))
    for chapter in profile.chapters:
        lines["chapter", str(chapter.number)] = (
            _("Chapter %(number)s", number=chapter.number), _texts("title", chapter.title)
        )
        for clause in chapter.clauses:
            lines["clause", clause.id] = (f"{clause.id} {clause.title}", _attributes(clause))
    for number, step in enumerate(profile.steps, 1):
        lines["step", str(number)] = (_("Step %(number)s", number=number), _attributes(step))
    for rule in profile.fields:
        lines["field", rule.name] = (_named(_("Proposal"), labels.FIELDS.get(rule.name, rule.name)), _attributes(rule))
    for kind, name, several in (
        ("requirement", _("Last moment"), profile.requirements), ("task", _("Task"), profile.duties),
        ("sight", _("Who sees it"), profile.sights),
    ):
        lines.update({(kind, one.key): (_named(name, one.title), _attributes(one)) for one in several})
    for line in profile.form_lines:
        name = _named(labels.FORMS.get(line.form, line.form), line.title)
        lines["form", f"{line.form}.{line.key}"] = (name, _attributes(line))
    for kind, values, names in (
        ("figure", profile.figures, labels.FIGURES), ("retention", profile.retention, labels.RETENTION)
    ):
        prefix = _("Years kept") if kind == "retention" else _("Figures")
        for key, value in values.items():
            lines[kind, key] = (_named(prefix, names.get(key, key)), {str(ATTRIBUTES["value"]): str(value)})
    return lines


def _named(kind: Any, name: Any) -> str:
    return f"{kind} · {name}"


def _attributes(line: Any) -> Line:
    """The attributes of a line as a reader calls them, without those that are empty."""
    assert is_dataclass(line), "lines of profiles are"
    shown: dict[str, str] = {}
    for one in fields(line):
        if one.name in NOT_SHOWN:
            continue
        value = getattr(line, one.name)
        if isinstance(value, Text):
            shown.update(_texts(one.name, value))
        elif said := _said(one.name, value):
            shown[str(ATTRIBUTES[one.name])] = said
    return shown


def _texts(name: str, text: Text) -> Line:
    """Each language by itself: who changes one may have forgotten another."""
    return {f"{ATTRIBUTES[name]} · {LOCALES[locale]}": words for locale, words in text.by_locale.items()}


# What the words of an attribute are called.
NAMES: Mapping[str, Callable[[str], Any]] = {
    "seats": labels.seat_name, "owner": labels.person_name, "sign_off": labels.person_name,
    "waiver": labels.person_name, "seen_by": labels.person_name,
    "check": lambda name: labels.check_label(name) or name, "proof": lambda proof: labels.PROOFS.get(proof, proof),
    "record": lambda record: labels.RECORDS.get(record, record), "later": lambda later: labels.LATER.get(later, later),
    "when": lambda when: labels.CONDITIONS.get(when, when), "phase": lambda phase: labels.PHASES[Phase(phase)],
    "gates": lambda act: labels.ACTS[Act(act)], "late": lambda act: labels.ACTS[Act(act)],
    "rule": lambda rule: labels.RULES.get(rule, rule),
}


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else ""
    if isinstance(value, tuple):
        return pgettext("between names", ", ").join(_said(name, one) for one in value)
    if value in ("", None):
        return ""
    return str(NAMES[name](value)) if name in NAMES else str(value)
