"""The first tables, and the triggers that let them only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Not `accounts`: a password, a language and a session version change.
ONLY_GROW = ("encounters", "entries", "grades", "reviews", "audit")

_Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_encounters()
    _create_entries()
    _create_judgements("grades", "grader")
    _create_judgements("reviews", "reviewer")
    _create_accounts()
    _create_audit()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    raise NotImplementedError("the archive only grows; restore a backup instead")


def _create_encounters() -> None:
    op.create_table(
        "encounters",
        sa.Column("sequence", _Sequence, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("opened_at", _Time, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_encounters"),
        sa.UniqueConstraint("id", name="uq_encounters_id"),
    )
    op.create_index("ix_encounters_candidate_opened_at", "encounters", ["candidate", "opened_at"])
    op.create_index("ix_encounters_opened_at", "encounters", ["opened_at"])


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("at", _Time, nullable=False),
        sa.Column("message_digest", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_entries_from_one")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name="fk_entries_encounter_id_encounters"),
        sa.PrimaryKeyConstraint("encounter_id", "number", name="pk_entries"),
    )
    _create_partial_index("uq_entries_message", ["encounter_id", "message_digest"], "message_digest IS NOT NULL",
                          is_unique=True)
    _create_partial_index("ix_entries_marked", ["encounter_id"], "action = 'marked'", is_unique=False)


def _create_partial_index(name: str, columns: list[str], where: str, *, is_unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(name, "entries", columns, unique=is_unique, sqlite_where=condition, postgresql_where=condition)


def _create_judgements(table: str, by: str) -> None:
    op.create_table(
        table,
        sa.Column("sequence", _Sequence, nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("at", _Time, nullable=False),
        sa.Column(by, sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name=f"fk_{table}_encounter_id_encounters"),
        sa.PrimaryKeyConstraint("sequence", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_encounter_id_at", table, ["encounter_id", "at"])


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("time_factor", sa.Float(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", _Time, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name_key", name="uq_accounts_name_key"),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", _Sequence, nullable=False),
        sa.Column("at", _Time, nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def _guard_sqlite() -> None:
    for table in ONLY_GROW:
        for change in ("UPDATE", "DELETE"):
            op.execute(f"""
                CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table}
                BEGIN SELECT RAISE(ABORT, '{table} only grows: {change} refused'); END
            """)


def _guard_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP; END $$
    """)
    for table in ONLY_GROW:
        op.execute(f"""
            CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """)
