"""Resolves the dependencies again: `requirements-test.lock` first, then `requirements.lock` with the same versions.

`make lock` installs pip-tools first. The files hold hashes and no registry's address.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
FLAGS = ["--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-emit-index-url",
         "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options", "--no-annotate", "--no-header"]


def main() -> int:
    """Writes both lock files; the exit code of the tool when it fails."""
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


if __name__ == "__main__":
    sys.exit(main())
