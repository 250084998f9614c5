//! What is in the file, and what is to become of it: one form. Changing something looks again; importing posts it.

use leptos::prelude::*;

use super::model::{FileColumn, NEW_ID, Preview, TYPES};
use crate::{components::Icon, numbers::grouped};

/// The form over the file's first rows.
#[component]
pub(super) fn PreviewForm(preview: Preview, tables: Vec<String>, table: String) -> impl IntoView {
    let seen = if preview.whole {
        format!("{} rows, all looked at.", grouped(preview.rows_seen))
    } else {
        format!("The first {} rows looked at.", grouped(preview.rows_seen))
    };
    let is_new = table.is_empty();
    let broken = preview
        .broken
        .iter()
        .map(|(name, rows)| view! { <li>{format!("{} rows point nowhere by ", grouped(*rows))}<code>{name.clone()}</code></li> })
        .collect_view();
    let broken = (!preview.broken.is_empty()).then(|| {
        view! {
            <div class="notice caution">
                <Icon name="warning" />
                <div>
                    <p>"Some rows refer to records that are not there. With “all or nothing” they keep the whole file out."</p>
                    <ul>{broken}</ul>
                </div>
            </div>
        }
    });
    let unfilled = (!preview.unfilled.is_empty()).then(|| {
        let names = preview.unfilled.iter().map(|name| view! { <li><code>{name.clone()}</code></li> }).collect_view();
        view! {
            <div class="notice caution">
                <Icon name="warning" />
                <div>
                    <p>"Every record needs a value here, and no column of the file goes there:"</p>
                    <ul>{names}</ul>
                </div>
            </div>
        }
    });
    let sql = (!preview.sql.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"The table that is made"</h2>
                <pre class="code-block" tabindex="0" role="region" aria-label="SQL"><code>{preview.sql.clone()}</code></pre>
            </section>
        }
    });
    view! {
        <form class="import" method="get" action="/import">
            <input type="hidden" name="upload" value=preview.upload.clone() />
            <input type="hidden" name="file" value=preview.file.clone() />
            <input type="hidden" name="look" value="1" />
            <input type="hidden" name="for" value=table.clone() />
            <section class="import-options" aria-label="How to read the file">
                <Target tables=tables table=table name=preview.name.clone() />
                <Reading preview=preview.clone() />
            </section>
            <Nulls preview=preview.clone() />
            {unfilled}
            {broken}
            <section class="section">
                <div class="section-head"><h2>"Columns"</h2><span class="muted small-text">{seen}</span></div>
                <Columns preview=preview.clone() is_new=is_new />
            </section>
            {is_new.then(|| view! { <Key preview=preview.clone() /> })}
            {sql}
            <Mode what_fits=preview.what_fits />
            <footer class="actions">
                <button class="button primary" formmethod="post" formaction="/import">{if is_new { "Make the table and import" } else { "Import" }}</button>
                <button class="button"><Icon name="refresh" />"Look again"</button>
            </footer>
        </form>
    }
}

fn option(value: &str, text: &str, chosen: bool) -> impl IntoView + use<> {
    view! { <option value=value.to_owned() selected=chosen>{text.to_owned()}</option> }
}

#[component]
fn Target(tables: Vec<String>, table: String, name: String) -> impl IntoView {
    let is_new = table.is_empty();
    let options = tables.iter().map(|name| option(name, name, *name == table)).collect_view();
    view! {
        <div class="field">
            <label for="import-table">"Into"</label>
            <select id="import-table" name="table">
                {option("", "a new table", is_new)}
                {options}
            </select>
        </div>
        {is_new.then(|| view! {
            <div class="field">
                <label for="import-name">"Name"</label>
                <input id="import-name" name="name" value=name required=true maxlength="63" autocomplete="off" />
            </div>
        })}
    }
}

#[component]
fn Reading(preview: Preview) -> impl IntoView {
    const SEPARATORS: [(&str, &str); 4] = [(",", "comma ,"), (";", "semicolon ;"), ("tab", "tab"), ("|", "bar |")];
    const ENCODINGS: [&str; 6] = ["UTF-8", "windows-1252", "ISO-8859-2", "windows-1251", "Shift_JIS", "UTF-16LE"];
    let separators = SEPARATORS.iter().map(|(value, text)| option(value, text, *value == preview.separator)).collect_view();
    let known = ENCODINGS.iter().any(|label| label.eq_ignore_ascii_case(&preview.encoding));
    let other = (!known).then(|| option(&preview.encoding, &preview.encoding, true));
    let encodings =
        ENCODINGS.iter().map(|label| option(label, label, label.eq_ignore_ascii_case(&preview.encoding))).collect_view();
    view! {
        <div class="field">
            <label for="import-separator">"Separator"</label>
            <select id="import-separator" name="separator">{separators}</select>
        </div>
        <div class="field">
            <label for="import-encoding">"Encoding"</label>
            <select id="import-encoding" name="encoding">{other}{encodings}</select>
        </div>
    }
}

