"""What it costs to find resolutions by their words, and to open their board, among 100,000 of them."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import islice
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy import insert, select, text

from portal.accounts.models import Person
from portal.app import create_app
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Confidentiality, Meeting
from portal.resolutions.models import ProgressReport, Resolution
from portal.resolutions.search_index import Worded, add_words
from tests.bench.load import Request

SEARCH, PAGES = "resolutions, search: ", "resolutions, "
COUNT, MEETINGS, AT_ONCE, OPEN = 100_000, 2000, 2000, 10  # every tenth is open
WHO = ["办公室", "财务部", "工程部", "信息中心", "人事处", "各单位", "采购部", "安全部", "后勤处", "法务部", "审计处"]
WHAT = [
    "完成会议室改造方案并报批", "修订值班制度并组织培训", "落实消防安全整改措施", "汇总上半年经费使用情况",
    "推进档案数字化工作", "开展节能检查并公布结果", "协调新园区搬迁事宜", "建立供应商评价机制",
    "更新应急预案并演练", "清理逾期合同并上报", "优化报销流程缩短时限", "组织全员保密教育",
    "编制年度采购计划", "提交项目验收报告", "核实设备台账账实相符",
]
HOW = [
    "按月报告进展", "由分管领导审核", "形成书面材料", "在内网公布", "报领导小组备案", "经审计处确认", "附照片与清单",
]
ACTS = ["Complete", "Review", "Prepare", "Publish", "Renew", "Audit", "Replace", "Coordinate", "Test", "Archive"]
THINGS = [
    "the fire safety plan", "the annual budget", "the procurement list", "the visitor register", "the parking rules",
    "the supplier contracts", "the heating in the east wing", "the training records", "the emergency exits",
]
RARE = ["阙", "龘", "砼", "zirconium", "二七"]
# What is looked for: kinds of words by how many hold them, and how long they are.
SOUGHT = {
    "one character, frequent": ["会", "完", "审", "报"], "one character, rare": ["阙", "龘", "砼"],
    "two characters, frequent": ["会议", "报告", "消防", "审计"], "two characters, rare": ["二七", "阙龘"],
    "a phrase": ["消防安全整改", "档案数字化工作", "fire safety plan"],
    "English, frequent": ["the", "Fire", "supplier"],
    "English, rare": ["zirconium", "zirc"], "two words apart": ["财务部 采购", "Audit parking"],
    "nobody has it": ["麒麟", "qx"],
    "a number": ["R-2026-04321", "04321"], "full width": ["ＦＩＲＥ", "Ｒ－2026"],
}


def add() -> None:
    """Add them to the database of the environment."""
    with create_app().app_context():
        fill()


def fill(count: int = COUNT) -> None:
    """Add so many resolutions of many meetings, one in ten open, each with a report, indexed by their words."""
    dice, now, today = random.Random(6), clock.now(), clock.now().date()
    people = db.session.execute(
        select(Person.id, Person.department_id).where(Person.department_id.is_not(None)).order_by(Person.id)
    ).all()
    meetings = _meetings(people[0].id)
    rows = (_row(dice, number, dice.choice(people), dice.choice(meetings), now, today) for number in range(count))
    while some := list(islice(rows, AT_ONCE)):
        ids = list(db.session.scalars(insert(Resolution).returning(Resolution.id, sort_by_parameter_order=True), some))
        add_words(
            db.session.connection(),
            [Worded(number, row["number"], row["text"], row["measure"]) for number, row in zip(ids, some, strict=True)],
        )
        reports = [_report(number, row, now) for number, row in zip(ids, some, strict=True)]
        db.session.execute(insert(ProgressReport), reports)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _meetings(organizer: int) -> list[int]:
    """Meetings of the past, every fiftieth secret."""
    now = clock.now()
    rows = [
        {
            "uid": str(uuid4()), "organizer_id": organizer, "subject": f"Steering group {number} 指导委员会",
            "starts_at": now - timedelta(days=1 + number, hours=1), "ends_at": now - timedelta(days=1 + number),
            "sequence": 0, "number": str(uuid4()), "announced_at": now, "created_at": now, "changed_at": now,
            "confidentiality": Confidentiality.SECRET if number % 50 == 0 else Confidentiality.INTERNAL,
        }
        for number in range(MEETINGS)
    ]
    return list(db.session.scalars(insert(Meeting).returning(Meeting.id), rows))


def _row(dice: random.Random, number: int, owner, meeting: int, now: datetime, today: date) -> dict:
    due = today + timedelta(days=dice.randrange(-200, 200))
    row = {
        "uid": str(uuid4()), "number": f"R-2026-{number:05}", "meeting_id": meeting, "text": _words(dice, number),
        "measure": dice.choice(HOW), "department_id": owner.department_id, "owner_id": owner.id, "due_on": due,
        "original_due_on": due, "percent": 60, "node": "worked_on", "sequence": 0, "created_by_id": owner.id,
        "created_at": now, "changed_at": now, "issued_at": now, "reported_at": None, "reviewed_at": None,
        "reviewed_by_id": None, "closed_at": None, "closed_by_id": None,
    }
    if number % OPEN:
        row |= {"percent": 100, "node": "closed", "reported_at": now, "reviewed_at": now, "reviewed_by_id": owner.id,
                "closed_at": now, "closed_by_id": owner.id}
    return row


def _words(dice: random.Random, number: int) -> str:
    words = f"{dice.choice(WHO)}牵头，{dice.choice(WHAT)}，{dice.choice(HOW)}，{dice.choice(WHAT)}（第{number}号）。"
    if number % 3 == 0:
        first, second = dice.choice(ACTS), dice.choice(ACTS).lower()
        words = f"{first} {dice.choice(THINGS)} and {second} {dice.choice(THINGS)}: {number}"
    if number % 9973 == 0:
        words += dice.choice(RARE)
    return words


def _report(number: int, row: dict, now: datetime) -> dict:
    return {
        "resolution_id": number, "reporter_id": row["owner_id"], "percent": row["percent"], "done": "", "problems": "",
        "next_step": "", "reported_at": now, "signed_at": now, "signed_by_id": row["owner_id"], "return_words": "",
    }


def loads(cookie: str) -> dict[str, tuple[Callable[[int], Request], int]]:
    """Finding each kind of words, and the pages of resolutions, as that session's person sees them."""

    def get(*addresses: str) -> tuple[Callable[[int], Request], int]:
        return lambda number: ("GET", addresses[number % len(addresses)], {"Cookie": cookie}, None), 200

    year = clock.now().year
    found = {
        f"{SEARCH}{kind}": get(*(f"/resolutions/search?q={quote(words)}" for words in texts))
        for kind, texts in SOUGHT.items()
    }
    return {
        **found,
        f"{SEARCH}all of these": get(
            *(f"/resolutions/search?q={quote(words)}" for texts in SOUGHT.values() for words in texts)
        ),
        f"{PAGES}the board": get("/resolutions"),
        f"{PAGES}what is done": get("/resolutions?light=grey"),
        f"{PAGES}what is late": get("/resolutions?light=red&sort=due"),
        f"{PAGES}one of them": get("/resolutions/1000"),
        f"{PAGES}figures of a year": get(f"/resolutions/figures?from={year}-01-01&until={year}-12-31"),
    }
