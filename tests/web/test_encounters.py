"""The calls of the interview page, the closing form, the result, and what they must not tell."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from simulator.exam.encounter import Mode
from simulator.exam.review import Review
from simulator.exam.transcript import ActionKind, Phase
from simulator.web.conversation import steps_of
from tests.web.conftest import Site

SECRETS = ("SECRETFACT", "SECRETFINDING", "SECRETDIAGNOSIS", "SECRETDEBRIEF", "SECRETITEM")


async def test_starting_a_station_leads_into_its_interview(site: Site) -> None:
    async with site.visitor("student") as browser:
        answer = await browser.post("/stations/start", data={"station": "cough", "language": "fr", "mode": "exam"})
    thread = answer.headers["location"].removeprefix("/interview/thread/")
    encounter = await site.house.archive.encounter(UUID(thread).hex)
    assert (encounter.candidate, encounter.mode, encounter.language) == ("id-student", Mode.EXAM, "fr")


@pytest.mark.parametrize(("form", "status"), [
    ({"station": "nothing", "language": "en"}, 404), ({"station": "../cough", "language": "en"}, 404),
    ({"station": "cough", "language": "xx"}, 422), ({}, 422)])
async def test_a_station_that_is_not_there_is_refused_kindly(site: Site, form: dict[str, str], status: int) -> None:
    async with site.visitor("student") as browser:
        assert (await browser.post("/stations/start", data=form)).status_code == status


async def test_the_state_tells_the_door_note_and_the_clock(site: Site) -> None:
    live = await site.opened()
    async with site.visitor("student") as browser:
        told = (await browser.get(f"/api/encounter/{live.encounter.id}")).json()
    assert told["phase"] == "briefing"
    assert told["door"]["tasks"] == ["Take a history.", "Order one test."]
    assert datetime.fromisoformat(told["deadline"]) > datetime.fromisoformat(told["now"])


async def test_entering_examining_and_ending_each_happen_once_however_often_they_are_asked_for(site: Site) -> None:
    live = await site.opened()
    call = f"/api/encounter/{live.encounter.id}"
    async with site.visitor("student") as browser:
        wanted = {"target": "order.chest_xray", "message_id": uuid4().hex}
        for path, body in (("enter", {}), ("enter", {}), ("examine", wanted), ("examine", wanted), ("finish", {}),
                           ("finish", {})):
            assert (await browser.post(f"{call}/{path}", json=body)).status_code == 200
    live = await site.house.runner.state(live.encounter.id)
    assert [each.action.value for each in live.transcript.actions] == ["started", "entered", "ordered", "finished"]


async def test_what_cannot_be_done_now_is_refused_in_words(site: Site) -> None:
    live = await site.opened()
    call = f"/api/encounter/{live.encounter.id}"
    async with site.visitor("student") as browser:
        for target in ("order.chest_xray", "symptom.cough", "order.nothing", "x" * 100):
            answer = await browser.post(f"{call}/examine", json={"target": target, "message_id": "1"})
            assert answer.status_code == 409
            assert "moment" in answer.json()["detail"]
        assert (await browser.post(f"{call}/examine", json={"target": "order.ecg"})).status_code == 422
        assert (await browser.get("/api/encounter/" + "0" * 32)).status_code == 404
        assert (await browser.get("/encounter/" + "-" * 32)).status_code == 404


async def test_a_hint_is_given_in_practice_and_refused_in_an_exam(site: Site) -> None:
    practice, exam = await site.entered(), await site.entered(mode=Mode.EXAM)
    async with site.visitor("student") as browser:
        for live, status in ((practice, 200), (exam, 409)):
            call = f"/api/encounter/{live.encounter.id}"
            assert (await browser.get(call)).json()["has_hints"] is (status == 200)
            assert (await browser.post(f"{call}/help", json={"message_id": "1"})).status_code == status
    helped = await site.house.runner.state(practice.encounter.id)
    assert helped.transcript.actions[-1].action is ActionKind.ASKED_FOR_HELP
    assert "Hint" in str(steps_of(helped)[-1]["output"])
    assert (await site.house.runner.state(exam.encounter.id)).transcript == exam.transcript


@pytest.mark.parametrize("stranger", ["other", "teacher", "admin"])
async def test_somebody_elses_encounter_does_not_exist(site: Site, stranger: str) -> None:
    live = await site.played()
    encounter = live.encounter.id
    async with site.visitor(stranger) as browser:
        for method, path in (("GET", f"/api/encounter/{encounter}"), ("POST", f"/api/encounter/{encounter}/enter"),
                             ("GET", f"/encounter/{encounter}"), ("GET", f"/encounter/{encounter}/closing"),
                             ("GET", f"/encounter/{encounter}/export"), ("GET", f"/interview/thread/{UUID(encounter)}"),
                             ("GET", f"/encounter/{encounter}/shown/order.chest_xray"),
                             ("POST", f"/encounter/{encounter}/closing"),
                             ("GET", f"/interview/project/thread/{UUID(encounter)}")):
            answer = await browser.request(method, path, json={} if method == "POST" else None)
            assert answer.status_code in (401, 404), (method, path)
            assert "cough" not in answer.text


async def test_faculty_read_anybodys_result_and_the_log_says_so(site: Site) -> None:
    live = await site.played(mode=Mode.EXAM)
    async with site.visitor("faculty", accept="text/html") as browser:
        page = (await browser.get(f"/encounter/{live.encounter.id}")).text
    assert "Since when do you cough?" in page
    assert "2.5 / 20" in page


async def test_a_picture_is_there_once_it_was_shown_and_never_before(site: Site) -> None:
    live = await site.entered()
    place = f"/encounter/{live.encounter.id}/shown"
    async with site.visitor("student") as browser:
        assert (await browser.get(f"{place}/order.chest_xray")).status_code == 404
        await site.house.runner.examine(live.encounter.id, "order.chest_xray", datetime.now(UTC))
        answer = await browser.get(f"{place}/order.chest_xray")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("image/svg")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert (await browser.get(f"{place}/..order.chest_xray")).status_code == 404


async def test_the_list_of_examinations_is_the_vocabularys_and_the_same_everywhere(site: Site) -> None:
    async with site.visitor("student") as browser:
        french = (await browser.get("/api/terms?language=fr")).json()
        assert (await browser.get("/api/terms?language=xx")).status_code == 422
    assert len(french) == len(site.house.vocabulary.family("examine", "order"))
    assert any(each["name"] == "radiographie du thorax" for each in french)


async def test_nothing_secret_is_told_before_the_result(site: Site) -> None:
    live = await site.entered()
    encounter = live.encounter.id
    await site.house.runner.hear(encounter, "Since when do you cough?", datetime.now(UTC))
    paths = ["/", "/stations", f"/api/encounter/{encounter}", f"/interview/thread/{UUID(encounter)}", "/account/export",
             f"/interview/project/thread/{UUID(encounter)}", f"/encounter/{encounter}/export", "/api/terms?language=en",
             "/interview/project/settings", "/interview/user"]
    async with site.visitor("student", accept="text/html") as browser:
        for path in paths:
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            assert not [each for each in SECRETS if each in answer.text], path
        await site.house.runner.finish(encounter, datetime.now(UTC))
        closing = await browser.get(f"/encounter/{encounter}/closing")
        assert not [each for each in SECRETS if each in closing.text]


async def test_the_closing_form_keeps_a_draft_and_is_handed_in_once(site: Site) -> None:
    live = await site.entered()
    encounter = live.encounter.id
    await site.house.runner.finish(encounter, datetime.now(UTC))
    async with site.visitor("student", accept="text/html") as browser:
        draft = {"fields": {"diagnosis": "Pneumonia <b>", "plan": ""}}
        assert (await browser.post(f"/api/encounter/{encounter}/draft", json=draft)).status_code == 200
        form = (await browser.get(f"/encounter/{encounter}/closing")).text
        assert "Pneumonia &lt;b&gt;" in form
        strange = {"fields": {"mark": "20"}}
        assert (await browser.post(f"/api/encounter/{encounter}/draft", json=strange)).status_code == 409
        for words in ("Pneumonia", "Something else"):
            answer = await browser.post(f"/encounter/{encounter}/closing", data={"diagnosis": words, "mark": "20"})
            assert answer.headers["location"] == f"/encounter/{encounter}"
    live = await site.house.runner.state(encounter)
    assert live.transcript.submitted["diagnosis"] == "Pneumonia"
    assert live.phase is Phase.DEBRIEF


async def test_each_address_of_an_encounter_leads_to_where_it_stands(site: Site) -> None:
    live = await site.entered()
    encounter = live.encounter.id
    interview, form, result = f"/interview/thread/{UUID(encounter)}", f"/encounter/{encounter}/closing", \
        f"/encounter/{encounter}"
    async with site.visitor("student", accept="text/html") as browser:
        assert (await browser.get(form)).headers["location"] == interview
        assert (await browser.get(result)).headers["location"] == interview
        await site.house.runner.finish(encounter, datetime.now(UTC))
        assert (await browser.get(interview)).headers["location"] == form
        assert (await browser.get(result)).headers["location"] == form
        await site.house.runner.submit(encounter, {}, datetime.now(UTC))
        assert (await browser.get(interview)).headers["location"] == result
        assert (await browser.get(form)).headers["location"] == result


async def test_the_result_shows_the_mark_its_evidence_and_how_it_was_computed(site: Site) -> None:
    live = await site.played()
    async with site.visitor("student", accept="text/html") as browser:
        page = (await browser.get(f"/encounter/{live.encounter.id}")).text
    for words in ("2.5 / 20", "Estimate by a program", "Asks about blood", "Have you coughed up blood?", "#turn-",
                  "20 × 1 / 8 = 2.5", "six-words-1", "abc123", "An algorithm took part", "SECRETDEBRIEF",
                  "Bronchitis, perhaps", "not judged"):
        assert words in page, words


async def test_an_exam_shows_nothing_until_a_person_releases_it(site: Site) -> None:
    live = await site.played(mode=Mode.EXAM)
    encounter = live.encounter.id
    async with site.visitor("student", accept="text/html") as browser:
        page = (await browser.get(f"/encounter/{encounter}")).text
        exported = (await browser.get(f"/encounter/{encounter}/export")).json()
        assert "a member of faculty reads it" in page
        assert not [each for each in (*SECRETS, "2.5", "Asks about") if each in page]
        assert exported["grades"] == []
        home = (await browser.get("/")).text
        assert "waiting for faculty" in home
        await site.house.archive.add_review(encounter, Review(
            by="id-faculty", at=datetime.now(UTC), why="seen", signs=True, releases=True))
        page = (await browser.get(f"/encounter/{encounter}")).text
        assert "2.5 / 20" in page
        assert "Decided by faculty" in page


async def test_while_it_is_marked_the_page_says_so(site: Site) -> None:
    site.house.marking.is_paused = True
    try:
        live = await site.played()
        async with site.visitor("student", accept="text/html") as browser:
            page = (await browser.get(f"/encounter/{live.encounter.id}")).text
        assert "Your station is being marked" in page
        assert not [each for each in SECRETS if each in page]
    finally:
        site.house.marking.is_paused = False
        await site.house.marking.mark(live.encounter.id)


async def test_the_export_holds_what_is_ones_own_and_no_fact_of_the_station(site: Site) -> None:
    live = await site.played()
    async with site.visitor("student") as browser:
        answer = await browser.get("/account/export")
    assert "attachment" in answer.headers["content-disposition"]
    content = answer.json()
    mine = next(each for each in content["encounters"] if each["encounter"]["id"] == live.encounter.id)
    kinds = {each["kind"] for each in mine["transcript"]}
    assert kinds == {"turn", "action"}
    assert mine["grades"]
    assert "session_version" not in json.dumps(content)
    assert "withheld" not in json.dumps(content)


async def test_a_broken_station_file_is_told_to_teachers_and_hidden_from_students(site: Site) -> None:
    path = Path(site.house.library.scenarios) / "broken.en.yaml"
    path.write_text("id: broken\nfoo: bar\n", encoding="utf-8")
    try:
        async with site.visitor("teacher", accept="text/html") as browser:
            assert "Files with a mistake: 1" in (await browser.get("/stations")).text
            assert "broken.en.yaml:2" in (await browser.get("/troubles")).text
        async with site.visitor("student", accept="text/html") as browser:
            page = await browser.get("/stations")
            assert page.status_code == 200
            assert "broken.en.yaml" not in page.text
    finally:
        path.unlink()


async def test_an_empty_home_invites_to_begin(site: Site) -> None:
    async with site.visitor("admin", accept="text/html") as browser:
        page = (await browser.get("/")).text
    assert "You have not met a patient yet" in page
    assert "simulator users" in page
