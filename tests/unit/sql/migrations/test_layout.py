"""The look of generated code."""

import ast

from talarian.sql.migrations.layout import indented


def test_continued_lines_are_indented_by_their_brackets() -> None:
    code = (
        "op.create_table('t',\n"
        "sa.Column('id', sa.Integer()),\n"
        "sa.Column('text', sa.String(), server_default='(:')\n"
        ")\n"
        "with op.batch_alter_table('t') as batch_op:\n"
        "    batch_op.alter_column('id',\n"
        "               existing_type=sa.Integer())\n"
    )
    text = indented(code, 1)
    assert text == (
        "    op.create_table('t',\n"
        "        sa.Column('id', sa.Integer()),\n"
        "        sa.Column('text', sa.String(), server_default='(:')\n"
        "    )\n"
        "    with op.batch_alter_table('t') as batch_op:\n"
        "        batch_op.alter_column('id',\n"
        "            existing_type=sa.Integer())"
    )
    ast.parse(f"def upgrade():\n{text}")


def test_nothing() -> None:
    assert indented("", 1) == ""
