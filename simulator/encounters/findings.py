"""What the station shows when something is examined or ordered."""

from datetime import timedelta

from simulator.encounters.courtesies import courtesy
from simulator.exam.scenario import Finding, Measure, Media, Result, Scenario
from simulator.exam.transcript import Action, ActionKind, Speaker, Transcript

GENERAL = ("examine.full", "order.blood_tests", "order.imaging")  # asked for by no name: nothing is shown for them


def shown_for(scenario: Scenario, transcript: Transcript, targets: tuple[str, ...], answers: int | None) -> Transcript:
    """The transcript with the station's report on each target (`examine.x` or `order.x`)."""
    at = transcript.entries[-1].at
    for target in targets:
        words, shown = report(scenario, transcript, target)
        transcript = transcript.say(Speaker.STATION, words, at, answers=answers, shown=shown)
    return transcript


def report(scenario: Scenario, transcript: Transcript, target: str) -> tuple[str, tuple[str, ...]]:
    """The station's words for a target and the ids of what is shown; results may need time."""
    refusal = next((each for each in scenario.refused if target in (f"examine.{each.examine}", f"order.{each.order}")),
                   None)
    if refusal:
        return refusal.says, ()
    if target in GENERAL and not is_described(scenario, target):
        return courtesy("be_specific", scenario.language), ()
    if target.startswith("examine."):
        finding = finding_for(scenario, target)
        if finding is None:
            return scenario.other_findings or courtesy("no_finding", scenario.language), ()
        return finding.shows, (f"examine.{finding.examine}",)
    result = result_for(scenario, target)
    if result is None:
        return scenario.other_results or courtesy("no_result", scenario.language), ()
    left = _minutes_left(transcript, result)
    if left > 0:
        return courtesy("wait", scenario.language, minutes=f"{left:g}"), ()
    return result.shows, (f"order.{result.order}",)


def finding_for(scenario: Scenario, target: str) -> Finding | None:
    """The finding that an examination shows."""
    name = target.removeprefix("examine.")
    direct = next((each for each in scenario.findings if each.examine == name), None)
    return direct or next((each for each in scenario.findings if name in each.also), None)


def result_for(scenario: Scenario, target: str) -> Result | None:
    """The result that a test shows."""
    name = target.removeprefix("order.")
    direct = next((each for each in scenario.results if each.order == name), None)
    return direct or next((each for each in scenario.results if name in each.also), None)


def is_described(scenario: Scenario, target: str) -> bool:
    """Whether the scenario says itself what this examination or test gives."""
    return any(each is not None for each in (finding_for(scenario, target), result_for(scenario, target))) or any(
        target in (f"examine.{each.examine}", f"order.{each.order}") for each in scenario.refused)


def details_of(scenario: Scenario, shown: str) -> tuple[Media | None, tuple[Measure, ...]]:
    """The picture and the table behind an id of `Turn.shown`."""
    if shown.startswith("examine."):
        finding = finding_for(scenario, shown)
        return (finding.media if finding else None), ()
    result = result_for(scenario, shown)
    return (result.media, result.table) if result else (None, ())


def _minutes_left(transcript: Transcript, result: Result) -> float:
    """Minutes until an ordered result is there, counted from its first order; 0 when it is."""
    wanted = {f"order.{result.order}", *(f"order.{each}" for each in result.also)}
    first = next((entry.at for entry in transcript.entries if isinstance(entry, Action)
                  and entry.action is ActionKind.ORDERED and entry.target in wanted), None)
    now = transcript.entries[-1].at
    left = timedelta(minutes=result.minutes) - (now - first if first else timedelta())
    return max(0.0, round(left.total_seconds() / 60, 1))
