"""Things to record."""

from datetime import UTC, datetime, timedelta

from simulator.exam.base import Language
from simulator.exam.encounter import Encounter, Mode
from simulator.exam.feedback import Feedback, Remark
from simulator.exam.grade import Grade, ModelUse, Outcome, Rating, SecondOpinion
from simulator.exam.people import Account, Role
from simulator.exam.review import Review
from simulator.exam.transcript import Action, ActionKind, Evidence, Speaker, Turn
from tests.builders import a_station as a_station

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)


def an_encounter(encounter_id: str = "e1", candidate: str = "c1", minutes: int = 0) -> Encounter:
    return Encounter(
        id=encounter_id,
        station="chest_pain",
        language=Language.FRENCH,
        candidate=candidate,
        mode=Mode.EXAM,
        opened_at=NOW + timedelta(minutes=minutes),
        fingerprints={"scenario": "sha256:1"},
        parts={"patient": "scripted"},
        seed=7,
    )


def a_turn(number: int, words: str = "Vous fumez ?", message_id: str | None = None) -> Turn:
    return Turn(number=number, at=NOW, speaker=Speaker.CANDIDATE, words=words, message_id=message_id)


def an_action(number: int, action: ActionKind, message_id: str | None = None) -> Action:
    return Action(number=number, at=NOW, action=action, message_id=message_id)


def a_grade(grader: str = "rules", minutes: int = 0) -> Grade:
    rating = Rating(
        item="tobacco",
        outcome=Outcome.PARTLY_MET,
        credit=1 / 3,
        weight=1,
        evidence=(Evidence(turn=1, words="Vous fumez ?"),),
        because="«Vous fumez ?» \x00😀",
    )
    at = NOW + timedelta(minutes=minutes)
    return Grade(grader=grader, rubric="chest_pain", out_of=20, ratings=(rating,), at=at, critical=("tobacco",))


def a_judged_grade() -> Grade:
    """A grade in which a language model had a part."""
    rating = a_grade().ratings[0].model_copy(update={
        "by_model": True, "agreement": 2 / 3,
        "second_opinion": SecondOpinion(outcome=Outcome.NOT_MET, because="«Rien» \x00")})
    use = ModelUse(models=("small",), prompts={"grader": "1 abc"}, parameters={"temperature": 0.0, "second": True},
                   repeats=3, calls=3, prompt_tokens=900, completion_tokens=70, cost=0.1 + 0.2)
    feedback = Feedback(opening="Bien.", missed=(Remark(item="tobacco", words="…", advice="Pensez-y."),))
    return a_grade("language-model-1").model_copy(
        update={"ratings": (rating,), "model_use": use, "feedback": feedback})


def a_review(why: str = "seen", minutes: int = 0) -> Review:
    return Review(by="faculty", at=NOW + timedelta(minutes=minutes), why=why, ratings=a_grade().ratings, signs=True)


def an_account(account_id: str = "a1", name: str = "Élodie", role: Role = Role.STUDENT) -> Account:
    return Account(id=account_id, name=name, role=role, created_at=NOW)
