"""What is costly to make is made once for all tests."""

from pathlib import Path

import pytest

from simulator.library.files import FileLibrary
from simulator.understanding.embedding import best_embedder
from simulator.understanding.head import head_for
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.llm.faults import server as server
from tests.llm.small_model import small_model as small_model

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The shipped vocabulary."""
    return Vocabulary.load()


@pytest.fixture(scope="session")
def understanding(vocabulary: Vocabulary) -> Reader:
    """The shipped understanding; its head is trained once and kept in var/cache."""
    embedder = best_embedder()
    return Reader(vocabulary, embedder, head_for(vocabulary, embedder, ROOT / "var" / "cache"))


@pytest.fixture(scope="session")
def library(vocabulary: Vocabulary) -> FileLibrary:
    """The shipped stations."""
    return FileLibrary(ROOT / "scenarios", ROOT / "rubrics", vocabulary)
