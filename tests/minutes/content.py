"""What the minutes of a real meeting say, as `contents.py` keeps it: twelve lines, twenty resolutions."""

from typing import Any

TOPICS = (
    "2027年度预算安排", "重点工程推进情况", "安全生产检查 <3月>", "会议室调整", "年终总结安排", "信息系统升级",
    "Cooperation with Łódź", "人才引进", "節能改造工程", "资产盘点 & 报废", "“三公”经费", "其他事项",
)
PARAGRAPH = (
    "会议听取了各部门关于年度预算执行情况的汇报，认为总体进展良好，但个别项目支出进度偏慢，须在年底前加快推进；"
    "“三公”经费继续从严控制，严格执行《党政机关厉行节约反对浪费条例》。"
)


def one(name: str, unit: str, part: str = "required", **more: Any) -> dict[str, Any]:
    is_guest = more.get("is_guest", False)
    return {
        "attendee_id": 1, "name": name, "unit": unit, "post": "", "part": part, "reason": "", "instead_of": "",
        "replaced_by": "", "is_guest": is_guest, "sat_in": is_guest or part not in {"chair", "required"}, **more,
    }


def resolution(number: int, text: str) -> dict[str, Any]:
    return {
        "id": number, "number": f"R-2026-{number:03d}", "text": text, "measure": "", "owner": "欧阳修",
        "department": "安全生产监督管理部", "due_on": "2026-12-31",
    }


def line(number: int, topic: str) -> dict[str, Any]:
    resolved = [resolution(number * 2 + more, f"第{number}项第{more + 1}条：落实“{topic}”") for more in range(2)]
    vote = {
        "id": number, "question": f"是否同意{topic}", "is_secret": False, "in_favour": 9, "against": 1, "abstained": 0,
        "entitled": 10, "quorum": 6, "had_quorum": True, "is_adopted": True, "names": "反对：张偉",
    }
    return {
        "id": number, "title": topic, "presenter": "李四", "discussion": f"{PARAGRAPH}\n第{number}项讨论。",
        "conclusion": f"原则同意第{number}项。", "votes": [vote] if number % 4 == 1 else [],
        "resolutions": resolved if number <= 10 else [],
    }


def content(**more: Any) -> dict[str, Any]:
    return {
        "form": 1, "organisation": "滨海市城市建设集团", "department": "", "title": "2026年第十一次办公会议",
        "kind": "办公会议", "confidentiality": "invited", "meeting_number": "M2026-011", "number": "MIN-2026-003",
        "starts_at": "2026-11-23T01:00:00+00:00", "ends_at": "2026-11-23T03:30:00+00:00", "zone": "Asia/Shanghai",
        "is_elsewhere": False,
        "place": "东楼301会议室", "final_at": "2026-11-24T02:00:00+00:00", "chair": "张三", "recorder": "赵六",
        "present": [
            one("张三", "办公室", "chair"), one("李四", "财务处"), one("王𠮷", "财务处", instead_of="钱七"),
            one("赵六", "办公室", "recorder"), one("Łukasz Żak", "Łódź", "optional", is_guest=True),
            *(one(f"参会人{number}", f"第{number // 5}工程部") for number in range(20)),
        ],
        "late": [one("孙八", "工程部", reason="交通堵塞")],
        "excused": [one("钱七", "财务处", reason="出差", replaced_by="王𠮷")], "absent": [one("周九", "人事处")],
        "is_marked": True, "quorum": {"needed": 6, "entitled": 10, "counted": 9, "is_reached": True},
        "opening": "会议由张三主持。\n" + PARAGRAPH, "closing": "张三作总结讲话。",
        "lines": [line(number, topic) for number, topic in enumerate(TOPICS, 1)],
        "resolutions": [resolution(40, "修订会议管理办法")],
        "carried": [{**resolution(50, "更换投影设备"), "words": "已采购，待安装"}], **more,
    }
