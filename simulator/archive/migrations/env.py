"""What Alembic runs: the revisions over the connection that `Database.migrate` hands in, or over `-x url=…`."""

from alembic import context
from sqlalchemy import Connection, make_url

from simulator.archive.database import migrating
from simulator.archive.tables import metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


if "connection" in context.config.attributes:
    run(context.config.attributes["connection"])
else:
    with migrating(make_url(context.get_x_argument(as_dictionary=True)["url"])) as opened:
        run(opened)
