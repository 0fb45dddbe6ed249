"""A regulation on paper, in the reader's language with the titles of the other beside them."""

from portal.core.i18n import gettext as _
from portal.core.i18n import language_tag, pgettext, plain_day
from portal.core.pdf import A4, Box, Document, Typeface
from portal.regulations import labels
from portal.regulations.profiles import Clause, Profile, Step

MARGIN, FOOT = 22.0, 8.0
WIDTH = A4.width - 2 * MARGIN
PITCH = 1.5 * 25.4 / 72  # millimetres of a line for each point of its type
TEXT, SMALL, HEAD, TITLE = 10.5, 8.5, 13.0, 20.0


def written(profile: Profile, face: Typeface) -> bytes:
    """The file."""
    paper = _Paper(profile, face)
    paper.text(str(profile.title), TITLE, bold=True)
    paper.text(profile.title.other, HEAD, grey=0.35)
    version = _("Version %(number)s of %(day)s", number=profile.number, day=plain_day(profile.dated))
    paper.text(version, SMALL, grey=0.35)
    for chapter in profile.chapters:
        paper.heading(f"{chapter.number} {chapter.title}")
        for clause in chapter.clauses:
            paper.clause(clause)
    if profile.steps:
        paper.heading(_("The way of approval"))
        for number, step in enumerate(profile.steps, 1):
            paper.text(f"{number} {step.title}: {seats_of(step)}", TEXT)
    paper.heading(_("Last moments"))
    paper.text(_("The regulations give no figures: these are the organisation's own choice."), SMALL, grey=0.35)
    for one in profile.requirements:
        paper.text(f"{one.title}: {labels.moment(one.days)}", TEXT)
    paper.heading(_("Checklist"))
    for duty in profile.duties:
        paper.text(
            f"{duty.title}: {labels.person_name(duty.owner)}, {labels.moment(duty.days, duty.minutes)}", TEXT
        )
    return paper.finish()


def seats_of(step: Step) -> str:
    """Who decides in a step, in a row of words."""
    names = pgettext("between names", ", ").join(map(labels.seat_name, step.seats))
    return names if len(step.seats) == 1 else f"{names} ({labels.RULES[step.rule]})"


class _Paper:
    """Writes from top to bottom, going on to a new page where one is full."""

    def __init__(self, profile: Profile, face: Typeface) -> None:
        self._name = f"{profile.title} · {profile.number}"
        self._sheet = Document(self._name, language_tag(), face)
        self._y, self._pages = 0.0, 0
        self._turn()

    def _turn(self) -> None:
        self._sheet.page(A4)
        self._pages += 1
        self._y = MARGIN
        foot = Box(MARGIN, A4.height - MARGIN + 4, WIDTH, 5)
        self._sheet.words(self._name, foot._replace(width=WIDTH - 20), 8, smallest=6, grey=0.4)
        self._sheet.words(f"— {self._pages} —", foot, 8, align="right", grey=0.4)

    def _room(self, height: float) -> None:
        if self._y + height > A4.height - MARGIN - FOOT:
            self._turn()

    def text(self, words: str, size: float, *, bold: bool = False, grey: float = 0, keeps: float = 0) -> None:
        """A paragraph; so many millimetres stay together with it on the page."""
        for row in self._sheet.rows(words, WIDTH, size):
            height = size * PITCH
            self._room(height + keeps)
            self._sheet.words(
                row, Box(MARGIN, self._y, WIDTH + 0.5, height), size, smallest=size * 0.97, bold=bold, grey=grey
            )
            self._y += height

    def heading(self, words: str) -> None:
        self._y += 5
        self.text(words, HEAD, bold=True, keeps=20)

    def clause(self, clause: Clause) -> None:
        self._y += 2
        self.text(f"{clause.id} {clause.title}", TEXT, bold=True, keeps=10)
        self.text(clause.title.other, SMALL, grey=0.35, keeps=6)
        self.text(str(clause.demand), TEXT)

    def finish(self) -> bytes:
        return self._sheet.finish()
