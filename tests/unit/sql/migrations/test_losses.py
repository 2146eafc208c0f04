"""What a downgrade destroys, as its code shows."""

from pathlib import Path

from talarian.sql.migrations.losses import losses

REVISION = """
def upgrade():
    op.drop_table("not this one")

def downgrade():
    op.drop_index("ix")
    op.drop_table("books")
    op.drop_column("authors", "name")
    with op.batch_alter_table("shelves") as batch_op:
        batch_op.drop_index("ix_shelves")
        batch_op.drop_column("kind")
    if True:
        op.execute("DELETE FROM tags")
        op.execute(sa.text("drop table old"))
    op.execute("UPDATE tags SET id = 1")
    op.drop_table(name)
"""


def test_tables_columns_and_sql(tmp_path: Path) -> None:
    file = tmp_path / "revision.py"
    file.write_text(REVISION)
    assert losses(file) == [
        "table books",
        "column authors.name",
        "column shelves.kind",
        "what this deletes: DELETE FROM tags",
        "what this deletes: drop table old",
        "table …",
    ]
