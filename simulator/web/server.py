"""The server: our own routes, Chainlit at /interview, NiceGUI for the rest, and the gate before them all."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, cast

from chainlit.context import ChainlitContext, context_var
from chainlit.utils import mount_chainlit
from fastapi import FastAPI
from nicegui import ui
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan

from simulator.web import account, calls, encounters, faults, home, login, pages, result, sockets, stations
from simulator.web.gate import Gate
from simulator.web.house import House, Premises, hold

_FOLDER = Path(__file__).parent


def create_app(house: House, secret: str) -> FastAPI:
    """The application over a house; it starts and closes the house with itself."""
    premises = Premises(house, secret)
    hold(premises)
    app = FastAPI(lifespan=_lifespan(premises), docs_url=None, redoc_url=None, openapi_url=None)
    faults.install(app)
    app.mount("/static", StaticFiles(directory=_FOLDER / "static"))
    for part in (login, calls, pages):
        app.include_router(part.router)
    mount_chainlit(app=app, target=str(_FOLDER / "interview.py"), path="/interview")
    sockets.narrow()
    for page in (home, stations, result, encounters, account):
        page.install()
    ui.run_with(app, title="OSCE", favicon=_FOLDER / "static" / "icon.svg", show_welcome_message=False)
    app.router.lifespan_context = _looked_at(app.router.lifespan_context)
    app.add_middleware(Gate)
    return app


def _lifespan(premises: Premises) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await premises.house.start()
        await premises.clock.start()
        try:
            yield
        finally:
            await premises.clock.stop()
            await premises.house.close()

    return lifespan


def _looked_at(lifespan: Lifespan[FastAPI]) -> Lifespan[FastAPI]:
    """NiceGUI looks at the class of every living object as it starts, at which Chainlit's lazy context raises an error
    unless there is one; whether it comes to that depends on the order of the objects in memory."""

    @asynccontextmanager
    async def looked_at(app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        context_var.set(cast(ChainlitContext, None))
        async with lifespan(app) as state:
            yield state or {}

    return looked_at
