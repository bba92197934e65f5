"""A process for test_archive.py: appends entries in pairs, prints each number once recorded, until it is killed."""

import asyncio
import sys
from datetime import UTC, datetime

from simulator.archive.archive import SqlArchive
from simulator.archive.database import Database
from simulator.exam.transcript import Speaker, Turn


async def main(url: str, encounter_id: str) -> None:
    archive = SqlArchive(Database(url))
    for number in range(1, 1_000_000, 2):
        await archive.append(encounter_id, [_turn(number), _turn(number + 1)])
        sys.stdout.write(f"{number + 1}\n")
        sys.stdout.flush()


def _turn(number: int) -> Turn:
    return Turn(number=number, at=datetime.now(UTC), speaker=Speaker.CANDIDATE, words="x" * 500)


asyncio.run(main(*sys.argv[1:]))
