"""Lists of people as they are pasted or uploaded: lines, before anybody looks who is meant."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portal.core.decoding import decoded
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.spreadsheets import Unfit, rows_of
from portal.meetings.models import Part

MOST = 5000
LONGEST = 254

BETWEEN = re.compile(r"[\n\r\t,;，；、]+")
ADDRESSED = re.compile(r"(.*?)\s*<\s*([^<>\s]+@[^<>\s]+)\s*>")
IN_BRACKETS = re.compile(r"(.+?)\s*[(（]\s*(.+?)\s*[)）]")
# What the columns of a file may be called, in the languages of those who make them.
COLUMNS = {
    "name": "name 姓名 名字 人员 人員 参会人员 參會人員 参会人 與會人員",
    "login": "login username user 登录名 用户名 账号 帐号 登入名 帳號 使用者名稱",
    "email": "email e-mail mail 邮箱 电子邮箱 邮件 电子邮件 電郵 電子郵件 信箱",
    "badge": "badge card 工号 工牌 工牌号 卡号 胸卡 胸牌 員工編號 工號 卡號",
    "department": "department unit organisation organization 部门 单位 部門 單位 所在部门 所在单位",
    "post": "post title position 职务 岗位 職務 崗位 職位",
    "part": "part role 角色 参会角色 與會角色 身份 参会身份 參會身分 身分",
    "duty": "duty 职责 任务 分工 職責 任務",
    "language": "language 语言 語言 语种",
}
_COLUMN = {word: column for column, words in COLUMNS.items() for word in words.split()}
PARTS = {
    Part.CHAIR: "chair chairperson 主持 主持人 主席 召集人",
    Part.RECORDER: "recorder minutes 记录 记录人 記錄 記錄人 紀錄",
    Part.SPEAKER: "speaker presenter 发言 发言人 汇报人 报告人 發言人 匯報人 報告人 講者",
    Part.REQUIRED: "required 必须 必到 必须参加 参加 出席 必須 必須參加 參加 正式",
    Part.OPTIONAL: "optional 可选 可选参加 自愿 可選 可選參加 自願 選擇性 選擇性參加",
    Part.OBSERVER: "observer 列席 列席人员 列席人員 旁听 旁聽 观察员 觀察員",
    Part.STAFF: "staff 工作人员 会务 会务人员 工作人員 會務 會務人員",
}
_PART = {word: part for part, words in PARTS.items() for word in words.split()}
_LANGUAGES = {
    "en": "en", "english": "en", "英文": "en", "英语": "en", "英語": "en", "zh_hans": "zh_Hans", "zh-cn": "zh_Hans",
    "zh": "zh_Hans", "chinese": "zh_Hans", "中文": "zh_Hans", "简体中文": "zh_Hans", "zh_hant": "zh_Hant",
    "zh-tw": "zh_Hant", "zh-hk": "zh_Hant", "繁體中文": "zh_Hant",
}


class Line(NamedTuple):
    """One of the list: its number there, and what it says of somebody. `anything` may be a name or a login."""

    number: int
    anything: str = ""
    name: str = ""
    login: str = ""
    email: str = ""
    badge: str = ""
    department: str = ""
    post: str = ""
    part: str = ""
    duty: str = ""
    language: str = ""

    @property
    def called(self) -> str:
        """What a reader finds it by in the list."""
        return self.name or self.anything or self.login or self.email or self.badge

    @property
    def wanted_part(self) -> Part | None:
        """The part that the list gives, if it is a word for one."""
        return _PART.get(self.part.lower())

    @property
    def locale(self) -> str | None:
        return _LANGUAGES.get(self.language.lower())


def pasted(text: str) -> list[Line]:
    """Names, logins or e-mails, one to a line or between commas and the like; also `Name <e-mail>`, `Name (unit)`."""
    words = [word.strip() for word in BETWEEN.split(text.replace("\0", ""))]
    return _checked([_from_words(number, word) for number, word in enumerate(filter(None, words), 1)])


def _from_words(number: int, words: str) -> Line:
    if addressed := ADDRESSED.fullmatch(words):
        return Line(number, name=addressed[1].strip("\"'“” "), email=addressed[2])
    if "@" in words:
        return Line(number, email=words)
    if bracketed := IN_BRACKETS.fullmatch(words):
        return Line(number, anything=bracketed[1], department=bracketed[2])
    return Line(number, anything=words)


def uploaded(content: bytes) -> list[Line]:
    """The people of a CSV or XLSX file by the names of its columns; without such names the first holds the people.

    Raises DomainError for the field `file` if it is no such file, or too large.
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        rows = rows_of(content, MOST + 1)
    else:
        rows = _rows_of_text(content)
    return _checked(list(_lines(rows)), "file")


def _rows_of_text(content: bytes) -> list[list[str]]:
    text = decoded(content)
    if text is None:
        raise Unfit(_("This is no spreadsheet that the portal can read. Save it as XLSX or CSV."), "file")
    delimiter = max(",;\t", key=text.lstrip("\r\n").partition("\n")[0].count)
    try:
        # Not `strict`: people quote as they like.
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Unfit(_("This is no spreadsheet that the portal can read. Save it as XLSX or CSV."), "file") from None


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """A line for each row that says something; rows are numbered as the program that shows the file does."""
    columns: list[str | None] | None = None
    for number, row in enumerate(rows, 1):
        cells = [" ".join(cell.replace("\0", "").split()) for cell in row]
        if not any(cells):
            continue
        if columns is None:
            columns = [_COLUMN.get(cell.lower()) for cell in cells]
            if {"name", "login", "email", "badge"}.intersection(columns):
                continue
            columns = []
        yield _from_cells(number, cells, columns)


def _from_cells(number: int, cells: Sequence[str], columns: Sequence[str | None]) -> Line:
    if not columns:
        line = _from_words(number, cells[0])
        return line._replace(department=line.department or (cells[1] if len(cells) > 1 else ""))
    said = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    return Line(number, **said)


def _checked(lines: list[Line], field: str = "people") -> list[Line]:
    lines = [line for line in lines if line.called]
    if not lines:
        raise DomainError(_("There is nobody in this list."), field)
    if len(lines) > MOST:
        raise DomainError(_("A list may hold at most %(count)s people.", count=MOST), field)
    for line in lines:
        if any(len(word) > LONGEST for word in line[1:]):
            raise DomainError(
                _("Row %(number)s has more than %(count)s characters in one place.", number=line.number, count=LONGEST),
                field,
            )
    return lines
