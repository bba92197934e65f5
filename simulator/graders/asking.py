"""Asks a language model for judgements: one answer, one repair, and an account of what was used."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from simulator.exam.base import Language
from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.grade import ModelUse
from simulator.exam.ports import Completion, LanguageModel, Message
from simulator.graders.because import say
from simulator.graders.briefs import Brief, several
from simulator.graders.dossier import Dossier
from simulator.graders.judgement import Judgement, judgements_in, schema_of_several
from simulator.graders.proof import Proved, Unproved
from simulator.prompts import Prompt, prompt

MODEL_UNAVAILABLE = "model_unavailable"
REPAIR = "grader_repair"
USER = "<!-- user -->"
_MOST_TOKENS = 900  # of one judgement
_ECHOED = 2000  # characters of a refused answer that are shown again
_GIVES_UP = 3  # failures in a row of the endpoint itself, after which this grading asks no more
_NOT_THE_ENDPOINT = (Trouble.MALFORMED, Trouble.DECLINED, Trouble.EMPTY, Trouble.ENDLESS)
_TROUBLES = {
    Trouble.BUSY: ("il est trop sollicité", "it is too busy"), Trouble.TOO_SLOW: ("trop lent", "too slow"),
    Trouble.MALFORMED: ("réponse illisible", "unreadable answer"), Trouble.DECLINED: ("refus", "refusal"),
    Trouble.EMPTY: ("réponse vide", "empty answer"), Trouble.ENDLESS: ("réponse sans fin", "endless answer"),
    Trouble.SPENT: ("budget épuisé", "budget spent"), Trouble.CUT_OFF: ("réponse interrompue", "answer cut off"),
}
_NO_ANSWER = ("pas de réponse", "no answer")


class Missing(NamedTuple):
    """No judgement that can be used, the flag for it, and why in words for a person."""

    flag: str
    because: str


Check = Callable[[Judgement | None, Brief], Proved]


class Asking:
    """All calls of one grading."""

    def __init__(self, model: LanguageModel, dossier: Dossier, language: Language, seconds: float) -> None:
        self.model = model
        self.dossier = dossier
        self._transcript = dossier.text
        self.language = language
        self.seconds = seconds
        self.completions: list[Completion] = []
        self.prompts: dict[str, Prompt] = {}
        self.failed = 0
        self._failed_in_a_row = 0

    async def judged(self, briefs: Sequence[Brief], check: Check, seed: int) -> dict[str, Proved | Missing]:
        """Each item's judgement; one that is refused is asked for once more, by itself."""
        messages = self._opening(list(briefs))
        schema = briefs[0].schema if len(briefs) == 1 else schema_of_several([each.schema for each in briefs])
        try:
            words = await self.words(messages, schema, _MOST_TOKENS * len(briefs), seed)
        except ModelUnavailable as error:
            return {each.id: self._unavailable(error) for each in briefs}
        found = judgements_in(words)
        return {each.id: await self._checked(each, found, words, check, seed) for each in briefs}

    async def _checked(self, brief: Brief, found: dict[str, Judgement], words: str, check: Check,
                       seed: int) -> Proved | Missing:
        try:
            return check(found.get(brief.id), brief)
        except Unproved as refused:
            return await self._repaired(brief, words, refused, check, seed)

    async def _repaired(self, brief: Brief, words: str, refused: Unproved, check: Check, seed: int) -> Proved | Missing:
        """Asks again and says why; words that prove nothing are not shown again: what obeyed them cannot any more."""
        if refused.beside:
            messages = self._opening([brief], self.dossier.text_without(refused.beside))
        else:
            again = self.prompt(REPAIR).filled(why=str(refused))
            messages = [*self._opening([brief]), Message(role="assistant", content=words[:_ECHOED] or "{}"),
                        Message(role="user", content=again)]
        try:
            answer = await self.words(messages, brief.schema, _MOST_TOKENS, seed)
            return check(judgements_in(answer).get(brief.id), brief)
        except Unproved as still:
            why = refused if refused.beside else still
            return Missing(why.flag, say("model_unproved", self.language, why=str(why)))
        except ModelUnavailable as error:
            return self._unavailable(error)

    def _opening(self, briefs: list[Brief], transcript: str | None = None) -> list[Message]:
        """The rules, then the transcript and last the item: what is the same for every item comes first."""
        item = briefs[0].text if len(briefs) == 1 else several(briefs, self.language)
        filled = self.prompt(briefs[0].prompt).filled(transcript=transcript or self._transcript, item=item)
        system, _, user = filled.partition(USER)  # the first one: what is filled in stands after it
        return [Message(role="system", content=system.strip()), Message(role="user", content=user.strip())]

    def prompt(self, name: str) -> Prompt:
        """A prompt in this language, noted as used."""
        return self.prompts.setdefault(name, prompt(name, self.language))

    async def words(self, messages: list[Message], schema: dict[str, Any], most_tokens: int, seed: int) -> str:
        """An answer, noted with what it used; ModelUnavailable at once when the endpoint kept failing."""
        if self._failed_in_a_row >= _GIVES_UP:
            raise ModelUnavailable(Trouble.RESTING, "the model failed several times in a row and is not asked again")
        try:
            completion = await self.model.complete(messages, most_tokens=most_tokens, seconds=self.seconds,
                                                   schema=schema, temperature=0.0, seed=seed)
        except ModelUnavailable as error:
            self.failed += 1
            self._failed_in_a_row = 0 if error.trouble in _NOT_THE_ENDPOINT else self._failed_in_a_row + 1
            raise
        self._failed_in_a_row = 0
        self.completions.append(completion)
        return completion.words

    def _unavailable(self, error: ModelUnavailable) -> Missing:
        trouble = _TROUBLES.get(error.trouble, _NO_ANSWER)[0 if self.language is Language.FRENCH else 1]
        return Missing(MODEL_UNAVAILABLE, say("model_missing", self.language, trouble=trouble))

    def use(self, repeats: int, parameters: dict[str, float | int | bool]) -> ModelUse:
        """What all of it used, and with which words it was asked."""
        usages = [each.usage for each in self.completions]
        costs = [each.cost for each in usages if each.cost is not None]
        return ModelUse(
            models=tuple(dict.fromkeys(each.model for each in self.completions)),
            prompts={name: f"{each.version} {each.fingerprint}" for name, each in sorted(self.prompts.items())},
            parameters={"temperature": 0.0, **parameters}, repeats=repeats, calls=len(self.completions),
            failed_calls=self.failed, prompt_tokens=sum(each.prompt_tokens for each in usages),
            cached_tokens=sum(each.cached_tokens for each in usages),
            completion_tokens=sum(each.completion_tokens for each in usages), cost=sum(costs) if costs else None)
