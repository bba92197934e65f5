"""A patient who speaks freely, through any language model, of what it is handed in each turn and nothing else.

One call per turn: a system message that stays the same for the whole encounter, and what is new. The answer is read
line by line, `[f1,f3] a sentence`, so it needs no structured output and each sentence can be shown as it comes.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import cache

from simulator.exam.base import Language
from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import LanguageModel, Message, Moment, Piece, Sentence
from simulator.exam.scenario import Persona
from simulator.exam.transcript import Tellable
from simulator.prompts import Prompt, prompt

MOST_TOKENS = 320
_MOST_CHARACTERS = 2500  # of one answer; a model that goes on is cut off
_LONGEST_LINE = 600
_LINE = re.compile(r"^\s*(?:[-*•]\s*)?\[([^\[\]]{0,80})\]\s*(.*)$")
_FRAME = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "«": "“", "»": "”", "`": "'",
                        "#": "", "|": "/"})
_PROMPTS = ("patient", "patient_turn", "patient_again", "patient_parts")


class LanguageModelPatient:
    """Implements PatientActor. What it says is checked by the guard before anybody hears it."""

    is_scripted = False

    def __init__(self, model: LanguageModel, temperature: float = 0.6) -> None:
        self._model = model
        self._temperature = temperature

    @property
    def name(self) -> str:
        """The model and the prompts, in both languages."""
        versions = "+".join(f"{each.language}-{each.version}-{each.fingerprint[:8]}"
                            for each in (prompt("patient", language) for language in Language))
        return f"language_model-1+{self._model.name}+{versions}"

    async def speak(self, moment: Moment) -> AsyncGenerator[Sentence, None]:
        """Sentences as the model writes them; a mark that was not handed over counts for nothing."""
        marks = {f"f{number}": each.id for number, each in enumerate(moment.may_tell, 1)}
        stream = self._model.stream(messages_for(moment), most_tokens=MOST_TOKENS, seconds=moment.seconds,
                                    temperature=self._temperature, seed=moment.seed)
        is_silent = True
        async with aclosing(_lines(stream)) as lines:
            async for line in lines:
                sentence = read_line(line, marks, moment)
                if sentence is not None:
                    is_silent = False
                    yield sentence
        if is_silent:
            raise ModelUnavailable(Trouble.EMPTY, f"{self._model.name} said nothing: the scripted patient answers")


def messages_for(moment: Moment) -> tuple[Message, ...]:
    """The two messages of a turn; the first is the same throughout an encounter, so that it can be cached."""
    return (Message(role="system", content=_part(moment.persona, moment.language)),
            Message(role="user", content=_turn(moment)))


def _part(persona: Persona, language: Language) -> str:
    """The rules of the role, the persona and the style."""
    parts = _parts(language)
    name = f"{persona.title} {persona.name}" if persona.title else persona.name
    who = parts["persona"].format(
        name=name, sex=parts[f"sex.{persona.sex}"], age=persona.age,
        occupation=parts["occupation"].format(occupation=persona.occupation) if persona.occupation else "",
        manner=parts["manner"].format(manner=persona.manner) if persona.manner else "")
    style = [parts[f"language_level.{persona.language_level}"], parts[f"cooperation.{_degree(persona.cooperation)}"],
             parts[f"distress.{_degree(persona.distress)}"], parts[f"recall.{_degree(persona.recall)}"]]
    return _prompt("patient", language).filled(persona=who.strip(), style=" ".join(style))


def _degree(share: float) -> str:
    return "low" if share < 0.4 else "middle" if share < 0.7 else "high"


def _turn(moment: Moment) -> str:
    """What is new: facts with their marks, what was told and said before, and the candidate's words as data."""
    parts = _parts(moment.language)
    facts = [_fact(f"f{number}", each, parts) for number, each in enumerate(moment.may_tell, 1)]
    lately = [f"{parts[f'speaker.{line.speaker}']} : « {as_data(line.words)} »" for line in moment.lately]
    return _prompt("patient_turn", moment.language).filled(
        facts=_listed(facts, parts), told=_listed([f"- {each.words}" for each in moment.told], parts),
        free=_listed(_free(moment, parts), parts), lately=_listed(lately, parts),
        improvised=_listed([f"- {each.words}" for each in moment.improvised], parts),
        heard=as_data(moment.heard), again=_again(moment, parts)).strip()


def _fact(mark: str, each: Tellable, parts: dict[str, str]) -> str:
    hints = [parts[key] for key in (f"role.{each.role}",) if key in parts] + [parts["again"]] * (each.times_told > 0)
    return " ".join((f"{mark}:", *hints, each.words))


def _free(moment: Moment, parts: dict[str, str]) -> list[str]:
    """The subjects on which something may be made up, each with the mark that it replaces."""
    marks = {theme.topic: f"f{number}" for theme in moment.may_improvise
             for number, each in enumerate(moment.may_tell, 1) if theme.topic in (each.topic, each.id)}
    return [f"- {parts['free_reminder'].format(mark=marks.get(theme.topic, 'f1'), name=theme.name)}"
            for theme in moment.may_improvise]


def _again(moment: Moment, parts: dict[str, str]) -> str:
    if moment.refused is None:
        return ""
    said = " ".join(moment.refused.said) or parts["nothing"]
    return _prompt("patient_again", moment.language).filled(
        said=as_data(said), reason=parts[f"reason.{moment.refused.objection}"])


def _listed(lines: list[str], parts: dict[str, str]) -> str:
    return "\n".join(lines) or f"- {parts['nothing']}"


def as_data(words: str) -> str:
    """Words that can neither close their frame nor look like a mark, a heading or another speaker's line."""
    return " ".join(words.translate(_FRAME).split())


def read_line(line: str, marks: dict[str, str], moment: Moment) -> Sentence | None:
    """A line of the answer; one without brackets tells nothing by itself, and the guard finds out what it says."""
    found = _LINE.match(line)
    inside, words = (found[1], found[2]) if found else ("", line)
    words = words.strip().lstrip("-–—*•").strip().strip('"“”«»').strip()
    if not words:
        return None
    named = [each.strip().lower() for each in re.split(r"[,;\s]+", inside) if each.strip()]
    if _parts(moment.language)["free"] in named and moment.may_improvise:
        return Sentence(words=words, improvises=moment.may_improvise[0].topic)
    return Sentence(words=words, told=tuple(dict.fromkeys(marks[each] for each in named if each in marks)))


async def _lines(stream: AsyncIterator[Piece]) -> AsyncGenerator[str, None]:
    """The answer line by line, closed again whoever stops listening."""
    rest, length = "", 0
    try:
        async for piece in stream:
            rest, length = rest + piece.words, length + len(piece.words)
            *whole, rest = rest.split("\n")
            for line in whole:
                yield line[:_LONGEST_LINE]
            if length > _MOST_CHARACTERS or len(rest) > _LONGEST_LINE:
                raise ModelUnavailable(Trouble.ENDLESS, "the model goes on and on: the scripted patient answers")
        yield rest
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()


def _prompt(name: str, language: Language) -> Prompt:
    return prompt(name, language)


@cache
def _parts(language: Language) -> dict[str, str]:
    """The short texts of patient_parts, by their keys."""
    lines = (line.partition(": ") for line in prompt("patient_parts", language).text.splitlines())
    return {key: text for key, _, text in lines if text}
