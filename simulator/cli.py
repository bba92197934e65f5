"""The command `simulator`: for teachers, operators and measurements."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table

from simulator import __version__
from simulator.commands import people
from simulator.commands.console import err, fail, out, run, told
from simulator.commands.parts import Parts, mistakes_of
from simulator.exam.base import Language
from simulator.exam.errors import InvalidFile, SimulatorError
from simulator.exam.people import Role
from simulator.settings import HOME, Settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False,
                  help="A standardised clinical examination (OSCE, ECOS) simulator: stations, virtual patients, marks.")
users = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who may sign in.")
app.add_typer(users, name="users")

StationName = Annotated[str, typer.Argument(metavar="STATION", help="a station's id (see `simulator stations`) or the "
                                            "path of a scenario file")]
InLanguage = Annotated[Language, typer.Option("--language", "-l", help="the station's language")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON, for programs")]


@app.command()
def serve(host: Annotated[str | None, typer.Option(help="address to serve on")] = None,
          port: Annotated[int | None, typer.Option(help="port to serve on")] = None) -> None:
    """Serve the simulator on this machine; stop with Ctrl-C."""
    import os

    import uvicorn  # here: the other commands do not need a server

    settings = Settings()
    os.environ["OSCE_HOST"] = host or settings.host
    os.environ["OSCE_PORT"] = str(port or settings.port)
    settings = Settings()
    out.print(f"Open {settings.origin} in a browser. Stop with Ctrl-C.")
    sys.path.insert(0, str(HOME))
    uvicorn.run("app:app", host=settings.host, port=settings.port, log_level="warning", workers=1, server_header=False)


@app.command()
def play(station: StationName, language: InLanguage = Language.FRENCH,
         script: Annotated[Path | None, typer.Option(help="a file with one utterance or command per line",
                                                        exists=True, dir_okay=False)] = None) -> None:
    """Play a station in the terminal, by hand or from a script; it ends with the grade."""
    from simulator.commands.play import play as played  # here: needs the whole engine

    try:
        parts = Parts(Settings())
        run(played(parts, parts.station(station, language), script))
    except SimulatorError as error:
        told(error)


@app.command()
def ask(station: StationName, language: InLanguage = Language.FRENCH, json: AsJson = False,
        conversation: Annotated[bool, typer.Option("--conversation", help="the lines are one conversation; without it "
                                                   "every line is a fresh encounter")] = False) -> None:
    """Ask a patient the questions on standard input, one per line; see what was understood and answered."""
    from simulator.commands.ask import ask as asked  # here: needs the whole engine

    try:
        parts = Parts(Settings())
        chosen = parts.station(station, language)
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a text stream here
        run(asked(parts, chosen, sys.stdin, conversation, json))
    except SimulatorError as error:
        told(error)


@app.command()
def grade(transcript: Annotated[list[str], typer.Argument(help="JSON-lines files, folders or patterns")],
          rubric: Annotated[str | None, typer.Option(help="a rubric's id or the path of its file; default: the "
                                                        "station's own")] = None,
          station: Annotated[str | None, typer.Option(help="the station, when it is known: an id or a path")] = None,
          language: InLanguage = Language.FRENCH,
          grader: Annotated[str, typer.Option(help="which grader: rules, or llm (the language model that the "
                                                  "settings name, beside the rules)")] = "rules",
          jobs: Annotated[int, typer.Option(help="processes; 0: one per core", min=0)] = 0,
          json: AsJson = False) -> None:
    """Mark transcripts against a rubric; every point shows the candidate's own words."""
    from simulator.commands.grade import GRADERS, Task, grade_files, transcripts  # here: needs the whole engine

    if grader not in GRADERS:
        fail(f"no grader '{grader}'; there is: {', '.join(GRADERS)}")
    if rubric is None and station is None:
        fail("say which --rubric (an id or a path), or which --station")
    paths = transcripts(transcript)
    if not paths:
        fail(f"no transcript found at {', '.join(transcript)}: give JSON-lines files, a folder or a pattern")
    try:
        broken = grade_files(Task(Settings(), rubric or station or "", station, language, grader), paths, jobs, json)
    except SimulatorError as error:
        told(error)
    if broken:
        err.print(f"{broken} of {len(paths)} transcripts could not be read", style="red")
        raise typer.Exit(2)


@app.command()
def stations(language: Annotated[Language | None, typer.Option("--language", "-l")] = None,
             json: AsJson = False) -> None:
    """List the stations."""
    from json import dumps

    parts = Parts(Settings())
    found = parts.library.stations(language)
    if json:
        sys.stdout.write(dumps([{"id": each.id, "language": each.language.value, "title": each.scenario.title,
                                 "minutes": each.scenario.minutes.station, "status": each.scenario.status.value}
                                for each in found], ensure_ascii=False) + "\n")
    else:
        table = Table("station", "language", "title", "minutes", "status", box=None)
        for each in found:
            table.add_row(each.id, each.language.value, each.scenario.title, f"{each.scenario.minutes.station:g}",
                          each.scenario.status.value)
        out.print(table if found else f"no station in {parts.settings.scenarios}")
    for error in parts.library.broken():
        err.print(str(error), style="red", markup=False)


