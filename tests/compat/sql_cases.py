"""Lines of revision files for `test_sql_against_alembic`, and where the SQL is not Alembic's, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass(frozen=True)
class Different:
    """Lines that match `line` compile otherwise on `dialects` (all, when empty), because of `why`."""

    line: str
    why: str
    dialects: tuple[str, ...] = ()
    ours: tuple[str, ...] | None = None


DIFFERENT = (
    Different(
        r"%",
        "Alembic doubles per cent signs for the driver, but nobody halves them when a client runs the script",
        ("postgresql", "mysql"),
    ),
    Different(
        r"bindparams\(a='x'\)",
        "Alembic leaves a placeholder in the script, which no client can run",
        ours=("UPDATE t SET a = 'x'",),
    ),
    Different(
        r"comment=None.*schema=",
        "Alembic names the table without its schema",
        ("oracle",),
        ours=("COMMENT ON COLUMN s.t.c IS ''",),
    ),
    Different(
        r"drop_index.*if_exists",
        "MySQL has no IF EXISTS for an index: Alembic's statement is an error there",
        ("mysql",),
    ),
    Different(
        r"inline_references",
        "MySQL reads REFERENCES beside a column and forgets it: there would be no foreign key",
        ("mysql",),
    ),
    Different(
        r"inline_references|inline_primary_key|add_column.*CheckConstraint",
        "Alembic leaves the clause out, and the constraint is never made",
        ("mssql", "oracle"),
    ),
    Different(
        r"^(?!.*schema=).*(?:[ (]comment=|_table_comment\()",
        "Alembic fails offline, because nobody has told it the default schema; it is dbo where nobody says otherwise",
        ("mssql",),
    ),
    Different(
        r"drop_column\('T'",
        "the name in object_id() is quoted as everywhere, else a dot in it would be read as a separator",
        ("mssql",),
    ),
    Different(
        r"nullable=False, existing_server_default=Computed",
        "Alembic fails; MODIFY can repeat what the column is computed from",
        ("mysql",),
        ours=("ALTER TABLE t MODIFY c INTEGER GENERATED ALWAYS AS (a) NOT NULL",),
    ),
    Different(
        r"type_=Integer\(\), existing_type=Boolean\(create",
        "Alembic adds the check of a Boolean, and leaves it behind when the type changes; it would refuse new values",
        ("mysql",),
    ),
    Different(r"bulk_insert\(.*, \[\]\)", "there is nothing to insert", ("mssql",), ours=()),
    Different(
        r"u2603",
        "without N, SQL Server writes a question mark for what its code page does not have",
        ("mssql",),
    ),
    Different(
        r"op\.alter_column\(.* (type_|nullable|server_default|autoincrement)="
        r"(?!False, existing_type=Integer\(\)\)|True, existing_type=Integer\(\), existing_null)",
        "SQLite has no such ALTER: the table is recreated, which a script can do only where the table is known",
        ("sqlite",),
    ),
    Different(
        r"alter_column.* comment=|_table_comment\(",
        "SQLite keeps no comments, and there is nothing to do",
        ("sqlite",),
        ours=(),
    ),
    Different(
        r"add_column.*ForeignKey\('p.id'\)\)\)",
        "SQLite takes a foreign key beside the column, and only there",
        ("sqlite",),
        ours=("ALTER TABLE t ADD COLUMN c INTEGER REFERENCES p (id)",),
    ),
    Different(
        r"add_column.*(inline_primary_key|persisted|CURRENT_TIMESTAMP|Boolean\(create)",
        "SQLite adds no such column, and Alembic forgets checks: the table is recreated, where it is known",
        ("sqlite",),
    ),
    Different(
        r"batch_alter_table[^*]*b\.(add_column|drop_column|create_index)",
        "what SQLite can alter by itself needs no recreated table, and so no connection",
        ("sqlite",),
    ),
    Different(
        r"column\(.*(if_exists|if_not_exists)",
        "SQLite has no IF EXISTS for columns: it is decided when the database is connected",
        ("sqlite",),
    ),
)

CASES = [
    # Tables
    "op.create_table('t', Column('id', Integer, primary_key=True), Column('n', String(50), nullable=False))",
    "op.create_table('t', Column('id', Integer, primary_key=True), schema='s')",
    "op.create_table('T 1', Column('Id', Integer, primary_key=True), Column('order', Integer, unique=True))",
    "op.create_table('t', Column('id', Integer), Column('p', Integer, ForeignKey('p.id')), PrimaryKeyConstraint('id', name='pk_t'))",
    "op.create_table('t', Column('id', Integer, primary_key=True), Column('p', Integer, ForeignKey('t.id', ondelete='CASCADE')))",
    "op.create_table('t', Column('a', Integer), Column('b', Integer), ForeignKeyConstraint(['a', 'b'], ['s.p.x', 's.p.y'], name='fk', onupdate='CASCADE'))",
    "op.create_table('t', Column('a', Integer), Column('b', Integer), UniqueConstraint('a', 'b', name='uq'), CheckConstraint('a > b', name='ck'))",
    "op.create_table('t', Column('a', Integer), Column('b', Integer, unique=True, index=True))",
    "op.create_table('t', Column('a', Integer), Index('ix_a', 'a'))",
    "op.create_table('t', Column('e', Enum('a', 'b', name='en')), Column('f', Enum('a', 'b', name='en')))",
    "op.create_table('t', Column('e', Enum('a', 'b', name='en', native_enum=False, create_constraint=True)))",
    "op.create_table('t', Column('e', postgresql.ENUM('a', 'b', name='en', create_type=False).with_variant(String(5), 'mysql', 'sqlite', 'mssql', 'oracle')))",
    "op.create_table('t', Column('b', Boolean(create_constraint=True, name='ck_b')), Column('c', Boolean()))",
    "op.create_table('t', Column('id', Integer, primary_key=True), comment='it is 50% \"x\"')",
    "op.create_table('t', Column('id', Integer, primary_key=True, comment=\"it's\"), Column('b', Integer, comment=''), comment='c')",
    "op.create_table('t', Column('a', Integer, server_default='5'), Column('b', DateTime, server_default=func.now()), Column('c', String(9), server_default=text(\"'x'\")))",
    "op.create_table('t', Column('a', Integer), Column('b', Integer, Computed('a * 2')))",
    "op.create_table('t', Column('a', Integer), Column('b', Integer, Computed('a * 2', persisted=True)))",
    "op.create_table('t', Column('a', Integer, Identity(start=5, increment=2), primary_key=True))",
    "op.create_table('t', Column('a', Integer, Identity(always=True)))",
    "op.create_table('t', Column('a', BigInteger, primary_key=True, autoincrement=False))",
    "op.create_table('t', Column('id', Integer), if_not_exists=True)",
    "op.create_table('t', Column('id', Integer), prefixes=['TEMPORARY'])",
    "op.create_table('t', Column('id', Integer), mysql_engine='InnoDB', mysql_charset='utf8mb4', postgresql_partition_by='RANGE (id)', sqlite_autoincrement=True)",
    "op.create_table('t', Column('id', Integer), postgresql_tablespace='fast', oracle_compress=True)",
    "op.create_table('t', Column('a', Numeric(10, 2)), Column('b', Text), Column('c', LargeBinary), Column('d', Date), Column('e', Float), Column('f', Uuid), Column('g', Interval), Column('h', Time), Column('i', Unicode(5)))",
    "op.create_table('t', Column('a', JSON().with_variant(postgresql.JSONB, 'postgresql').with_variant(Text, 'oracle')))",
    "op.create_table('t', Column('a', Integer), CheckConstraint(column('a') > 5, name='ck_5'))",
    "op.create_table('t', Column('a', Integer, CheckConstraint('a > 5')))",
    "op.create_table('t', Column('a', Integer, CheckConstraint(\"b LIKE '%x'\")))",
    "op.create_table('t', Column('a', Integer), Index('ix', text('lower(a)'), unique=True))",
    "op.create_table('t', Column('id', Integer), Column('a', Integer), UniqueConstraint('a', deferrable=True, initially='DEFERRED'))",
    "op.create_table('t', Column('id', Integer, primary_key=True), Column('p', Integer, ForeignKey('q.id', use_alter=True, name='fk_q')))",
    "op.drop_table('t')",
    "op.drop_table('t', schema='s')",
    "op.drop_table('t', if_exists=True)",
    "op.rename_table('a', 'b')",
    "op.rename_table('a', 'b', schema='s')",
    "op.rename_table('Old', 'New Name', schema='My')",
    "op.create_table_comment('t', 'it is', schema='s')",
    "op.create_table_comment('t', \"it's\", existing_comment='old')",
    "op.drop_table_comment('t', existing_comment='old')",
    "op.drop_table_comment('t', schema='s')",
    # Columns
    "op.add_column('t', Column('c', Integer))",
    "op.add_column('t', Column('c', Integer, nullable=False), schema='s')",
    "op.add_column('My T', Column('C', String(20), nullable=False, server_default='x'))",
    "op.add_column('t', Column('c', String(20), server_default=\"it's 50%\"))",
    "op.add_column('t', Column('c', DateTime, server_default=text('CURRENT_TIMESTAMP')))",
    "op.add_column('t', Column('c', Integer, comment='note'))",
    "op.add_column('t', Column('c', Integer, comment=\"it's\"), schema='s')",
    "op.add_column('t', Column('c', Integer, index=True))",
    "op.add_column('t', Column('c', Integer, unique=True))",
    "op.add_column('t', Column('c', Integer, ForeignKey('p.id')))",
    "op.add_column('t', Column('c', Integer, ForeignKey('s.p.id', name='fk_p', ondelete='SET NULL')))",
    "op.add_column('t', Column('c', Integer, ForeignKey('p.id', ondelete='CASCADE')), inline_references=True)",
    "op.add_column('t', Column('c', Integer, ForeignKey('P.Id', onupdate='CASCADE', deferrable=True, initially='DEFERRED')), inline_references=True)",
    "op.add_column('t', Column('c', Integer, CheckConstraint('c > 5')))",
    "op.add_column('t', Column('c', Integer, CheckConstraint('c > 5', name='ck_c'), nullable=False))",
    "op.add_column('t', Column('c', Boolean(create_constraint=True)))",
    "op.add_column('t', Column('c', Boolean(create_constraint=True, name='ck_b'), nullable=False))",
    "op.add_column('t', Column('c', Enum('a', 'b', name='en')))",
    "op.add_column('t', Column('c', Enum('a', 'b', name='en', native_enum=False)))",
    "op.add_column('t', Column('c', Integer), if_not_exists=True)",
    "op.add_column('t', Column('c', Integer, primary_key=True))",
    "op.add_column('t', Column('c', String(5), primary_key=True), inline_primary_key=True)",
    "op.add_column('t', Column('c', Integer, primary_key=True), inline_primary_key=True)",
    "op.add_column('t', Column('c', Integer, Computed('a * 2', persisted=True)))",
    "op.add_column('t', Column('c', Integer, Computed('a * 2')))",
    "op.add_column('t', Column('c', Integer, Identity(always=True, start=3)))",
    "op.add_column('t', Column('c', mysql.INTEGER(unsigned=True).with_variant(Integer, 'postgresql', 'sqlite', 'mssql', 'oracle')))",
    "op.drop_column('t', 'c')",
    "op.drop_column('My T', 'C', schema='s')",
    "op.drop_column('t', 'c', if_exists=True)",
    "op.drop_column('t', 'c', mssql_drop_default=True)",
    "op.drop_column('T', 'c', schema='s', mssql_drop_default=True, mssql_drop_check=True)",
    "op.drop_column('t', 'c', mssql_drop_foreign_key=True)",
    "op.alter_column('t', 'c', nullable=True, existing_type=Integer())",
    "op.alter_column('t', 'c', nullable=False, existing_type=Integer(), schema='s')",
    "op.alter_column('t', 'c', nullable=False)",
    "op.alter_column('t', 'c', new_column_name='d', existing_type=Integer())",
    "op.alter_column('My', 'Col', new_column_name='New Col', existing_type=Integer(), existing_nullable=False, schema='s')",
    "op.alter_column('t', 'c', new_column_name='d')",
    "op.alter_column('t', 'c', type_=String(50), existing_type=String(20), existing_nullable=False)",
    "op.alter_column('t', 'c', type_=Integer, postgresql_using='c::integer', existing_nullable=True)",
    "op.alter_column('t', 'c', type_=String(50))",
    "op.alter_column('t', 'c', server_default='q', existing_type=String(5))",
    "op.alter_column('t', 'c', server_default='q', existing_server_default='r', existing_type=String(5))",
    "op.alter_column('t', 'c', server_default=None, existing_type=String(5))",
    "op.alter_column('t', 'c', server_default=None, existing_server_default='x', existing_type=String(5), schema='s')",
    "op.alter_column('t', 'c', server_default=text('CURRENT_TIMESTAMP'), existing_type=DateTime())",
    "op.alter_column('t', 'c', server_default=func.now(), existing_type=TIMESTAMP(), existing_nullable=False)",
    "op.alter_column('t', 'c', server_default=False, existing_type=Integer())",
    "op.alter_column('t', 'c', server_default=text(\"'50%'\"), existing_type=String(5))",
    "op.alter_column('t', 'c', comment='new', existing_type=Integer(), existing_nullable=False)",
    "op.alter_column('t', 'c', comment=\"it's\", existing_comment='old', existing_type=Integer(), existing_nullable=True, existing_server_default='5')",
    "op.alter_column('t', 'c', comment=None, existing_comment='old', existing_type=Integer(), schema='s')",
    "op.alter_column('t', 'c', new_column_name='d', nullable=True, type_=Integer, server_default='5', comment='x', existing_server_default=None)",
    "op.alter_column('t', 'c', new_column_name='d', nullable=False, type_=String(9), server_default='5', existing_type=String(5), existing_comment='keep')",
    "op.alter_column('t', 'c', autoincrement=True, existing_type=Integer(), existing_nullable=False)",
    "op.alter_column('t', 'c', nullable=False, existing_type=Integer(), existing_autoincrement=True, existing_server_default='7', existing_comment='z')",
    "op.alter_column('t', 'c', autoincrement=False, existing_autoincrement=True, existing_type=Integer())",
    "op.alter_column('t', 'c', server_default=Identity(), existing_server_default=None, existing_type=Integer())",
    "op.alter_column('t', 'c', server_default=Identity(always=True, start=3, cycle=True), existing_type=Integer())",
    "op.alter_column('t', 'c', server_default=None, existing_server_default=Identity(), existing_type=Integer())",
    "op.alter_column('t', 'c', server_default=Identity(always=False, start=3), existing_server_default=Identity(always=True), existing_type=Integer())",
    "op.alter_column('t', 'c', server_default=Identity(start=3, increment=1, minvalue=-3, maxvalue=99, cycle=True), existing_server_default=Identity(start=3, increment=2, minvalue=-3, maxvalue=99), existing_type=Integer())",
    "op.alter_column('t', 'c', server_default=Computed('a'), existing_type=Integer())",
    "op.alter_column('t', 'c', nullable=False, existing_server_default=Computed('a'), existing_type=Integer())",
    "op.alter_column('t', 'c', type_=Boolean(create_constraint=True, name='ck_b'), existing_type=Integer(), existing_nullable=False)",
    "op.alter_column('t', 'c', type_=Integer(), existing_type=Boolean(create_constraint=True, name='ck_b'), existing_nullable=False)",
    "op.alter_column('t', 'c', type_=Enum('a', 'b', name='en'), existing_type=String(5), existing_nullable=False)",
    "op.alter_column('t', 'c', type_=DateTime(timezone=True), existing_type=DateTime(), existing_nullable=True)",
    # Constraints
    "op.create_primary_key('pk', 't', ['a', 'b'])",
    "op.create_primary_key(None, 't', ['a'], schema='s')",
    "op.create_unique_constraint('uq', 't', ['a', 'b'])",
    "op.create_unique_constraint('uq', 't', ['a'], schema='s', deferrable=True, initially='DEFERRED')",
    "op.create_unique_constraint(None, 't', ['a'])",
    "op.create_check_constraint('ck', 't', 'a > 5')",
    "op.create_check_constraint('ck', 't', column('a') > 5, schema='s')",
    "op.create_check_constraint('ck', 't', func.length(column('a')) > 5)",
    "op.create_check_constraint('ck', 't', \"a LIKE '50%'\")",
    "op.create_foreign_key('fk', 't', 'p', ['a'], ['id'])",
    "op.create_foreign_key('fk', 't', 'p', ['a', 'b'], ['x', 'y'], source_schema='s', referent_schema='r', ondelete='CASCADE', onupdate='SET NULL')",
    "op.create_foreign_key('fk', 't', 't', ['a', 'b'], ['c', 'b'], deferrable=True, initially='DEFERRED')",
    "op.create_foreign_key(None, 't', 'p', ['a'], ['id'])",
    "op.create_foreign_key('fk', 't', 'p', ['a'], ['id'], match='FULL')",
    "op.create_foreign_key('fk', 't', 'p', ['a'], ['id'], postgresql_not_valid=True)",
    "op.create_exclude_constraint('ex', 't', ('x', '>'), where='x > 5', using='gist')",
    "op.create_exclude_constraint('ex', 'T', (column('X'), '='), (column('Y'), '&&'), where=column('X') > 5)",
    "op.drop_constraint('c', 't')",
    "op.drop_constraint('C', 'T', schema='s', type_='check')",
    "op.drop_constraint('c', 't', type_='foreignkey')",
    "op.drop_constraint('c', 't', type_='unique')",
    "op.drop_constraint('c', 't', type_='primary')",
    "op.drop_constraint('c', 't', type_='check', if_exists=True)",
    "op.drop_constraint('c', 't', if_exists=True)",
    # Indexes
    "op.create_index('ix', 't', ['a'])",
    "op.create_index('IX', 'T', ['A', 'b'], unique=True, schema='s')",
    "op.create_index('ix', 't', [text('lower(a)')])",
    "op.create_index('ix', 't', [func.lower(column('a')), 'b'])",
    "op.create_index('ix', 't', [column('a').desc(), text('b ASC')])",
    "op.create_index('ix', 't', ['a'], if_not_exists=True)",
    "op.create_index('ix', 't', ['a'], postgresql_using='gin', postgresql_ops={'a': 'gin_trgm_ops'}, postgresql_with={'fastupdate': 'off'})",
    "op.create_index('ix', 't', ['a'], unique=True, postgresql_where=text('a > 5'), sqlite_where=text('a > 5'), mssql_where=text('a > 5'))",
    "op.create_index('ix', 't', ['a'], postgresql_include=['b'], mssql_include=['b'])",
    "op.create_index('ix', 't', ['a'], postgresql_concurrently=True)",
    "op.create_index('ix', 't', ['a'], mysql_length={'a': 10}, mysql_using='hash', mysql_prefix='FULLTEXT')",
    "op.create_index('ix', 't', ['a'], mssql_clustered=True, oracle_bitmap=True, postgresql_tablespace='x')",
    "op.create_index('ix', 't', ['a'], unique=True, postgresql_nulls_not_distinct=True)",
    "op.create_index('ix', 't', [text(\"a || '%'\")])",
    "op.drop_index('ix', 't')",
    "op.drop_index('ix', table_name='t', schema='s')",
    "op.drop_index('ix', schema='s')",
    "op.drop_index('ix')",
    "op.drop_index('IX', 'T', if_exists=True)",
    "op.drop_index('ix', 't', postgresql_concurrently=True)",
    # Names by convention
    "convention = op.create_table('t', Column('id', Integer, primary_key=True), Column('a', Integer, ForeignKey('p.id'), index=True), Column('b', Integer, unique=True), CheckConstraint('a > 5', name='big'))",
    "convention = op.add_column('t', Column('a', Integer, ForeignKey('p.id'), index=True))",
    "convention = op.add_column('t', Column('a', Boolean(create_constraint=True, name='flag')))",
    "convention = op.create_check_constraint('big', 't', 'a > 5')",
    "convention = op.create_check_constraint(op.f('big'), 't', 'a > 5')",
    "convention = op.create_unique_constraint(None, 't', ['a'])",
    "convention = op.create_unique_constraint('given', 't', ['a'])",
    "convention = op.create_foreign_key(None, 't', 'p', ['a'], ['id'])",
    "convention = op.create_primary_key(None, 't', ['a'])",
    "convention = op.create_index(None, 't', ['a', 'b'])",
    "convention = op.drop_constraint('big', 't', type_='check')",
    "convention = op.drop_constraint(op.f('big'), 't', type_='check')",
    "convention = op.drop_constraint('given', 't', type_='unique')",
    "convention = op.create_table('t', Column('a', Integer, CheckConstraint('a > 5', name='inline')))",
    # Several changes of one table
    (
        "with op.batch_alter_table('t', schema='s') as b:\n"
        "    b.add_column(Column('c', Integer))\n"
        "    b.drop_column('d')"
    ),
    (
        "with op.batch_alter_table('t') as b:\n"
        "    b.alter_column('c', new_column_name='e', existing_type=Integer())\n"
        "    b.create_index('ix', ['e'], unique=True)\n"
        "    b.drop_index('old')"
    ),
    (
        "with op.batch_alter_table('t') as b:\n"
        "    b.create_unique_constraint('uq', ['a'])\n"
        "    b.create_foreign_key('fk', 'p', ['a'], ['id'], ondelete='CASCADE')\n"
        "    b.create_check_constraint('ck', 'a > 5')\n"
        "    b.drop_constraint('uq_old', type_='unique')"
    ),
    (
        "with op.batch_alter_table('t') as b:\n"
        "    b.alter_column('c', type_=String(9), existing_type=String(5), nullable=False)"
    ),
    # Rows and SQL
    "op.bulk_insert(sa.table('t', column('a', Integer), column('b', String)), [{'a': 1, 'b': \"it's 50%\"}, {'a': 2, 'b': None}])",
    "op.bulk_insert(sa.table('t', column('a', Integer)), [])",
    "op.bulk_insert(sa.table('t', column('a', Date), column('b', Boolean)), [{'a': __import__('datetime').date(2020, 1, 31), 'b': True}])",
    "op.bulk_insert(sa.table('t', column('a', String), schema='s'), [{'a': op.inline_literal('x')}, {'a': 'é \\u2603'}])",
    "op.bulk_insert(sa.table('t', column('a', Integer)), [{'a': 1}, {'a': 2}], multiinsert=False)",
    "op.execute('UPDATE t SET a = 5')",
    "op.execute(\"UPDATE t SET a = '50%' WHERE b LIKE '%x%'\")",
    "op.execute(\"SELECT '12\\\\:30' FROM t\")",
    "op.execute(sa.text('UPDATE t SET a = :a').bindparams(a='x'))",
    "op.execute(sa.table('t', column('a'), column('b')).update().where(column('a') == op.inline_literal('x')).values(b=op.inline_literal(5)))",
    "op.execute(sa.delete(sa.table('t', column('a', Integer))).where(column('a', Integer) > op.inline_literal(5)))",
    "op.execute(sa.schema.CreateSequence(sa.Sequence('seq', start=5)))",
]