#[component]
fn Nulls(preview: Preview) -> impl IntoView {
    let mut texts: Vec<String> = preview.null.iter().chain(&preview.suggested_null).cloned().collect();
    texts.extend(["NA".to_owned(), "NULL".to_owned(), "-".to_owned()]);
    let mut seen = std::collections::HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    let chips = texts
        .into_iter()
        .map(|text| {
            let ticked = preview.null.contains(&text);
            view! { <label class="check import-chip"><input type="checkbox" name="null" value=text.clone() checked=ticked /><code>{text}</code></label> }
        })
        .collect_view();
    view! {
        <fieldset class="import-nulls">
            <legend>"Text that means “missing”"</legend>
            {chips}
            <input name="null_other" aria-label="Other texts, separated by commas" placeholder="others, separated by commas" autocomplete="off" />
        </fieldset>
    }
}

#[component]
fn Columns(preview: Preview, is_new: bool) -> impl IntoView {
    let heads = preview.columns.iter().enumerate().map(|(n, column)| column_head(n, column, &preview, is_new)).collect_view();
    let rows = preview
        .rows
        .iter()
        .take(12)
        .map(|row| {
            let cells = row
                .iter()
                .map(|text| {
                    let class = if text.is_empty() || preview.null.contains(text) { "cell-null" } else { "" };
                    view! { <td class=class>{if text.is_empty() { "empty".to_owned() } else { text.clone() }}</td> }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="import-frame" tabindex="0" role="region" aria-label="The file’s columns and first rows">
            <table class="grid import-grid"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
}

fn column_head(n: usize, column: &FileColumn, preview: &Preview, is_new: bool) -> impl IntoView + use<> {
    let (to, type_of) = (format!("c.{n}"), format!("t.{n}"));
    let header = column.header.clone();
    let target = if is_new {
        view! {
            <input name=to value=column.to.clone() aria-label=format!("Name of column {header}") placeholder="left out" maxlength="63" autocomplete="off" />
        }
        .into_any()
    } else {
        let options = preview.target_columns.iter().map(|name| option(name, name, *name == column.to)).collect_view();
        view! { <select name=to aria-label=format!("Where column {header} goes")>{option("", "leave out", column.to.is_empty())}{options}</select> }
            .into_any()
    };
    let types = is_new.then(|| {
        let known = TYPES.contains(&column.type_name.as_str());
        let other = (!known).then(|| option(&column.type_name, &column.type_name, true));
        let options = TYPES.iter().map(|name| option(name, name, *name == column.type_name)).collect_view();
        view! { <select name=type_of aria-label=format!("Type of column {header}")>{other}{options}</select> }
    });
    let missing = (column.missing > 0).then(|| format!("{} missing", grouped(column.missing)));
    view! {
        <th scope="col">
            <div class="import-head">
                <span class="clip">{column.header.clone()}</span>
                {target}
                {types}
                <span class="muted">{missing}</span>
            </div>
        </th>
    }
}

#[component]
fn Key(preview: Preview) -> impl IntoView {
    let columns = preview.columns.iter().filter(|column| !column.to.is_empty());
    let options = columns
        .map(|column| {
            let fits = preview.key_candidates.contains(&column.header);
            let text = if fits { format!("{} (all different)", column.header) } else { column.header.clone() };
            option(&column.header, &text, preview.key == column.header)
        })
        .collect_view();
    view! {
        <div class="field import-key">
            <label for="import-key">"Primary key"</label>
            <select id="import-key" name="key" aria-describedby="import-key-hint">
                {option(NEW_ID, "a new column that counts up", preview.key == NEW_ID)}
                {options}
                {option("", "none", preview.key.is_empty())}
            </select>
            <p class="hint" id="import-key-hint">"By its key a record can be opened and changed."</p>
        </div>
    }
}

#[component]
fn Mode(what_fits: bool) -> impl IntoView {
    view! {
        <fieldset class="import-mode">
            <legend>"If a row does not fit"</legend>
            <label class="check">
                <input type="radio" name="mode" value="all-or-nothing" checked=!what_fits />
                <span>"All or nothing: one bad row, and nothing is imported"</span>
            </label>
            <label class="check">
                <input type="radio" name="mode" value="what-fits" checked=what_fits />
                <span>"What fits: bad rows go to a report that can be mended and sent again"</span>
            </label>
        </fieldset>
    }
}
