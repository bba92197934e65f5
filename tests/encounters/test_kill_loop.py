"""Killed at any instant and started again, an encounter goes on with nothing lost and nothing said twice."""

from pathlib import Path

from benchmarks import kill_loop


def test_a_process_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    measured = kill_loop.run(tmp_path, kills=12, seed=7)
    assert {name: measured[name] for name in kill_loop.TARGETS} == dict.fromkeys(kill_loop.TARGETS, 0)
    assert measured["kills"] == 12
    assert measured["turns_acknowledged"] > 12
    assert measured["deaths_between_question_and_answer"] > 0  # the kills did hit where it hurts
