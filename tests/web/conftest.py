"""One server for all tests of the pages, without a socket: the real application over the small house."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from simulator.encounters.runner import Live
from simulator.exam.base import Language
from simulator.exam.encounter import Mode
from simulator.vocabulary import Vocabulary
from simulator.web.ground import prepare
from simulator.web.throttle import Throttle
from tests.web.houses import PASSWORD, SmallHouse

ROOT = Path(__file__).parent.parent.parent
SECRET = "only for tests, and long enough to sign with"
prepare(ROOT, Path(tempfile.mkdtemp(prefix="osce-web-")), SECRET)  # before anything here imports Chainlit


class Site:
    """The running application, and people who visit it."""

    def __init__(self, app: FastAPI, house: SmallHouse) -> None:
        self.app = app
        self.house = house

    @asynccontextmanager
    async def visitor(self, name: str | None = None, accept: str = "application/json",
                      **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser, signed in when a name is given."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test",
                                     headers={"accept": accept, **headers}) as client:
            if name:
                answer = await client.post("/login", data={"name": name, "password": PASSWORD})
                assert answer.status_code == 303, answer.text
            yield client

    async def opened(self, name: str = "student", mode: Mode = Mode.PRACTICE, station: str = "cough") -> Live:
        """An encounter of somebody, whose door note is being read."""
        return await self.house.runner.open(station, Language.ENGLISH, f"id-{name}", datetime.now(UTC), mode)

    async def entered(self, name: str = "student", mode: Mode = Mode.PRACTICE) -> Live:
        """An encounter in its interview."""
        live = await self.opened(name, mode)
        return await self.house.runner.enter(live.encounter.id, datetime.now(UTC))

    async def played(self, name: str = "student", mode: Mode = Mode.PRACTICE) -> Live:
        """An encounter played and marked."""
        live = await self.entered(name, mode)
        runner, encounter = self.house.runner, live.encounter.id
        await runner.hear(encounter, "Since when do you cough?", datetime.now(UTC), message_id=str(uuid4()))
        await runner.examine(encounter, "order.chest_xray", datetime.now(UTC))
        await runner.finish(encounter, datetime.now(UTC))
        await runner.submit(encounter, {"diagnosis": "Bronchitis, perhaps"}, datetime.now(UTC))
        return await runner.state(encounter)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests that visit the site share its event loop."""
    for item in items:
        if isinstance(item, pytest.Function) and "site" in item.fixturenames:
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def site(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    from simulator.web.server import create_app

    house = SmallHouse(folder, vocabulary)
    app = create_app(house, SECRET)
    async with app.router.lifespan_context(app):
        yield Site(app, house)


@pytest.fixture(autouse=True)
def _forgiving() -> Iterator[None]:
    """No test is slowed down by the failed logins of another."""
    yield
    from simulator.web import house

    if "here" in house._held:
        house._held["here"].throttle = Throttle()
