"""Alembic's migrations of the archive; `Database.migrate` runs them.

A new revision, after a change in tables.py (from the root of the repository):
    alembic -c simulator/archive/migrations/alembic.ini -x url=sqlite:///var/archive.db \\
        revision --autogenerate --rev-id 0002 -m "what changed"
A revision that rebuilds a table on SQLite (batch mode) loses that table's triggers and has to create them again.
"""
