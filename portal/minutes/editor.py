"""What those who write minutes see: each line with its texts and all that hangs on it, and marks of what they saw.

A page tells which states of its pieces it knows; what has another state since is sent to it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from portal.accounts.models import Person
from portal.core import clock
from portal.minutes.commands import Clash, mark_of
from portal.minutes.models import Minutes, MinutesComment, MinutesLine
from portal.minutes.queries import comments_of, lines_of
from portal.resolutions.models import Resolution
from portal.resolutions.queries import of_meeting

# Who changed a text a moment ago is taken to be still at it.
AT_IT = timedelta(minutes=1)
LINE_TEXTS, FRAME_TEXTS = ("discussion", "conclusion"), ("opening", "closing")


@dataclass(frozen=True)
class Text:
    """One field: what stands there, its mark, and what was typed instead if that was refused."""

    name: str
    text: str
    typed: str | None = None
    is_clashing: bool = False

    @property
    def seen(self) -> str:
        return mark_of(self.text)

    @property
    def value(self) -> str:
        return self.text if self.typed is None else self.typed


@dataclass(frozen=True)
class Piece:
    """Texts that are saved together, and who is at them or changed them last."""

    key: str
    into: Minutes | MinutesLine
    texts: Sequence[Text]
    writer: Person | None

    @property
    def known(self) -> str:
        """Another one whenever the piece would show something else."""
        title = self.into.title if isinstance(self.into, MinutesLine) else ""
        said = (title, [one.text for one in self.texts], self.writer.id if self.writer else 0)
        return f"{self.key}.{_short(said)}"


@dataclass(frozen=True)
class LineView:
    """One line: its texts, and below them votes, resolutions and comments."""

    line: MinutesLine
    piece: Piece
    resolutions: Sequence[Resolution]
    comments: Sequence[MinutesComment]

    @property
    def known(self) -> str:
        votes = [(vote.id, vote.noted_at, vote.question, vote.is_adopted, vote.in_favour) for vote in self.line.votes]
        return f"m{self.line.id}.{_short((votes, _of(self.resolutions), _said(self.comments)))}"

    @property
    def is_off_agenda(self) -> bool:
        """Its line was taken off the agenda after something had been written here."""
        return self.line.item is not None and self.line.item.removed_at is not None


@dataclass(frozen=True)
class Refused:
    """What was typed and not taken: into which line (0 is opening and closing), and why."""

    line_id: int
    typed: dict[str, str]
    error: Exception


@dataclass(frozen=True)
class Editor:
    """The whole page of those who write."""

    minutes: Minutes
    opening: Piece
    closing: Piece
    lines: Sequence[LineView]
    # Of no line.
    resolutions: Sequence[Resolution]
    comments: Sequence[MinutesComment]
    open_comments: int = field(default=0)

    @property
    def known(self) -> str:
        """Another one when lines came, went or moved, or the minutes are at another state."""
        return f"all.{_short((self.minutes.state, [view.line.id for view in self.lines]))}"

    @property
    def whole_known(self) -> str:
        return f"whole.{_short((self.minutes.state, _of(self.resolutions), _said(self.comments), self.open_comments))}"


def editor_of(minutes: Minutes, actor: Person, refused: Refused | None = None) -> Editor:
    """All of it. Four statements, however long the meeting was."""
    lines, comments, resolved = lines_of(minutes.id), comments_of(minutes.id), of_meeting(minutes.meeting_id)
    standing = [one for one in resolved if one.withdrawn_at is None]
    items = {line.agenda_item_id for line in lines} - {None}
    views = [
        LineView(
            line, piece_of_line(line, actor, refused),
            [one for one in standing if one.agenda_item_id and one.agenda_item_id == line.agenda_item_id],
            [one for one in comments if one.line_id == line.id],
        )
        for line in lines
    ]
    return Editor(
        minutes, piece_of_frame(minutes, "opening", actor, refused), piece_of_frame(minutes, "closing", actor, refused),
        views, [one for one in standing if one.agenda_item_id not in items],
        [one for one in comments if one.line_id is None], sum(one.settled_at is None for one in comments),
    )


def piece_of_line(line: MinutesLine, actor: Person, refused: Refused | None = None) -> Piece:
    names = LINE_TEXTS if line.agenda_item_id is not None else ("title", *LINE_TEXTS)
    mine = refused if refused is not None and refused.line_id == line.id else None
    return Piece(f"w{line.id}", line, [_text(line, name, mine) for name in names], _writer(line, actor))


def piece_of_frame(minutes: Minutes, name: str, actor: Person, refused: Refused | None = None) -> Piece:
    mine = refused if refused is not None and refused.line_id == 0 else None
    return Piece(name, minutes, [_text(minutes, name, mine)], _writer(minutes, actor))


def _text(into: Minutes | MinutesLine, name: str, refused: Refused | None) -> Text:
    now_there = getattr(into, name)
    if refused is None or name not in refused.typed:
        return Text(name, now_there)
    clashing = isinstance(refused.error, Clash) and name in refused.error.theirs
    return Text(name, now_there, refused.typed[name], clashing)


def _writer(into: Minutes | MinutesLine, actor: Person) -> Person | None:
    """Somebody else who is at it now."""
    others = into.changed_by_id != actor.id and into.revision > 0
    return into.changed_by if others and clock.now() - into.changed_at < AT_IT else None


def _of(resolutions: Sequence[Resolution]) -> list[tuple[object, ...]]:
    return [(one.id, one.text, one.owner_id, one.due_on, one.node) for one in resolutions]


def _said(comments: Sequence[MinutesComment]) -> list[tuple[int, bool]]:
    return [(one.id, one.settled_at is not None) for one in comments]


def _short(said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()[:8]
