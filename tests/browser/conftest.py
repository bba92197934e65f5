"""A real server in a process of its own, and a real Chromium before it."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from simulator.archive import Database, SqlAccounts, SqlArchive
from simulator.exam.people import Account, Role
from simulator.exam.transcript import Transcript

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "a long password"
V = TypeVar("V")
PATIENCE = 240.0  # seconds for a server to start on a busy machine, the understanding to be trained


class Server:
    """`uvicorn app:app` on a folder of its own; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stations = folder / "stations"
        self.data = folder / "data"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        _lay_out_stations(self.stations)

    def start(self) -> None:
        """Serves; returns when it answers."""
        environment = {
            **os.environ, "OSCE_DATA_FOLDER": str(self.data), "OSCE_SCENARIOS": str(self.stations / "scenarios"),
            "OSCE_RUBRICS": str(self.stations / "rubrics"), "OSCE_PORT": str(self.port)}
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", "app:app", "--port", str(self.port)],
                cwd=ROOT, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                raise AssertionError((self.folder / "server.log").read_text(encoding="utf-8")[-3000:])
            time.sleep(0.2)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it as an operator would."""
        self._end(signal.SIGTERM)

    def transcript(self, encounter_id: str) -> Transcript:
        """What the archive holds of an encounter."""
        async def read() -> Transcript:
            database = Database(f"sqlite+aiosqlite:///{self.data / 'archive.db'}")
            entries = await SqlArchive(database).entries(encounter_id)
            await database.close()
            return Transcript().add(*entries)

        return _apart(read())

    def new_account(self, role: Role = Role.STUDENT) -> str:
        """A new account's name: each test has its own, with its own language and encounters."""
        name = f"{role} {uuid4().hex[:6]}"

        async def add() -> None:
            database = Database(f"sqlite+aiosqlite:///{self.data / 'archive.db'}")
            await SqlAccounts(database).add(
                Account(id=uuid4().hex, name=name, role=role, created_at=datetime.now(UTC)), PASSWORD)
            await database.close()

        _apart(add())
        return name

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)


def _apart(work: Coroutine[None, None, V]) -> V:
    """The outcome of a coroutine, run in a thread of its own: Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _lay_out_stations(folder: Path) -> None:
    """The product's stations and those of the tests, in one folder."""
    for kind in ("scenarios", "rubrics"):
        shutil.copytree(ROOT / kind, folder / kind)
        shutil.copytree(ROOT / "tests" / "data" / "stations" / kind, folder / kind, dirs_exist_ok=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("server"))
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="package")  # not the session: the loop that it keeps running would disturb other tests
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine: `apt-get install chromium` enables the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


class Traffic:
    """Every body and every websocket frame that a page received, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        self.faults: list[str] = []
        self.addresses: list[str] = []
        self._unread: list[str] = []
        self._page = page
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("response", self._answered)
        page.on("websocket", lambda socket: socket.on("framereceived", self._frame))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._said)

    def _answered(self, answer: Response) -> None:
        """Reads each body at once: later it may be gone with the page that asked for it."""
        is_ours = not re.search("/interview/assets/|/_nicegui/|/static/", answer.url)
        if is_ours and answer.status == 200:
            try:
                self.texts.append(answer.body().decode("utf-8", "replace"))
            except PlaywrightError:
                self._unread += [answer.url] if answer.request.method == "GET" else []

    def _said(self, message: ConsoleMessage) -> None:
        """Errors of the page's console; a websocket that starts over is none."""
        if message.type == "error" and "/socket.io/" not in message.location["url"]:
            self.faults.append(message.text)

    def _frame(self, frame: str | bytes) -> None:
        self.texts.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    def read(self) -> str:
        """All that came in so far; what was lost as the page left is asked for again."""
        for address in self._unread:
            if "/ws/" not in address:
                self.texts.append(self._page.request.get(address, max_redirects=0).text())
        self._unread = []
        return "\n".join(self.texts)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    opened.set_default_timeout(45_000)
    expect.set_options(timeout=30_000)
    yield opened
    opened.close()


def sign_in(page: Page, server: Server, path: str = "/stations") -> None:
    """Signs in as somebody new and arrives at a page."""
    page.goto(server.address + path)
    page.fill("#name", server.new_account())
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("h1")


def start(page: Page, title: str, button: str = "Practise") -> str:
    """Starts the station of this title; the encounter's id."""
    page.click(f'.card:visible:has(h2:text-is("{title}")) button:has-text("{button}")')
    page.wait_for_selector("#osce-briefing .osce-main")
    return page.url.rsplit("/", 1)[1].replace("-", "")


def enter(page: Page) -> None:
    """Goes in to the patient."""
    page.click("#osce-briefing .osce-main")
    page.wait_for_selector('[data-step-type="assistant_message"]')


def say(page: Page, words: str) -> None:
    """Says something and waits for an answer."""
    before = page.locator('[data-step-type="assistant_message"]').count()
    page.fill("#chat-input", words)
    expect(page.locator("#chat-submit")).to_be_enabled(timeout=60_000)  # it is not while the server cannot be reached
    page.press("#chat-input", "Enter")
    page.wait_for_function(
        "before => document.querySelectorAll('[data-step-type=\"assistant_message\"]').length > before", arg=before)


def pick(page: Page, button: str, words: str, target: str) -> None:
    """Examines or orders from the picker."""
    page.click(f'#osce-dock button:has-text("{button}")')
    page.fill("#osce-search", words)
    page.click(f'#osce-picker [data-target="{target}"]')
    page.wait_for_selector("#osce-picker", state="hidden")
