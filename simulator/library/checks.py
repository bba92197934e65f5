"""What a schema cannot see: ids that no vocabulary knows, missing media, a rubric that asks for what is not there."""

import difflib
from typing import Protocol

from simulator.exam.rubric import ActDone, Asked, ChecklistItem, Rubric
from simulator.exam.scenario import Condition, Scenario
from simulator.library.authored import AuthoredFile, Place


class Terms(Protocol):
    """The ids that the vocabulary knows."""

    def __contains__(self, topic: object) -> bool: ...

    def ids(self) -> frozenset[str]: ...


def _unknown(topic: str, terms: Terms) -> str | None:
    """What is wrong with an id, with the nearest one that exists; nothing when it exists."""
    if topic in terms:
        return None
    close = difflib.get_close_matches(topic, sorted(terms.ids()), 1)
    return f"the vocabulary has no '{topic}'" + (f" (did you mean '{close[0]}'?)" if close else "")


class _Checker:
    def __init__(self, authored: AuthoredFile, terms: Terms) -> None:
        self.authored = authored
        self.terms = terms
        self.mistakes: list[str] = []

    def say(self, place: Place, what: str) -> None:
        self.mistakes.append(self.authored.mistake(place, what))

    def topic(self, place: Place, topic: str | None, prefix: str = "") -> None:
        wrong = _unknown(prefix + topic, self.terms) if topic else None
        if wrong:
            self.say(place, wrong)


def scenario_mistakes(scenario: Scenario, authored: AuthoredFile, terms: Terms) -> tuple[str, ...]:
    """Every mistake in a scenario that the schema lets through."""
    check = _Checker(authored, terms)
    check.topic(("complaint",), scenario.complaint)
    for index, fact in enumerate(scenario.facts):
        check.topic(("facts", index, "topic"), fact.topic)
        check.topic(("facts", index, "about"), fact.about)
        for other in fact.also:
            check.topic(("facts", index, "also"), other)
        if isinstance(fact.reveal, Condition):
            for each in fact.reveal.after:
                if each.startswith("act."):
                    check.topic(("facts", index, "reveal"), each)
    told = {(fact.topic, fact.about) for fact in scenario.facts}
    for key in ("denies", "unknown"):
        for index, absent in enumerate(getattr(scenario, key)):
            check.topic((key, index), absent.topic)
            if (absent.topic, absent.about) in told:
                check.say((key, index), f"'{absent.topic}' is told by a fact and also listed here")
    for index, cue in enumerate(scenario.cues):
        for act in cue.answered_by:
            check.topic(("cues", index, "answered_by"), act)
    _check_whens(scenario, check)
    for index, finding in enumerate(scenario.findings):
        for each in (finding.examine, *finding.also):
            check.topic(("findings", index), each, "examine.")
    for index, result in enumerate(scenario.results):
        for each in (result.order, *result.also):
            check.topic(("results", index), each, "order.")
    for index, refusal in enumerate(scenario.refused):
        check.topic(("refused", index), refusal.examine, "examine.")
        check.topic(("refused", index), refusal.order, "order.")
    _check_media(scenario, check)
    return tuple(check.mistakes)


def name_mistakes(value: Scenario | Rubric, authored: AuthoredFile) -> tuple[str, ...]:
    """A file of the library is found by its name, `id.language.yaml`: it must hold what the name says."""
    mistakes = []
    parts = authored.path.name.split(".")
    if len(parts) == 3 and parts[1] != value.language:
        mistakes.append(authored.mistake(("language",), f"the file's name should end in '.{value.language}.yaml'"))
    if len(parts) == 3 and parts[0] != value.id:
        mistakes.append(authored.mistake(("id",), f"'{value.id}' is not what the file is named after, '{parts[0]}'"))
    return tuple(mistakes)


