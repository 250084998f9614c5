//! Triggers on PostgreSQL. A row's own are computed before it is written; what others rest on is noted for each statement
//! and renewed at the commit, with the rows locked in the order of their keys, so that no two transactions lose each other.

use tenon_model::{Column, Ident, Result, Schema, Table};

use super::{
    kept,
    link::{self, Link, links},
    together::groups,
};
use crate::{
    database::{Conn, EngineKind},
    records::sql::{Root, postgres_type},
    tables::sql,
};

const TOUCHED: &str = "create table if not exists _tenon_touched (target text not null, k0 text not null, \
     k1 text not null default '', k2 text not null default '', k3 text not null default '')";

pub(super) fn unhook(conn: &mut Conn) -> Result<()> {
    let names = "select oid::regprocedure::text as v from pg_proc \
                 where proname like '\\_tenon\\_computed\\_%' and pronamespace = current_schema()::regnamespace";
    for name in sql::texts(conn, names)?.into_iter().flatten() {
        sql::run(conn, &format!("drop function if exists {name} cascade"))?;
    }
    Ok(())
}

pub(super) fn hook(schema: &Schema) -> Result<Vec<String>> {
    let mut all = vec![TOUCHED.to_owned()];
    let links = links(schema)?;
    if !links.is_empty() {
        all.extend(settling(schema, &links));
    }
    for (number, link) in links.iter().enumerate() {
        all.extend(noting(number, link));
    }
    for (number, table) in schema.tables.values().enumerate() {
        if kept(EngineKind::Postgres, schema).any(|(of, _)| of.name == table.name) {
            all.extend(own(number, schema, table)?);
        }
    }
    Ok(all)
}

fn function(name: &str, body: &str) -> String {
    format!("create function {name}() returns trigger language plpgsql as $tenon${body}$tenon$")
}

const KEYS: [&str; 4] = ["k0", "k1", "k2", "k3"];

/// Notes which rows a statement touches, each once.
fn noting(number: usize, link: &Link) -> Vec<String> {
    let (name, child, target) = (format!("_tenon_computed_touch_{number}"), link.child.quoted(), link.target());
    let keys = KEYS[..link.pairs.len()].join(", ");
    let of = |column: &Ident| format!("{}::text as {}", column.quoted(), column.quoted());
    let rows = link.used.iter().map(of).collect::<Vec<_>>().join(", ");
    let texts = |names: Vec<&Ident>| names.iter().map(|n| format!("r.{}::text", n.quoted())).collect::<Vec<_>>().join(", ");
    let there =
        |names: Vec<&Ident>| names.iter().map(|n| format!("r.{} is not null", n.quoted())).collect::<Vec<_>>().join(" and ");
    let columns = || link.pairs.iter().map(|(child, _)| child).collect::<Vec<_>>();
    let parents = || link.pairs.iter().map(|(_, parent)| parent).collect::<Vec<_>>();
    let note = |from: &str, names: Vec<&Ident>| {
        let (values, there) = (texts(names.clone()), there(names));
        format!("insert into _tenon_touched (target, {keys}) select distinct {target}, {values} from {from} as r where {there};")
    };
    // Rows that stay as they are in what matters cancel each other.
    let differing = format!(
        "((select {rows} from old_rows except all select {rows} from new_rows) union all \
         (select {rows} from new_rows except all select {rows} from old_rows))"
    );
    let body = format!(
        " begin case tg_op when 'INSERT' then {} when 'DELETE' then {} when 'UPDATE' then {} else {} end case; return null; end ",
        note("new_rows", columns()),
        note("old_rows", columns()),
        note(&differing, columns()),
        note(&link.parent.quoted(), parents()),
    );
    let trigger = |event: &str, rows: &str| {
        format!("create trigger {name}_{event} after {event} on {child} {rows} for each statement execute function {name}()")
    };
    vec![
        function(&name, &body),
        trigger("insert", "referencing new table as new_rows"),
        trigger("delete", "referencing old table as old_rows"),
        trigger("update", "referencing old table as old_rows new table as new_rows"),
        trigger("truncate", ""),
    ]
}

