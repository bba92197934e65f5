"""The ledger of a program that keeps no archive."""

from datetime import datetime

from simulator.exam.spending import Expense, Purpose, Spent


class MemoryLedger:
    """Implements Ledger for as long as the program runs."""

    def __init__(self) -> None:
        self.lines: list[Expense] = []

    async def write(self, expense: Expense) -> None:
        self.lines.append(expense)

    async def spent(self, whom: Purpose | None = None, since: datetime | None = None,
                    before: datetime | None = None) -> Spent:
        """The sum of the lines that are meant."""
        meant = [line.spent for line in self.lines if _is_for(line.purpose, whom)
                 and (since is None or line.at >= since) and (before is None or line.at < before)]
        return Spent(tokens=sum(each.tokens for each in meant), cost=sum(each.cost for each in meant))


def _is_for(purpose: Purpose, whom: Purpose | None) -> bool:
    wanted = whom.model_dump(exclude_defaults=True) if whom else {}
    return all(getattr(purpose, key) == value for key, value in wanted.items())