def _check_whens(scenario: Scenario, check: _Checker) -> None:
    known = {fact.id for fact in scenario.all_facts} | {cue.id for cue in scenario.cues}
    for key in ("cues", "asks"):
        for index, each in enumerate(getattr(scenario, key)):
            after = each.when.after
            if after and after not in known and after not in check.terms:
                close = difflib.get_close_matches(after, sorted(known), 1)
                hint = f" (did you mean '{close[0]}'?)" if close else ""
                check.say((key, index, "when"), f"'{after}' is no fact, topic or act{hint}")


def _check_media(scenario: Scenario, check: _Checker) -> None:
    folder = check.authored.path.parent
    for key in ("findings", "results"):
        for index, each in enumerate(getattr(scenario, key)):
            if each.media is None:
                continue
            try:
                path = (folder / each.media.file).resolve()
                is_inside, is_there = path.is_relative_to(folder.resolve()), path.is_file()
            except (OSError, ValueError):  # a name that no file can have
                is_inside, is_there = True, False
            if not is_inside:
                check.say((key, index, "media", "file"), f"{each.media.file!r} lies outside {folder}")
            elif not is_there:
                check.say((key, index, "media", "file"), f"{each.media.file!r} is missing in {folder}")


def rubric_mistakes(rubric: Rubric, authored: AuthoredFile, terms: Terms,
                    scenario: Scenario | None) -> tuple[str, ...]:
    """Every mistake in a rubric that the schema lets through."""
    check = _Checker(authored, terms)
    if scenario and rubric.language != scenario.language:
        check.say(("language",), f"the scenario is in '{scenario.language}', the rubric in '{rubric.language}'")
    headings = {heading.id for heading in rubric.domains}
    for index, item in enumerate(rubric.items):
        if headings and item.domain not in headings:
            check.say(("items", index, "domain"),
                      f"'{item.domain}' is not among 'domains': {', '.join(sorted(headings))}")
        _check_item(item, ("items", index), check, scenario)
    for index, scale in enumerate(rubric.own_scales):
        for indicator in scale.indicators:
            _check_asked(indicator.asked, ("scales", index), check, scenario)
            _check_act(indicator.act, ("scales", index), check, None)
    return tuple(check.mistakes)


def _check_item(item: ChecklistItem, place: Place, check: _Checker, scenario: Scenario | None) -> None:
    _check_asked(item.asked, (*place, "asked"), check, scenario)
    _check_act(item.act, (*place, "act"), check, scenario)
    for key, prefix in (("examined", "examine."), ("ordered", "order."), ("not_ordered", "order.")):
        wanted = getattr(item, key)
        for each in (wanted.findings if key == "examined" else wanted.results) if wanted else ():
            check.topic((*place, key), each, prefix)
    if item.submitted and scenario:
        fields = [task.id for task in scenario.closing]
        if item.submitted.field not in fields:
            check.say((*place, "submitted"), f"the closing form has no field '{item.submitted.field}'; "
                                             f"it has: {', '.join(fields)}")
    if item.submitted and not item.submitted.accept and item.submitted.field != "diagnosis":
        check.say((*place, "submitted"), "'accept' may be empty only for the field 'diagnosis'")


def _check_asked(asked: Asked | None, place: Place, check: _Checker, scenario: Scenario | None) -> None:
    if asked is None:
        return
    for topic in asked.topics:
        check.topic((*place, "topics"), topic)
    check.topic((*place, "about"), asked.about)
    if scenario:
        for fact in asked.facts:
            if scenario.fact(fact) is None:
                close = difflib.get_close_matches(fact, [each.id for each in scenario.all_facts], 1)
                hint = f" (did you mean '{close[0]}'?)" if close else ""
                check.say((*place, "facts"), f"the scenario has no fact '{fact}'{hint}")


def _check_act(act: ActDone | None, place: Place, check: _Checker, scenario: Scenario | None) -> None:
    if act is None:
        return
    for kind in act.kinds:
        check.topic((*place, "kinds"), kind)
    if act.after and scenario:
        known = [cue.id for cue in scenario.cues] + [fact.id for fact in scenario.all_facts]
        if act.after not in known:
            close = difflib.get_close_matches(act.after, known, 1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            check.say((*place, "after"), f"'{act.after}' is no cue or fact of the scenario{hint}")
