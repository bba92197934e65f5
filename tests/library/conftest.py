"""A shelf to spoil, new for each test."""

from pathlib import Path

import pytest

from simulator.vocabulary import Vocabulary

from .shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path, vocabulary: Vocabulary) -> Shelf:
    return Shelf(tmp_path, vocabulary)
