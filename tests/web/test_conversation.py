"""The transcript as Chainlit's steps, and Chainlit's view of the archive."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from simulator.web.conversation import encounter_id, escaped, steps_of, thread_id
from simulator.web.language import words_in
from simulator.web.report import report_of
from tests.web.conftest import Site


@pytest.mark.parametrize(("words", "shown"), [
    ("2 * 3 < 4 & [a](b) `c` _d_ #e", r"2 \* 3 \< 4 & \[a\](b) \`c\` \_d\_ \#e"),
    ("- one\n2. two\n3) x", "\\- one  \n2\\. two  \n3\\) x"),
    ("a\\b", r"a\\b"),
    ("مرحبا 😀", "مرحبا 😀"),
])
def test_words_are_shown_as_they_are_and_never_as_markup(words: str, shown: str) -> None:
    assert escaped(words) == shown


def test_thread_ids_and_encounter_ids_are_one_thing_in_two_spellings() -> None:
    made = uuid4()
    assert thread_id(made.hex) == str(made)
    assert encounter_id(str(made)) == made.hex
    assert encounter_id("../../etc/passwd") is None


async def test_the_steps_are_the_turns_in_order_each_with_a_lasting_id(site: Site) -> None:
    live = await site.entered()
    mine = str(uuid4())
    await site.house.runner.hear(live.encounter.id, "Since when?", datetime.now(UTC), message_id=mine)
    live = await site.house.runner.examine(live.encounter.id, "order.full_blood_count", datetime.now(UTC))
    steps = steps_of(live)
    assert [each["name"] for each in steps] == ["Patient", "Candidate", "Patient", "Candidate", "Station"]
    assert steps[1]["id"] == mine
    assert [each["id"] for each in steps] == [each["id"] for each in steps_of(live)]
    assert "| White cells | **14.6** |" in steps[4]["output"]
    assert steps_of(live, after=len(live.transcript)) == []


async def test_a_step_holds_no_fact_id_and_no_reading(site: Site) -> None:
    live = await site.entered()
    live = await site.house.runner.hear(live.encounter.id, "Do you smoke?", datetime.now(UTC))
    assert live.transcript.told
    assert all(step["metadata"] == {} for step in steps_of(live))
    assert "social.tobacco" not in str(steps_of(live))


async def test_a_message_after_the_end_is_kept_and_told_to_be_late(site: Site) -> None:
    live = await site.entered()
    await site.house.runner.finish(live.encounter.id, datetime.now(UTC))
    live = await site.house.runner.hear(live.encounter.id, "One more thing", datetime.now(UTC))
    steps = steps_of(live)
    assert steps[-2]["output"] == "One more thing"
    assert "neither answered nor marked" in steps[-1]["output"]


async def test_chainlit_sees_an_encounter_as_a_thread_of_its_candidate_and_can_change_nothing(site: Site) -> None:
    from simulator.web.threads import EncounterThreads

    live = await site.entered()
    threads = EncounterThreads()
    thread = str(UUID(live.encounter.id))
    before = live.transcript
    seen = await threads.get_thread(thread)
    assert seen is not None
    assert seen["userIdentifier"] == await threads.get_thread_author(thread) == "id-student"
    assert await threads.get_thread("no uuid") is None
    assert await threads.get_thread(str(uuid4())) is None
    assert await threads.get_thread_author(str(uuid4())) == ""
    await threads.update_thread(thread, name="x", metadata={"secret": 1})
    again = await threads.get_thread(thread)
    assert again is not None
    assert again["metadata"] == {}
    with pytest.raises(PermissionError):
        await threads.delete_thread(thread)
    assert (await site.house.runner.state(live.encounter.id)).transcript == before


async def test_the_report_keeps_every_rating_even_when_the_rubric_has_changed(site: Site) -> None:
    live = await site.played()
    grade = (await site.house.archive.grades(live.encounter.id))[0]
    whole = report_of(grade, live.station.rubric)
    assert [section.name for section in whole.sections] == ["History", "Decision"]
    assert whole.critical_missed == ("Asks about blood",)
    assert whole.missed[0].is_critical
    without = report_of(grade, None)
    assert [line.text for section in without.sections for line in section.lines] == [r.item for r in grade.ratings]


def test_numbers_are_written_as_the_language_writes_them() -> None:
    from simulator.exam.base import Language

    assert words_in(Language.FRENCH).number(12.5) == "12,5"
    assert words_in(Language.ENGLISH).number(20.0) == "20"
    assert words_in(Language.ENGLISH).number(0.0, 0) == "0"
