"""A station is kept in memory until one of its files changes."""

import os

from simulator.exam.base import Language
from simulator.exam.rubric import Rubric

from .shelf import Shelf


def rubric_of(shelf: Shelf) -> Rubric:
    rubric = shelf.library.station("chest_pain", Language.ENGLISH).rubric
    assert rubric is not None
    return rubric


def test_an_unchanged_rubric_is_read_once(shelf: Shelf) -> None:
    assert rubric_of(shelf) is rubric_of(shelf)


def test_a_changed_rubric_is_read_again(shelf: Shelf) -> None:
    before = rubric_of(shelf)
    shelf.rubric_path.write_text(shelf.rubric_text.replace("version: 1.0.0", "version: 1.0.1", 1), encoding="utf-8")
    os.utime(shelf.rubric_path, (1, 1))
    assert (before.version, rubric_of(shelf).version) == ("1.0.0", "1.0.1")


def test_a_rubric_is_read_again_when_its_shared_scales_have_changed(shelf: Shelf) -> None:
    before = rubric_of(shelf)
    scales = shelf.rubric_path.parent / "scales" / "general_interview.en.yaml"
    first = next(scale for scale in before.own_scales if scale.id.startswith("general_interview."))
    scales.write_text(scales.read_text(encoding="utf-8").replace(first.text, "Begins anew", 1), encoding="utf-8")
    os.utime(scales, (1, 1))
    assert "Begins anew" in {scale.text for scale in rubric_of(shelf).own_scales}


def test_a_rubric_is_checked_again_when_its_scenario_has_changed(shelf: Shelf) -> None:
    before = rubric_of(shelf)
    shelf.write(shelf.scenario_text.replace("age: 58", "age: 59"))
    os.utime(shelf.scenario_path, (1, 1))
    assert rubric_of(shelf) is not before
