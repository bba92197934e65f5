"""Makes the pictures of the README into docs/screenshots/: `python scripts/screenshots.py`. Needs Chromium."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from simulator.archive import Database, SqlAccounts  # noqa: E402  (found beside this script)
from simulator.exam.base import Language  # noqa: E402
from simulator.exam.people import Account, Role  # noqa: E402

PASSWORD = uuid4().hex


class Scene(NamedTuple):
    """What is said and done for one language's pictures."""

    language: Language
    name: str
    practise: str
    questions: tuple[str, ...]
    order: str
    examine: str
    end: str
    form: dict[str, str]


SCENES = (
    Scene(Language.FRENCH, "Camille", "S'entraîner",
          ("Bonjour, je suis l'interne des urgences. Depuis quand avez-vous mal ?", "Est-ce que ça va ailleurs ?",
           "Je vois que c'est difficile pour vous. De quoi avez-vous peur ?", "Vous fumez ?"),
          "Demander un examen", "Examiner", "Terminer l'entretien",
          {"diagnosis": "Syndrome coronarien aigu avec sus-décalage du segment ST inférieur",
           "differential": "Dissection aortique, embolie pulmonaire, péricardite",
           "plan": "Appel du cardiologue pour angioplastie, aspirine, pas de dérivés nitrés"}),
    Scene(Language.ENGLISH, "Robin", "Practise",
          ("Hello, I'm the junior doctor. When did the pain start?", "Does it go anywhere else?",
           "I can see this is hard for you. What are you afraid of?", "Do you smoke?"),
          "Order a test", "Examine", "End the interview",
          {"diagnosis": "Inferior STEMI", "differential": "Aortic dissection, pulmonary embolism, pericarditis",
           "plan": "Call the cardiologist for primary angioplasty, aspirin, no nitrates"}),
)


def main() -> None:
    """All pictures, in both languages."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on this machine: apt-get install chromium")
    pictures = ROOT / "docs" / "screenshots"
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scene in SCENES:
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale=scene.language.value)
            play(context.new_page(), address, scene, pictures)
            context.close()
        browser.close()


def play(page: Page, address: str, scene: Scene, pictures: Path) -> None:
    """One station, with a picture of each page on the way."""
    def picture(name: str) -> None:
        page.wait_for_timeout(700)
        page.screenshot(path=pictures / f"{name}.{scene.language}.png")

    page.goto(address)
    page.fill("#name", scene.name)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("#mine")
    page.goto(f"{address}/stations")
    page.wait_for_selector(".card:visible")
    picture("stations")
    page.click(f'.card:visible:has([name=station][value=chest_pain]) button:has-text("{scene.practise}")')
    page.wait_for_selector("#osce-briefing .osce-main")
    picture("door")
    talk(page, scene)
    picture("interview")
    page.click("#osce-dock .osce-end")
    page.click(f'#osce-confirm button:has-text("{scene.end}")')
    page.wait_for_url("**/closing")
    for field, words in scene.form.items():
        page.fill(f"#field-{field}", words)
    picture("closing")
    page.click("#form button[type=submit]")
    page.wait_for_selector(".figure", timeout=120_000)
    picture("result")
    page.locator("#items").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('items').scrollIntoView()")
    picture("grid")
    page.goto(address)
    page.wait_for_selector("#mine")
    picture("home")


def talk(page: Page, scene: Scene) -> None:
    """The conversation, an examination and two tests."""
    page.click("#osce-briefing .osce-main")
    page.wait_for_selector('[data-step-type="assistant_message"]')
    for words in scene.questions:
        before = page.locator('[data-step-type="assistant_message"]').count()
        page.fill("#chat-input", words)
        page.press("#chat-input", "Enter")
        page.wait_for_function(
            "before => document.querySelectorAll('[data-step-type=\"assistant_message\"]').length > before", arg=before)
    for button, target in ((scene.examine, "examine.vital_signs"), (scene.order, "order.ecg")):
        page.click(f'#osce-dock button:has-text("{button}")')
        page.click(f'#osce-picker [data-target="{target}"]')
        page.wait_for_selector("#osce-picker", state="hidden")
    page.wait_for_selector('[data-step-type] img[src*="/shown/"]')


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server on an empty archive, with somebody to play each scene; its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {**os.environ, "OSCE_DATA_FOLDER": str(folder), "OSCE_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level",
                                "warning"], cwd=ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        asyncio.run(add_players(folder))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str) -> None:
    """Returns when the server answers."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    sys.exit("the server did not start")


async def add_players(folder: Path) -> None:
    """An account for each scene."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'archive.db'}")
    for scene in SCENES:
        await SqlAccounts(database).add(Account(
            id=uuid4().hex, name=scene.name, role=Role.STUDENT, language=scene.language,
            created_at=datetime.now(UTC)), PASSWORD)
    await database.close()


if __name__ == "__main__":
    main()
