"""What language models used: the ledger that budgets are counted from; it only grows too."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("sequence", _Sequence, nullable=False),
        sa.Column("at", _Time, nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("encounter", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_spending"),
    )
    for column in ("at", "encounter", "candidate", "cohort"):
        op.create_index(f"ix_spending_{column}", "spending", [column])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    raise NotImplementedError("the archive only grows; restore a backup instead")


def _guard_sqlite() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER spending_refuses_{change.lower()} BEFORE {change} ON spending
            BEGIN SELECT RAISE(ABORT, 'spending only grows: {change} refused'); END
        """)


def _guard_postgresql() -> None:
    op.execute("""
        CREATE TRIGGER spending_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON spending
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)
