"""The server's entry: `uvicorn app:app`, with one worker, since Chainlit keeps its windows in the process."""

from pathlib import Path

from simulator.web.ground import prepare
from simulator.wiring import build, signing_secret

house = build()
secret = signing_secret(house.settings)
prepare(Path(__file__).parent, house.settings.data_folder, secret)

from simulator.web.server import create_app  # noqa: E402  (Chainlit reads its folder from the environment on import)

app = create_app(house, secret)
