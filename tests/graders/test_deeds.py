from datetime import timedelta

from simulator.exam.grade import Outcome
from simulator.exam.transcript import ActionKind, Transcript
from simulator.graders.files import transcript_of
from tests.builders import NOW, a_scenario, a_transcript

from .conftest import Rate

ECG = {"ordered": {"results": ["ecg"], "before_minute": 5}}


def ordering(*targets: str, minute: float = 1, transcript: Transcript | None = None) -> Transcript:
    transcript = transcript or a_transcript("C: Hello.")
    for target in targets:
        kind = ActionKind.EXAMINED if target.startswith("examine.") else ActionKind.ORDERED
        transcript = transcript.act(kind, NOW + timedelta(minutes=minute), target=target, words=target.split(".")[1])
    return transcript


def test_an_examination_from_the_picker_is_quoted_from_the_action(rate: Rate) -> None:
    rating = rate(ordering("examine.temperature"), examined={"findings": ["temperature"]})
    assert rating.credit == 1
    assert rating.evidence[0].words == "temperature"
    assert rating.evidence[0].turn == 4


def test_a_test_ordered_in_words_counts_in_a_foreign_transcript(rate: Rate) -> None:
    rating = rate(transcript_of('{"speaker": "candidate", "text": "I would like an ECG please."}'),
                  ordered={"results": ["ecg"]})
    assert rating.credit == 1
    assert "ECG" in rating.evidence[0].words


def test_an_order_that_comes_too_late_is_not_met_and_says_so(rate: Rate) -> None:
    assert rate(ordering("order.ecg", minute=4), **ECG).credit == 1
    late = rate(ordering("order.ecg", minute=6), **ECG)
    assert late.outcome is Outcome.NOT_MET
    assert "minute 5" in late.because


def test_a_delay_cannot_be_judged_without_times(rate: Rate) -> None:
    rows = '{"speaker": "candidate", "text": "Hello."}\n{"action": "ordered", "target": "ecg"}'
    assert rate(transcript_of(rows), **ECG).outcome is Outcome.NOT_JUDGED
    timed = rows.replace("}\n", ', "at": 0}\n').replace('"ecg"}', '"ecg", "at": "02:10"}')
    assert rate(transcript_of(timed), **ECG).credit == 1


def test_an_examination_that_shows_the_same_counts_both_ways_but_once(rate: Rate) -> None:
    scenario = a_scenario(results=[{"order": "electrolytes", "also": ["creatinine"], "shows": "Normal."}])
    for done, wanted in (("order.creatinine", "electrolytes"), ("order.electrolytes", "creatinine")):
        assert rate(ordering(done), scenario, ordered={"results": [wanted]}).credit == 1
    both = {"results": ["electrolytes", "creatinine"], "all": True}
    assert rate(ordering("order.electrolytes"), scenario, ordered=both).credit == 0
    assert rate(ordering("order.electrolytes", "order.creatinine"), scenario, ordered=both).credit == 1


def test_leaving_out_a_useless_test_is_met_and_rests_on_absence(rate: Rate) -> None:
    rating = rate(ordering("order.ecg"), not_ordered={"results": ["d_dimer"]})
    assert (rating.credit, rating.rests_on_absence, rating.evidence) == (1, True, ())


def test_ordering_a_useless_test_loses_the_point_and_is_quoted(rate: Rate) -> None:
    rating = rate(ordering("order.d_dimer"), not_ordered={"results": ["d_dimer"]})
    assert rating.outcome is Outcome.NOT_MET
    assert rating.evidence[0].words == "d_dimer"


def test_doing_nothing_at_all_does_not_earn_what_was_left_out(rate: Rate) -> None:
    for nothing in (Transcript(), a_transcript(), a_transcript("P: Doctor?")):
        assert rate(nothing, not_ordered={"results": ["d_dimer"]}).outcome is Outcome.NOT_MET
