"""Language models that judge items: honest, forging, confused, silent."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.quoting import plain
from simulator.exam.transcript import Evidence
from simulator.llm.canned import Answering, Call

_LINE = re.compile(r"^\[(\d+)\] [^:]+: (\".*\")$", re.MULTILINE)
_ID = re.compile(r"^(?:identifiant|id): (\S+)$", re.MULTILINE)


def items_asked(call: Call) -> list[str]:
    """The ids of the items that a call asks about."""
    return _ID.findall(call.messages[1].content)


def lines_of(call: Call) -> dict[int, str]:
    """The transcript's lines as the model was shown them."""
    return {int(number): json.loads(words) for number, words in _LINE.findall(call.messages[1].content)}


def entry_of(call: Call, words: str) -> int:
    """The number of the line that holds these words; 999 when none does."""
    return next((number for number, said in lines_of(call).items() if plain(words) in plain(said)), 999)


def a_judgement(call: Call, item: str, quotes: tuple[str, ...] = (), outcome: str = "met", **more: Any) -> dict[str, Any]:
    """A judgement of the right shape; a scale gets its highest level."""
    evidence = [{"idea": number, "claim": "seen", "entry": entry_of(call, each), "quote": each}
                for number, each in enumerate(quotes, 1)]
    levels = _levels(call)
    decided = {"level": levels - 1} if levels else {"outcome": outcome}
    return {"item": item, "evidence": evidence, "reason": "The words show it.", **decided, "confidence": 0.8, **more}


def _levels(call: Call) -> int:
    schema = (call.schema or {}).get("properties", {})
    return len(schema["level"]["enum"]) if "level" in schema else 0


def honest(quotes: Mapping[str, tuple[str, ...]]) -> Answering:
    """Gives an item when its words stand in the transcript, with these words; else it does not."""
    def answer(call: Call) -> str:
        judged = []
        for item in items_asked(call):
            found = quotes.get(item, ())
            is_there = bool(found) and all(entry_of(call, each) != 999 for each in found)
            judged.append(a_judgement(call, item, found if is_there else (), "met" if is_there else "not_met",
                                      **({} if is_there or not _levels(call) else {"level": 0})))
        return json.dumps(judged[0] if len(judged) == 1 else {"judgements": judged}, ensure_ascii=False)
    return answer


def insisting(proofs: Mapping[str, tuple[Evidence, ...]]) -> Answering:
    """Gives these items with these quotations, whatever the transcript holds."""
    def answer(call: Call) -> str:
        item = items_asked(call)[0]
        evidence = [{"entry": each.turn, "quote": each.words} for each in proofs.get(item, ())]
        outcome = "met" if evidence else "not_met"
        return json.dumps(a_judgement(call, item, (), outcome, evidence=evidence), ensure_ascii=False)
    return answer


def always(answer: Callable[[Call, str], dict[str, Any]]) -> Answering:
    """The same kind of answer to whatever is asked."""
    return lambda call: json.dumps(answer(call, items_asked(call)[0]), ensure_ascii=False)


FORGING = always(lambda call, item: a_judgement(call, item, ("I explained everything very kindly.",)))
QUOTES_NOTHING = always(a_judgement)
OTHER_ITEM = always(lambda call, _: a_judgement(call, "another_item"))
QUOTES_THE_PATIENT = always(lambda call, item: a_judgement(call, item, ("I've got this cough",)))


def says(words: str) -> Answering:
    """These words, whatever is asked."""
    return lambda _call: words


def unavailable(trouble: Trouble = Trouble.UNREACHABLE) -> Answering:
    """No answer at all."""
    return lambda _call: ModelUnavailable(trouble, "nobody is there")
