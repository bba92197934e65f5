"""What language models used, kept in SQL."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from simulator.archive.database import Database
from simulator.archive.tables import spending
from simulator.exam.errors import SimulatorError
from simulator.exam.spending import Expense, Purpose, Spent


class SqlLedger:
    """The `Ledger` port over a migrated database. What a call has returned from is on the disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, expense: Expense) -> None:
        """Adds a line; SimulatorError when the database refuses."""
        row = {"at": expense.at, "call": expense.call, "model": expense.model, "what": expense.what,
               **expense.purpose.model_dump(), **expense.spent.model_dump()}
        try:
            async with self._database.writing() as connection:
                await connection.execute(insert(spending), [row])
        except SQLAlchemyError as error:
            raise SimulatorError(f"the ledger of language models could not be written ({type(error).__name__}); see "
                                 "`simulator doctor`") from error

    async def spent(self, whom: Purpose | None = None, since: datetime | None = None,
                    before: datetime | None = None) -> Spent:
        """The sum of the lines that are meant; SimulatorError when the database cannot be read."""
        query = select(func.coalesce(func.sum(spending.c.tokens), 0), func.coalesce(func.sum(spending.c.cost), 0.0))
        for name, value in (whom.model_dump(exclude_defaults=True) if whom else {}).items():
            query = query.where(spending.c[name] == value)
        query = query.where(spending.c.at >= since) if since else query
        query = query.where(spending.c.at < before) if before else query
        try:
            async with self._database.reading() as connection:
                tokens, cost = (await connection.execute(query)).one()
        except SQLAlchemyError as error:
            raise SimulatorError(f"the ledger of language models could not be read ({type(error).__name__}); see "
                                 "`simulator doctor`") from error
        return Spent(tokens=int(tokens), cost=float(cost))