/// Renews the rows that were touched, at the commit.
fn settling(schema: &Schema, links: &[Link]) -> Vec<String> {
    let mut body = String::from(
        " begin if not exists (select 1 from _tenon_touched) then return null; end if; \
         perform set_config('tenon.settling', '1', true); ",
    );
    body.push_str(&format!("for round in 0..{} loop ", links.len()));
    for link in links {
        let Some(parent) = schema.table(link.parent.as_str()) else { continue };
        let (table, target) = (link.parent.quoted(), link.target());
        let own = link.pairs.iter().map(|(_, name)| format!("t0.{}", name.quoted())).collect::<Vec<_>>().join(", ");
        let typed = link.pairs.iter().zip(KEYS).map(|((_, name), key)| {
            let data_type = parent.column(name.as_str()).map(|c| postgres_type(&c.data_type)).unwrap_or_default();
            format!("{key}::{data_type}")
        });
        let met =
            format!("({own}) in (select {} from _tenon_touched where target = {target})", typed.collect::<Vec<_>>().join(", "));
        let set = link.columns.iter().map(|c| format!("{0} = {0}", c.quoted())).collect::<Vec<_>>().join(", ");
        body.push_str(&format!(
            "if exists (select 1 from _tenon_touched where target = {target}) then \
             perform 1 from {table} as t0 where {met} order by {own} for no key update; \
             update {table} as t0 set {set} where {met}; \
             delete from _tenon_touched where target = {target}; end if; "
        ));
    }
    body.push_str(
        "exit when not exists (select 1 from _tenon_touched); end loop; \
         perform set_config('tenon.settling', '', true); return null; end ",
    );
    vec![
        function("_tenon_computed_settle", &body),
        "create constraint trigger _tenon_settle after insert on _tenon_touched deferrable initially deferred \
         for each row execute function _tenon_computed_settle()"
            .to_owned(),
    ]
}

/// Computes a row's columns before it is written; those kept from other rows only if what they rest on changes.
fn own(number: usize, schema: &Schema, table: &Table) -> Result<Vec<String>> {
    let name = format!("_tenon_computed_own_{number}");
    let (mut others, mut own, mut back) = (String::new(), String::new(), String::new());
    let kept: Vec<&Column> = table.columns.iter().filter(|c| super::is_kept(EngineKind::Postgres, c)).collect();
    for group in groups(EngineKind::Postgres, schema, table, &kept, &Root::New)? {
        let assign = match group.columns.as_slice() {
            [only] => format!("NEW.{} := ({}); ", only.name.quoted(), group.sql),
            _ => format!("{}; ", group.sql),
        };
        if group.columns.iter().any(|column| column.is_stored_from_others()) {
            others.push_str(&assign);
            for column in &group.columns {
                back.push_str(&format!("NEW.{0} := OLD.{0}; ", column.name.quoted()));
            }
        } else {
            own.push_str(&assign);
        }
    }
    if !others.is_empty() {
        let changed = link::own_columns(schema, table);
        let changed =
            changed.iter().map(|c| format!("NEW.{0} is distinct from OLD.{0}", c.quoted())).collect::<Vec<_>>().join(" or ");
        others = format!(
            "if tg_op = 'INSERT' or current_setting('tenon.settling', true) = '1' then {others} \
             elsif {changed} then {others} else {back} end if; "
        );
    }
    let table = table.name.quoted();
    Ok(vec![
        function(&name, &format!(" begin {others}{own} return NEW; end ")),
        format!("create trigger {name} before insert or update on {table} for each row execute function {name}()"),
    ])
}

/// Computes columns of every row.
pub(super) fn fill(table: &Table, columns: &[&Column]) -> String {
    let set = columns.iter().map(|c| format!("{0} = {0}", c.name.quoted())).collect::<Vec<_>>().join(", ");
    format!(
        "select set_config('tenon.settling', '1', true); update {} set {set}; select set_config('tenon.settling', '', true)",
        table.name.quoted()
    )
}
