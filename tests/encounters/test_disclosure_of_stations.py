"""Whatever is said, in whatever order, in the shipped stations: nothing is told that was not asked or allowed."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.encounters.disclosure import OPEN_TOPICS
from simulator.exam.base import Language
from simulator.exam.scenario import Condition, Fact, Level, Scenario
from simulator.exam.transcript import Act, ActKind, Disclosure, Reading, Tellable, Transcript, plain
from simulator.library.files import FileLibrary
from simulator.vocabulary import Vocabulary
from tests.encounters.talks import Talk
from tests.fakes import an_act

STATIONS = sorted(path.name.removesuffix(".yaml") for path in Path(__file__).parents[2].glob("scenarios/*.??.yaml"))
UTTERANCES = 12
NAMES_IT = ("act.breaks_news", "act.gives_diagnosis")  # the candidate has said the word; the patient may repeat it


@pytest.fixture(params=STATIONS)
def scenario(request: pytest.FixtureRequest, library: FileLibrary) -> Scenario:
    """Every shipped station."""
    station, _, language = str(request.param).rpartition(".")
    return library.station(station, Language(language)).scenario


@given(data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def _whatever_is_said(scenario: Scenario, vocabulary: Vocabulary, data: st.DataObject) -> None:
    talk = Talk(scenario, vocabulary)
    minute = 0.0
    for acts in data.draw(st.lists(utterances(scenario, vocabulary), min_size=1, max_size=UTTERANCES)):
        minute += data.draw(st.sampled_from([0.0, 0.5, 3.0]))
        before = talk.transcript
        talk.hear(*acts, minute=minute)
        _each_has_its_rule(scenario, vocabulary, before, acts, talk.disclosure)
        _nothing_hidden_shows(scenario, talk.transcript, talk.disclosure)


def test_nothing_is_told_that_was_not_asked_or_allowed(scenario: Scenario, vocabulary: Vocabulary) -> None:
    _whatever_is_said(scenario, vocabulary)


def test_nor_if_the_author_had_chosen_other_levels(scenario: Scenario, vocabulary: Vocabulary) -> None:
    levels = itertools.cycle(["volunteered", "on_direct_question", "when_asked"])
    facts = tuple(fact if isinstance(fact.reveal, Condition) else fact.model_copy(update={"reveal": next(levels)})
                  for fact in scenario.facts)
    _whatever_is_said(scenario.model_copy(update={"facts": facts}), vocabulary)


def utterances(scenario: Scenario, vocabulary: Vocabulary) -> st.SearchStrategy[list[Act]]:
    """One to three acts, most of them on topics that the scenario knows."""
    own = sorted({topic for fact in scenario.all_facts for topic in (fact.topic, *fact.also)}
                 | {each.topic for each in (*scenario.denies, *scenario.unknown)} | set(OPEN_TOPICS))
    acts_of_note = ["act.empathises", "act.closes", "act.invites_questions", "act.confidentiality"]
    topics = st.one_of(st.sampled_from(own), st.sampled_from(own), st.sampled_from(sorted(vocabulary)),
                       st.sampled_from(acts_of_note))
    symptoms = st.sampled_from([topic for topic in own if topic.startswith("symptom.")])
    facts = st.sampled_from([fact.id for fact in scenario.all_facts])

    @st.composite
    def acts(draw: st.DrawFn) -> Act:
        topic = draw(topics)
        kind = draw(st.sampled_from([None] * 8 + [ActKind.UNSURE, ActKind.NOT_UNDERSTOOD, ActKind.STATES]))
        about = draw(st.none() | symptoms) if topic.startswith("complaint.") else None
        fact = draw(st.none() | facts) if draw(st.integers(0, 9)) == 0 else None
        act = an_act(topic)
        return act.model_copy(update={
            "about": about, "fact": fact, "kind": kind or act.kind, "is_negated": draw(st.integers(0, 9)) == 0,
            "other": draw(topics) if kind is ActKind.UNSURE else None})

    return st.lists(acts(), min_size=1, max_size=3)


# -- the rules, said once more and another way -------------------------------------------------------------------------

def _each_has_its_rule(scenario: Scenario, vocabulary: Vocabulary, before: Transcript, acts: list[Act],
                       disclosure: Disclosure) -> None:
    asked = [act for act in acts if act.kind is ActKind.ASKS and not act.is_negated]
    unasked = 0
    for each in disclosure.may_tell:
        if each.role == "fact":
            fact = scenario.fact(each.id)
            assert fact is not None
            assert each.words == fact.answer
            assert _is_open(fact, before, acts), f"{fact.id} was told before its condition"
            if not _is_asked(scenario, vocabulary, fact, asked) and not _was_evaded(fact, before):
                assert fact.level is Level.VOLUNTEERED, f"{fact.id} was not asked"
                assert any(act.topic in OPEN_TOPICS for act in asked), f"{fact.id} was volunteered to a closed question"
                unasked += 1
        elif each.role in ("denial", "unknown", "evasion"):
            assert asked, f"{each.id} answers no question"
            _is_no_fact(scenario, each)
    assert unasked <= 2 * sum(act.topic in OPEN_TOPICS for act in asked)
    assert sum(each.role in ("cue", "question") and not each.id.endswith(":met") for each in disclosure.may_tell) <= 2


def _is_asked(scenario: Scenario, vocabulary: Vocabulary, fact: Fact, asked: list[Act]) -> bool:
    for act in asked:
        topic = act.topic or ""
        about = act.about or scenario.complaint
        fits = not topic.startswith("complaint.") or about in ((fact.about or scenario.complaint), fact.topic)
        includes = vocabulary[topic].includes if topic in vocabulary else ()
        is_raised = (topic in fact.also or fact.topic in includes) and fact.level is not Level.ON_DIRECT_QUESTION
        names_it = topic.startswith("complaint.") and act.about == fact.topic and \
            fact.level not in (Level.ON_DIRECT_QUESTION, Level.CONDITIONAL)
        if names_it or act.fact == fact.id or (fact.topic == topic and fits) or (is_raised and (fits or fact.topic in includes)):
            return True
    return False


def _is_open(fact: Fact, before: Transcript, acts: list[Act]) -> bool:
    if not isinstance(fact.reveal, Condition):
        return True
    read = [act for entry in before.entries if isinstance(entry, Reading) for act in entry.acts] + acts
    done = {act.topic for act in read if act.kind is ActKind.COMMUNICATES and not act.is_negated}
    return set(fact.reveal.after) <= done | before.told


def _was_evaded(fact: Fact, before: Transcript) -> bool:
    return any(each.fact == fact.id for entry in before.entries if isinstance(entry, Disclosure)
               for each in entry.withheld)


def _is_no_fact(scenario: Scenario, tellable: Tellable) -> None:
    answers = {fact.answer for fact in scenario.all_facts}
    assert tellable.words not in answers, f"{tellable.id} tells a fact under another name"


def _nothing_hidden_shows(scenario: Scenario, transcript: Transcript, disclosure: Disclosure) -> None:
    said = " | ".join(f" {plain(each.words)} " for each in disclosure.may_tell)
    shown = {plain(finding.shows) for finding in scenario.findings}
    shown |= {plain(result.shows) for result in scenario.results}
    assert not {text for text in shown if f" {text} " in said}
    readings = [entry for entry in transcript.entries if isinstance(entry, Reading)]
    if any(act.topic in NAMES_IT for reading in readings for act in reading.acts):
        return
    for name in (scenario.diagnosis.stated, *scenario.diagnosis.also_accept):
        assert f" {plain(name)} " not in said, f"the diagnosis '{name}' was said: {said}"
