"""However a file is spoilt, it is a valid station or a list of located mistakes: never another exception."""

import random
import re
from collections.abc import Callable

import pytest

from simulator.exam.errors import InvalidFile
from simulator.library.authored import AuthoredFile
from simulator.library.files import FileLibrary
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario

from .shelf import ROOT, LOCATED_AT, Shelf

FILES = sorted([*(ROOT / "scenarios").glob("*.??.yaml"), *(ROOT / "rubrics").glob("*.??.yaml")])
