#!/usr/bin/python3
"""Makes C of the SQL: db_stmt.h (enum db_stmt) and db_stmt.c (texts, names, migrations).

    gen_sql.py header|source SQL_DIR OUTPUT
    gen_sql.py json SQL_DIR            prints {"statements": [...], "migrations": [...]}

A statement starts at `-- name: x` and ends at its semicolon. Refused: a statement without a name,
two of one name, gaps in $1, $2..., and words that SQLite or PostgreSQL does not know or takes for
something else.
"""
import json
import pathlib
import re
import sys

NOT_PORTABLE = re.compile(
    r"\b(STRICT|NOW|LIKE|ILIKE|LOWER|UPPER|COLLATE|AUTOINCREMENT|ROWID|FOR\s+UPDATE|IFNULL|REPLACE"
    r"|CURRENT_TIMESTAMP|DATETIME|RANDOM|PRAGMA|BLOB|INTEGER|SERIAL)\b|\?|::",
    re.IGNORECASE)
# SQLite makes a temporary tree of such a list at every run of a statement that writes the table.
LONG_CHECK = re.compile(r"CHECK\s*\(\s*\w+\s+IN\s*\([^)]*,[^)]*,", re.IGNORECASE)
# A column may have the name of a type.
COLUMNS = re.compile(r"\bblob\b")
# What a C compiler has to take in one literal.
MAX_TEXT = 4095


class BadSql(Exception):
    pass


def strip_comments(text):
    """Without comments, blank lines and indentation; the lines stay lines, for messages."""
    lines = (re.sub(r"--.*$", "", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def check(where, sql):
    bad = NOT_PORTABLE.search(COLUMNS.sub("", re.sub(r"'[^']*'", "''", sql)))
    if bad:
        raise BadSql(f"{where}: {bad.group(0)!r} is not in the common part of the engines")
    if LONG_CHECK.search(sql):
        raise BadSql(f"{where}: a CHECK of more than two words is a chain of OR")
    if len(sql.encode()) > MAX_TEXT:
        raise BadSql(f"{where}: longer than {MAX_TEXT} bytes")


def split(where, text):
    """The statements of a text; a semicolon ends one when a line ends with it."""
    parts = [part.strip() for part in re.split(r";[ \t]*(?:\n|$)", strip_comments(text) + "\n")]
    parts = [part for part in parts if part]
    for part in parts:
        check(where, part)
    return parts


def read_statements(sql_dir):
    statements = {}
    for path in sorted(sql_dir.glob("*.sql")):
        pieces = re.split(r"^-- name: *(\S+) *$", path.read_text(encoding="utf-8"), flags=re.M)
        if strip_comments(pieces[0]):
            raise BadSql(f"{path.name}: a statement without a name")
        for name, text in zip(pieces[1::2], pieces[2::2]):
            where = f"{path.name}: {name}"
            parts = split(where, text)
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in statements:
                raise BadSql(f"{where}: not a name, or there twice")
            if len(parts) != 1:
                raise BadSql(f"{where}: {len(parts)} statements under one name")
            numbers = {int(n) for n in re.findall(r"\$(\d+)", parts[0])}
            if numbers != set(range(1, len(numbers) + 1)):
                raise BadSql(f"{where}: parameters are not $1 to ${len(numbers)}")
            statements[name] = {"name": name, "sql": parts[0], "n_params": len(numbers)}
    return list(statements.values())


def read_migrations(sql_dir):
    migrations = []
    for path in sorted((sql_dir / "migrations").glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_[a-z0-9_]+", path.stem)
        if not match or int(match.group(1)) != len(migrations) + 1:
            raise BadSql(f"{path.name}: migrations are 0001_name.sql, 0002_..., without gaps")
        migrations.append({
            "version": len(migrations) + 1,
            "name": path.stem,
            "statements": split(path.name, path.read_text(encoding="utf-8")),
        })
    return migrations


def literal(sql, indent="\t\t"):
    lines = sql.split("\n")
    quoted = []
    for i, line in enumerate(lines):
        end = " " if i + 1 < len(lines) else ""
        quoted.append('"' + line.replace("\\", "\\\\").replace('"', '\\"') + end + '"')
    return ("\n" + indent).join(quoted)


HEADER = """\
/*
 * The statements of sql/, by name, and the migrations. Made by gen_sql.py: change sql/ instead.
 */
#ifndef PC_STORE_DB_STMT_H
#define PC_STORE_DB_STMT_H

#include <stddef.h>

enum db_stmt {
%(names)s
};
#define N_DB_STMTS %(n)d

struct db_stmt_text {
	const char *name;
	const char *sql;
	int n_params;
	/* An error's detail, when a row collides with another. */
	const char *collision;
};
extern const struct db_stmt_text db_stmt_texts[N_DB_STMTS];

struct db_migration {
	int version; /* 1, 2... */
	const char *name;
	const char *const *statements; /* up to a NULL */
};
extern const struct db_migration db_migrations[];
#define N_DB_MIGRATIONS %(n_migrations)d

#endif
"""


def make_header(statements, migrations):
    names = "\n".join(f"\tSTMT_{s['name'].upper()}," for s in statements)
    return HEADER % {"names": names, "n": len(statements), "n_migrations": len(migrations)}


def make_source(statements, migrations):
    out = ['/* Made by gen_sql.py: change sql/ instead. */\n#include "store/db_stmt.h"\n\n',
           "const struct db_stmt_text db_stmt_texts[N_DB_STMTS] = {\n"]
    for s in statements:
        out.append(f"\t[STMT_{s['name'].upper()}] = {{ \"{s['name']}\",\n\t\t{literal(s['sql'])},\n"
                   f"\t\t{s['n_params']}, \"{s['name']}: the row collides with another\" }},\n")
    out.append("};\n\n")
    for m in migrations:
        out.append(f"static const char *const migration_{m['version']}[] = {{\n")
        for sql in m["statements"]:
            out.append(f"\t{literal(sql, chr(9))},\n")
        out.append("\tNULL,\n};\n\n")
    out.append("const struct db_migration db_migrations[N_DB_MIGRATIONS] = {\n")
    for m in migrations:
        out.append(f"\t{{ {m['version']}, \"{m['name']}\", migration_{m['version']} }},\n")
    out.append("};\n")
    return "".join(out)


def main(argv):
    if len(argv) < 3:
        raise SystemExit(__doc__)
    sql_dir = pathlib.Path(argv[2])
    try:
        statements = read_statements(sql_dir)
        migrations = read_migrations(sql_dir)
    except BadSql as bad:
        raise SystemExit(f"gen_sql.py: {bad}") from bad
    if argv[1] == "json":
        json.dump({"statements": statements, "migrations": migrations}, sys.stdout, indent=1)
        return
    make = {"header": make_header, "source": make_source}[argv[1]]
    pathlib.Path(argv[3]).write_text(make(statements, migrations), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv)
