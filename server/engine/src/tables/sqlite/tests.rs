//! SQLite's SQL of steps.

use std::{fmt::Write as _, sync::Arc};

use super::{Operation, operation::operations, schedule};
use crate::tables::{apply::apply, parse::parse, tests::build};

/// The operations of the last statement.
fn last(sql: &str) -> String {
    let (before, last) = sql.rsplit_once(";;").unwrap_or(("", sql));
    let schema = build(before).unwrap();
    let mut out = String::new();
    for transition in apply(&Arc::clone(&schema), &parse(last).unwrap()[0].change).unwrap() {
        for operation in operations(&transition) {
            match operation {
                Operation::Sql(sql) => writeln!(out, "{sql};"),
                Operation::Create(schema, table) => {
                    let all = super::table::create(&schema, &table).unwrap();
                    all.iter().try_for_each(|sql| writeln!(out, "{sql};"))
                }
                Operation::Rebuild(rebuild) => writeln!(out, "rebuild: {}", rebuild.copy(rebuild.name())),
            }
            .unwrap();
        }
    }
    out
}

#[test]
fn a_table() {
    let sql = "create type mood as enum ('a', 'b');; create table t (id integer generated always as identity primary key,
        a varchar(3) not null default 'x', b mood, c numeric(3,1) unique, d integer references t on delete cascade)";
    insta::assert_snapshot!(last(sql), @r##"
    CREATE TABLE "t" (
      "id" INTEGER PRIMARY KEY AUTOINCREMENT CHECK ("id" BETWEEN -2147483648 AND 2147483647),
      "a" TEXT NOT NULL DEFAULT 'x' CHECK (length("a") <= 3),
      "b" TEXT CHECK ("b" IN ('a', 'b')),
      "c" TEXT COLLATE tenon_numeric CHECK ("c" GLOB '*[0-9]' AND "c" NOT GLOB '*[^-.0-9]*'),
      "d" INTEGER CHECK ("d" BETWEEN -2147483648 AND 2147483647),
      CONSTRAINT "t_d_fkey" FOREIGN KEY ("d") REFERENCES "t" ("id") ON DELETE CASCADE
    ) STRICT;
    CREATE UNIQUE INDEX "t_c_key" ON "t" ("c");
    "##);
    let sql = "create table t (a uuid default gen_random_uuid(), b date, c timestamptz default now(), primary key (a, b))";
    insta::assert_snapshot!(last(sql), @r##"
    CREATE TABLE "t" (
      "a" TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) CHECK (length("a") = 36 AND "a" GLOB '????????-????-????-????-????????????' AND length(replace("a", '-', '')) = 32 AND "a" NOT GLOB '*[^-0-9a-f]*'),
      "b" TEXT NOT NULL CHECK ("b" IS date("b") AND "b" >= '0001'),
      "c" TEXT DEFAULT (rtrim(rtrim(strftime('%Y-%m-%dT%H:%M:%f', 'now'), '0'), '.') || '+00:00') CHECK (replace(datetime(substr("c", 1, 19)), ' ', 'T') IS substr("c", 1, 19) AND "c" >= '0001' AND (substr("c", 20) = '+00:00' OR (substr("c", 20) GLOB '.*[1-9]+00:00' AND length("c") <= 32 AND substr("c", 21) NOT GLOB '*[^0-9]*+00:00'))),
      PRIMARY KEY ("a", "b")
    ) STRICT;
    "##);
}

#[test]
fn what_sqlite_can_do_itself_needs_no_rebuild() {
    let table = "create table t (id int primary key, a text, b int references t, unique (a));;";
    let mut all = String::new();
    for sql in [
        "alter table t rename to u",
        "alter table t rename a to z",
        "alter table t add c int",
        "alter table t add c int not null default 1",
        "alter table t add c timestamptz default now()",
        "alter table t drop column a",
        "alter table t drop column b",
        "alter table t alter b set not null",
        "alter table t alter b type bigint",
        "alter table t alter a type date using a::date",
        "alter table t add constraint k unique (b)",
        "alter table t drop constraint t_a_key",
        "create index on t (a desc, b)",
    ] {
        let _ = writeln!(all, "-- {sql}\n{}", last(&format!("{table}{sql}")));
    }
    insta::assert_snapshot!(all, @r##"
    -- alter table t rename to u
    ALTER TABLE "t" RENAME TO "u";

    -- alter table t rename a to z
    ALTER TABLE "t" RENAME COLUMN "a" TO "z";

    -- alter table t add c int
    ALTER TABLE "t" ADD COLUMN "c" INTEGER CHECK ("c" BETWEEN -2147483648 AND 2147483647);

    -- alter table t add c int not null default 1
    ALTER TABLE "t" ADD COLUMN "c" INTEGER NOT NULL DEFAULT 1 CHECK ("c" BETWEEN -2147483648 AND 2147483647);

    -- alter table t add c timestamptz default now()
    rebuild: INSERT INTO "t" ("id", "a", "b") SELECT o."id", o."a", o."b" FROM "t" AS o ORDER BY o._rowid_

    -- alter table t drop column a
    DROP INDEX "t_a_key";
    ALTER TABLE "t" DROP COLUMN "a";

    -- alter table t drop column b
    rebuild: INSERT INTO "t" ("id", "a", "b") SELECT o."id", o."a", o."b" FROM "t" AS o ORDER BY o._rowid_
    ALTER TABLE "t" DROP COLUMN "b";

    -- alter table t alter b set not null
    rebuild: INSERT INTO "t" ("id", "a", "b") SELECT o."id", o."a", o."b" FROM "t" AS o ORDER BY o._rowid_

    -- alter table t alter b type bigint
    rebuild: INSERT INTO "t" ("id", "a", "b") SELECT o."id", o."a", o."b" FROM "t" AS o ORDER BY o._rowid_

    -- alter table t alter a type date using a::date
    rebuild: INSERT INTO "t" ("id", "a", "b") SELECT o."id", (SELECT c.value FROM temp._tenon_converted_1 AS c WHERE c.key = o._rowid_), o."b" FROM "t" AS o ORDER BY o._rowid_

    -- alter table t add constraint k unique (b)
    CREATE UNIQUE INDEX "k" ON "t" ("b");

    -- alter table t drop constraint t_a_key
    DROP INDEX "t_a_key";

    -- create index on t (a desc, b)
    CREATE INDEX "t_a_b_idx" ON "t" ("a" DESC, "b");
    "##);
}

/// How often each step of the statement writes a table anew.
fn rebuilds(before: &str, sql: &str) -> Vec<usize> {
    let transitions = apply(&build(before).unwrap(), &parse(sql).unwrap()[0].change).unwrap();
    let count = |all: &Vec<Operation>| all.iter().filter(|o| matches!(o, Operation::Rebuild(_))).count();
    schedule(&transitions).iter().map(count).collect()
}

#[test]
fn several_steps_share_a_rebuild() {
    let tables = "create table t (id int primary key, a text, b int references t);
        create table u (id int primary key references t, b int references t)";
    let sql =
        "alter table t alter a set not null, alter b set default 1, drop constraint t_b_fkey, alter a type date using a::date";
    assert_eq!(rebuilds(tables, sql), [0, 0, 0, 1]);
    let sql = "alter table t alter a type date using a::date, alter a set not null, add unique (a), alter b set not null";
    assert_eq!(rebuilds(tables, sql), [1, 1, 0, 1]);
    assert_eq!(rebuilds(tables, "drop table t, u"), [0, 0, 0, 0]);
    assert_eq!(rebuilds(tables, "drop table t cascade"), [0, 1, 0]);
}
