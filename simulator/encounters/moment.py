"""What a patient actor is handed in one turn: a pure function of scenario, vocabulary and transcript, and bounded."""

from simulator.encounters.disclosure import first_words
from simulator.encounters.names import names_in, without_names
from simulator.exam.ports import Line, Moment, Theme, Told
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import (
    ActKind,
    Disclosure,
    Improvised,
    Reading,
    Speaker,
    Tellable,
    Transcript,
    Turn,
)
from simulator.vocabulary import Vocabulary

_HEARD_AT_MOST = 800  # characters of the candidate's words
_TOLD_AT_MOST = 6  # things told before that an actor is reminded of
_TOLD_CHARACTERS = 500
_LINES_AT_MOST = 4  # turns of the talk
_LINE_AT_MOST = 140  # characters of each
_IMPROVISED_AT_MOST = 4


def moment_of(scenario: Scenario, vocabulary: Vocabulary, transcript: Transcript, may_tell: tuple[Tellable, ...],
              answers: int, seed: int) -> Moment:
    """All that the patient may know as it answers the turn numbered `answers`."""
    language = scenario.language
    heard = transcript.entries[answers - 1]
    names = names_in((turn.words for turn in transcript.candidate_turns), scenario.patient.persona.name, language)
    told = told_so_far(scenario, transcript)
    again = {each.id for each in may_tell}
    return Moment(
        persona=scenario.patient.persona, language=language, may_tell=may_tell,
        heard=without_names(_cut(heard.words, _HEARD_AT_MOST), names, language) if isinstance(heard, Turn) else "",
        told=_latest(tuple(each for each in told if each.id not in again)),
        lately=tuple(Line(line.speaker, without_names(_cut(line.words, _LINE_AT_MOST), names, language))
                     for line in _lately(transcript, answers)),
        improvised=improvised_so_far(transcript)[-_IMPROVISED_AT_MOST:],
        may_improvise=_themes(vocabulary, may_tell, scenario), seed=seed)


def told_so_far(scenario: Scenario, transcript: Transcript) -> tuple[Told, ...]:
    """Everything told, each once, in the author's words (what was made up: in the patient's), the latest last."""
    words = {each.id: each.words for each in first_words(scenario)}
    words |= {each.id: each.words for entry in transcript.entries if isinstance(entry, Disclosure)
              for each in entry.may_tell if each.role not in ("rephrase", "deflection", "choice", "courtesy")}
    words |= {f"improvised:{each.topic}": each.words for each in improvised_so_far(transcript)}
    latest: dict[str, None] = {}
    for turn in transcript.turns:
        for told in (*turn.told, *(f"improvised:{each.topic}" for each in turn.improvised)):
            latest.pop(told, None)
            latest[told] = None
    return tuple(Told(id=each, words=words[each]) for each in latest if words.get(each))


def improvised_so_far(transcript: Transcript) -> tuple[Improvised, ...]:
    """What was made up, oldest first."""
    return tuple(each for turn in transcript.turns for each in turn.improvised)


def _latest(told: tuple[Told, ...]) -> tuple[Told, ...]:
    kept: list[Told] = []
    characters = 0
    for each in reversed(told[-_TOLD_AT_MOST:]):
        characters += len(each.words)
        if characters > _TOLD_CHARACTERS:
            break
        kept.insert(0, each)
    return tuple(kept)


def _lately(transcript: Transcript, answers: int) -> list[Turn]:
    """The last turns before this one; what was aimed at the machine, and its answer, are left out."""
    strayed = {entry.turn for entry in transcript.entries if isinstance(entry, Reading)
               and any(act.kind is ActKind.STRAYS for act in entry.acts)}
    said = [turn for turn in transcript.turns
            if turn.speaker is not Speaker.STATION and turn.number < answers
            and turn.number not in strayed and turn.answers not in strayed]
    return said[-_LINES_AT_MOST:]


def _themes(vocabulary: Vocabulary, may_tell: tuple[Tellable, ...], scenario: Scenario) -> tuple[Theme, ...]:
    """The ordinary topics among those that the scenario leaves out."""
    asked = [vocabulary.get(each.topic or each.id) for each in may_tell
             if each.id.startswith("unscripted:") or each.id == "small.talk"]
    return tuple(Theme(topic=topic.id, name=topic.name.of(scenario.language)) for topic in asked
                 if topic is not None and topic.is_ordinary)


def _cut(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[:most].rstrip()}…"
