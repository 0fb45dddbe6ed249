"""The pages of regulations: everybody reads, administrators write, nothing typed is lost."""

import tomllib

import pytest

from portal.core.db import db
from portal.meetings.kind_commands import Settings, add_kind
from portal.regulations import queries, reviewing
from portal.regulations.profiles import BASE, PROFILES
from tests.conftest import HTMX
from tests.regulations.conftest import CHANGED, PACKAGED, TODAY

FORM = {"source": CHANGED, "based_on": "1", "reason": "Clearer", "approved_by": "Leading group",
        "effective_on": "2026-11-23", "grounds": "Finding of the audit /inspections/1\nhttps://elsewhere.example/x\nhttp://["}


def test_everybody_reads_which_regulations_there_are(sign_in, bob, olive):
    add_kind(olive, Settings("Works meeting", "W", profile="agency"))
    db.session.commit()
    answer = sign_in(bob).get("/regulations")
    assert "机关会议会务管理制度" in answer.text
    assert "Works meeting" in answer.text


@pytest.mark.parametrize("key", [BASE, *PROFILES])
def test_each_is_readable_with_all_its_clauses(sign_in, bob, key):
    answer = sign_in(bob).get(f"/regulations/{key}")
    assert answer.status_code == 200
    assert answer.text.count('class="text-clause"') == len(queries.packaged_profile(key).clauses)
    assert "organisation&#39;s own choice" in answer.text


def test_clauses_are_found_by_words_phase_and_record(sign_in, bob):
    client = sign_in(bob)
    answer = client.get("/regulations/foreign?q=FOR-2.2.a", headers=HTMX)
    assert answer.text.count('class="text-clause"') == 1
    assert "<html" not in answer.text
    found = client.get("/regulations/foreign?phase=archive&record=document").text
    expected = [one for one in queries.packaged_profile("foreign").clauses
                if (one.phase, one.record) == ("archive", "document")]
    assert found.count('class="text-clause"') == len(expected) > 0
    assert "No clause is like that" in client.get("/regulations/foreign?q=xyzzy").text


@pytest.mark.parametrize("path", ["other", "agency/versions/9", "agency/versions/0.toml", "agency/differences?to=7"])
def test_what_is_not_there_is_not_found(sign_in, bob, path):
    assert sign_in(bob).get(f"/regulations/{path}").status_code == 404


def test_pages_take_a_constant_number_of_statements(sign_in, bob, adam, audrey, publish, statements):
    client = sign_in(bob)
    paths = ("/regulations", "/regulations/agency", "/regulations/agency/versions", "/regulations/agency/reviews",
             "/regulations/agency/versions/2")

    def counted():
        found = []
        for path in paths:
            with statements() as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        return found

    publish()
    reviewing.plan_review(adam, "agency", audrey, TODAY.replace(year=2027))
    db.session.commit()
    few = counted()
    for source in (PACKAGED, CHANGED, PACKAGED):
        publish(source)
    for key in ("foreign", "high_end", BASE):
        reviewing.plan_review(adam, key, audrey, TODAY.replace(year=2027))
    db.session.commit()
    assert counted() == few
    assert max(few) <= 12


def test_an_administrator_publishes_what_was_written(sign_in, adam, bob):
    answer = sign_in(adam).post("/regulations/agency/edit", data=FORM)
    assert answer.location == "/regulations/agency/versions/2"
    made = queries.version_of("agency", 2)
    assert made.grounds == [["Finding of the audit", "/inspections/1"], ["/x", "/x"], ["http://[", ""]]
    page = sign_in(bob).get("/regulations/agency/versions/2").text
    assert "0 of 2 people" in page
    assert "I have read it" in page
    sign_in(bob).post("/regulations/agency/versions/2/reading")
    page = sign_in(bob).get("/regulations/agency/versions/2").text
    assert "1 of 2 people" in page
    assert "I have read it" not in page


def test_what_is_wrong_stands_beside_the_text_and_nothing_typed_is_lost(sign_in, adam):
    broken = CHANGED.replace('rule = "all"', 'rule = "most"', 1)
    answer = sign_in(adam).post("/regulations/agency/edit", data={**FORM, "source": broken}, headers=HTMX)
    assert answer.status_code == 422
    assert "“most” is not known as “rule”" in answer.text
    assert "rule = &#34;most&#34;" in answer.text
    assert "Clearer" in answer.text
    assert queries.latest_of("agency") is None


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_check_says_what_is_wrong_or_what_differs(sign_in, adam, headers):
    client = sign_in(adam)
    sound = client.post("/regulations/agency/check", data={"source": CHANGED, "based_on": "1"}, headers=headers)
    assert sound.status_code == 200
    assert "Nothing is wrong with it" in sound.text
    assert "<ins>The leader</ins>" in sound.text
    bad = client.post("/regulations/agency/check", data={"source": "key = ", "based_on": "1"}, headers=headers)
    assert bad.status_code == 422
    assert "This is no TOML" in bad.text
    assert queries.latest_of("agency") is None


@pytest.mark.parametrize("name", ["bob", "olive", "audrey"])
def test_others_neither_write_nor_plan(sign_in, publish, request, name):
    publish()
    client = sign_in(request.getfixturevalue(name))
    for path in ("edit", "check", "reviews", "versions/2/reminder"):
        assert client.post(f"/regulations/agency/{path}", data=FORM).status_code == 403
    assert client.get("/regulations/agency/edit").status_code == 403


def test_two_versions_are_told_apart(sign_in, bob, publish):
    publish()
    answer = sign_in(bob).get("/regulations/agency/differences?from=1&to=2").text
    assert "<del>Leader</del>" in answer
    assert "<ins>The leader</ins>" in answer


def test_a_version_is_taken_along_as_toml_and_pdf(sign_in, bob):
    client = sign_in(bob)
    toml = client.get("/regulations/agency/versions/1.toml")
    assert tomllib.loads(toml.text) == tomllib.loads(PACKAGED)
    pdf = client.get("/regulations/base/versions/1.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")


def test_a_review_is_planned_and_done_on_its_page(sign_in, adam, audrey):
    client = sign_in(adam)
    nobody = client.post("/regulations/agency/reviews", data={"reviewer": "Zoe", "due_on": "2027-01-15"})
    assert nobody.status_code == 422
    assert "Nobody here is called that" in nobody.text
    client.post("/regulations/agency/reviews", data={"reviewer": "audrey", "due_on": "2027-01-15"})
    review = queries.open_reviews()["agency"]
    client = sign_in(audrey)
    assert "2027-11-23" in client.get("/regulations/agency/reviews").text
    verdict = {"verdict": "It still fits", "due_on": "2027-11-23"}
    assert client.post(f"/regulations/agency/reviews/{review.id}/verdict", data=verdict).status_code == 303
    assert "It still fits" in client.get("/regulations/agency/reviews").text


def test_a_kind_under_a_regulation_needs_approval_by_itself(sign_in, olive):
    client = sign_in(olive)
    data = {"name": "Agency meeting", "prefix": "AG", "confidentiality": "invited", "profile": "agency"}
    assert client.post("/meetings/kinds/new", data=data).status_code == 303
    page = client.get("/meetings/kinds").text
    assert "Approved before the notice" in page
    assert "Government-Agency Meeting Affairs" in page
    unknown = client.post("/meetings/kinds/new", data={**data, "name": "B", "prefix": "B", "profile": "x"})
    assert unknown.status_code == 422
