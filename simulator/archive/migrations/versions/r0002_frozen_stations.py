"""The scenarios and rubrics that attempts ran with, kept under their fingerprints; they only grow too."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "texts",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_texts"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    raise NotImplementedError("the archive only grows; restore a backup instead")


def _guard_sqlite() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER texts_refuses_{change.lower()} BEFORE {change} ON texts
            BEGIN SELECT RAISE(ABORT, 'texts only grows: {change} refused'); END
        """)


def _guard_postgresql() -> None:
    op.execute("""
        CREATE TRIGGER texts_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON texts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)
