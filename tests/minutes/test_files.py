"""Files of minutes: papers and recordings, who may read and give them, and that final minutes fix them."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.agenda.papers import add_paper
from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.uploads import Upload
from portal.meetings.models import Confidentiality
from portal.minutes import files
from portal.minutes.models import FileSort
from tests.agenda.conftest import PDF
from tests.conftest import HTMX

SOUNDS = {
    "a.mp3": (b"ID3\x04\x00", "audio/mpeg"), "b.mp3": (b"\xff\xfb\x90\x00", "audio/mpeg"),
    "c.m4a": (b"\0\0\0\x1cftypM4A ", "audio/mp4"), "d.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    "e.ogg": (b"OggS\0\x02", "audio/ogg"),
}


def given(name, content=PDF, **more):
    return {"file": (io.BytesIO(content), name), **more}


def large(megabytes):
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(b"ID3" + b"x" * (megabytes << 20)), "a.mp3")})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def test_sound_is_a_recording_by_name_and_by_its_first_bytes(rosa, oscar, minutes):
    for name, (content, media_type) in SOUNDS.items():
        made = files.add(rosa, minutes, Upload(name, content))
        assert (made.sort, made.media_type) == (FileSort.RECORDING, media_type)
    paper = files.add(rosa, minutes, Upload("../预算.pdf", PDF), sort=FileSort.OTHER, title=" Budget ")
    assert (paper.sort, paper.title, paper.file_name) == (FileSort.OTHER, "Budget", "预算.pdf")
    for name, content in {"a.mp3": PDF, "b.wav": b"RIFF\0\0\0\0AVI ", "c.m4a": b"\0\0\0\x1cftypqt  ", "d.ogg": b"",
                          "e.exe": b"MZ", "f.mp4": b"\0\0\0\x1cftypM4A "}.items():
        with pytest.raises(DomainError) as refusal:
            files.add(rosa, minutes, Upload(name, content))
        assert refusal.value.field == "file", name
    with pytest.raises(DomainError, match="file of sound"):
        files.add(rosa, minutes, Upload("a.pdf", PDF), sort=FileSort.RECORDING)
    # Sound is no paper of a meeting.
    with pytest.raises(DomainError, match="Papers are files of these kinds"):
        add_paper(oscar, minutes.meeting, Upload("a.mp3", b"ID3"))


def test_a_recording_may_be_larger_than_a_paper(rosa, minutes):
    assert files.add(rosa, minutes, Upload("a.mp3", b"ID3" + b"x" * (21 << 20))).size > 20 << 20
    for name, content in (("a.pdf", PDF), ("b.mp3", b"ID3" + b"x" * (30 << 20))):
        with pytest.raises(DomainError, match="MB at most"):
            files.add(rosa, minutes, Upload(name, content + b"x" * (20 << 20)))


def test_files_come_off_and_back_until_the_minutes_are_final(rosa, tom, minutes, finish):
    kept = files.add(rosa, minutes, Upload("a.pdf", PDF))
    files.remove(rosa, minutes, kept)
    assert files.files_of(minutes.id) == []
    files.restore(rosa, minutes, kept)
    assert files.files_of(minutes.id) == [kept]
    with pytest.raises(NotAllowed):
        files.add(tom, minutes, Upload("b.pdf", PDF))
    db.session.commit()
    finish(minutes)
    for change in (
        lambda: files.add(rosa, minutes, Upload("b.pdf", PDF)), lambda: files.remove(rosa, minutes, kept),
        lambda: files.restore(rosa, minutes, kept),
    ):
        with pytest.raises(DomainError, match="final"):
            change()


def test_who_may_read_the_minutes_may_read_their_files(sign_in, rosa, tom, bob, minutes, finish):
    kept = files.add(rosa, minutes, Upload("a.mp3", b"ID3 sound"))
    db.session.commit()
    address = f"/meetings/{minutes.meeting_id}/minutes/files/{kept.id}"

    def readers():
        return [one.name for one in (rosa, tom, bob) if sign_in(one).get(address).status_code == 200]

    assert readers() == ["Rosa"]
    minutes.meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    finish(minutes)
    assert readers() == ["Rosa", "Tom"]
    read = [entry.actor_name for entry in log_of("minutes", minutes.id) if entry.action == "minutes.file_read"]
    assert sorted(read) == ["Rosa", "Tom"]
    answer = sign_in(tom).get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("audio/mpeg", "private, no-store")


def test_the_form_adds_says_what_is_wrong_and_offers_to_undo(sign_in, rosa, tom, minutes):
    browser, address = sign_in(rosa), f"/meetings/{minutes.meeting_id}/minutes/files"
    bad = browser.post(f"{address}/new", data=given("a.exe", b"MZ", title="Mine"), headers=HTMX)
    assert (bad.status_code, 'id="file-error"' in bad.text, 'value="Mine"' in bad.text) == (422, True, True)
    assert browser.post(f"{address}/new", data=given("a.pdf"), headers=HTMX).status_code == 204
    assert browser.post(f"{address}/new", data=given("b.pdf")).status_code == 303
    kept = files.files_of(minutes.id)[0]
    off = browser.post(f"{address}/{kept.id}/removal", headers=HTMX)
    assert (off.status_code, 'id="undo"' in off.text, "<html" in off.text) == (200, True, False)
    assert browser.post(f"{address}/{kept.id}/restoration").status_code == 303
    assert len(files.files_of(minutes.id)) == 2
    assert browser.post(f"{address}/{kept.id}/removal", csrf=False).status_code == 400
    assert browser.get(f"{address}/{kept.id + 99}").status_code == 404
    assert sign_in(tom).post(f"{address}/new", data=given("c.pdf")).status_code == 404


def test_what_is_too_large_to_read_is_refused_beside_its_field(sign_in, rosa, bob, minutes):
    address = f"/meetings/{minutes.meeting_id}/minutes/files/new"
    refused = sign_in(rosa).post(address, **large(52), headers=HTMX)
    assert (refused.status_code, "A file has 50 MB at most." in refused.text) == (413, True)
    assert refused.headers["HX-Retarget"] == "#dialog"
    assert sign_in(bob).post(address, **large(52)).status_code == 404
    assert sign_in(rosa).post(f"/meetings/{minutes.meeting_id}/minutes/versions", **large(3)).status_code == 413