@app.command()
def check(paths: Annotated[list[Path] | None, typer.Argument(help="scenario or rubric files; default: all of them "
                                                                "and the vocabulary")] = None) -> None:
    """Check authored files; every mistake as `file:line: path: what is wrong`."""
    parts = Parts(Settings())
    mistakes: list[str] = []
    checked = 0
    try:
        folders = (parts.settings.scenarios, parts.settings.rubrics)
        files = paths or [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
        for path in files:
            try:
                _check(parts, path)
                checked += 1
            except SimulatorError as error:
                mistakes += mistakes_of(error)
    except InvalidFile as error:  # the vocabulary itself
        mistakes += error.mistakes
    for mistake in mistakes:
        sys.stdout.write(mistake + "\n")
    err.print(f"{checked} files are right, {len(mistakes)} mistakes", style="red" if mistakes else "green")
    if mistakes:
        raise typer.Exit(2)


def _check(parts: Parts, path: Path) -> None:
    """Reads a file as what it is: a rubric when it lies among rubrics or has items, else a scenario."""
    from simulator.library.authored import AuthoredFile

    content = AuthoredFile(path).content
    if isinstance(content, dict) and "items" in content:
        beside = parts.settings.scenarios / path.name
        parts.library.rubric_from(path, parts.library.scenario_from(beside) if beside.is_file() else None)
    else:
        parts.library.scenario_from(path)


@app.command()
def docs(write: Annotated[bool, typer.Option("--write", help="write them, not only say which are stale")] = False,
         ) -> None:
    """Bring the generated papers up to date: JSON Schemas, the state diagram, the list of topics."""
    from simulator.commands.papers import papers

    stale = [path for path, text in papers(HOME).items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in stale:
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(papers(HOME)[path], encoding="utf-8")
        out.print(f"{'wrote' if write else 'stale:'} {path.relative_to(HOME)}")
    if stale and not write:
        fail("run `simulator docs --write`")


@app.command()
def doctor(json: AsJson = False) -> None:
    """Check this installation and every language model it is set up with; say what to mend."""
    from simulator.commands.doctor import doctor as examined  # here: needs the whole engine

    if not run(examined(Settings(), json)):
        raise typer.Exit(1)


@app.command()
def prepare() -> None:
    """Make ready for the first start: learn the vocabulary, create the database and, if empty, demo accounts."""
    settings = Settings()
    parts = Parts(settings)
    out.print("Preparing the understanding (once; up to a minute) …")
    _ = parts.understanding
    out.print("Preparing the database …")
    made = run(people.demo(settings))
    if made:
        out.print("\nDemo accounts (shown this once; change one with `simulator users password NAME`):")
        for name, password in made.items():
            out.print(f"  {name:<8} {password}", markup=False)
        out.print()


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


@users.command("list")
def list_users() -> None:
    """List the accounts."""
    table = Table("name", "role", "language", "time factor", "closed", box=None)
    for each in run(people.listed(Settings())):
        table.add_row(each.name, each.role.value, each.language.value if each.language else "-",
                      f"{each.time_factor:g}", "closed" if each.is_closed else "")
    out.print(table)


@users.command("add")
def add_user(name: str, role: Annotated[Role, typer.Option(help="what the person does")] = Role.STUDENT,
             password: Annotated[str | None, typer.Option(help="default: a random one, printed once")] = None,
             time_factor: Annotated[float, typer.Option(help="1.33 gives one third more time", min=1, max=4)] = 1.0,
             ) -> None:
    """Add an account."""
    try:
        chosen = run(people.add(Settings(), name, role, password, time_factor))
    except (SimulatorError, ValueError) as error:
        fail(str(error))
    out.print(f"{name} ({role.value}) can sign in" + ("" if password else f" with the password {chosen}"), markup=False)


@users.command("password")
def set_password(name: str, password: Annotated[str | None, typer.Option(help="default: a random one")] = None,
                 ) -> None:
    """Give an account a new password; ends every login of it."""
    chosen = run(people.new_password(Settings(), name, password))
    if chosen is None:
        fail(f"no account '{name}' (see `simulator users list`)")
    out.print(f"{name} has a new password" + ("" if password else f": {chosen}"), markup=False)


def main() -> None:
    """The console command; a wrong setting is named as it is written in the environment."""
    try:
        app()
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        for mistake in error.errors(include_input=False, include_url=False):
            name = "_".join(["OSCE", *(str(each) for each in mistake["loc"])]).upper()
            err.print(f"{name}: {mistake['msg']}", style="red", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
