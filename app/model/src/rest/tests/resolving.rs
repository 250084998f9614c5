use std::sync::Arc;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::{
    Code, Column, DataType, Error, Expr, ForeignKey, Ident, ReadQuery, ReferentialAction, ScalarType, Schema, SelectItem, Table,
    Unique,
    rest::{RestQuery, parse_type},
};

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

/// `columns` as `name type`, `key` and `references` (`column>table.column`) by blanks.
fn table(name: &str, columns: &[&str], key: &str, references: &[&str]) -> (Ident, Arc<Table>) {
    let column = |text: &&str| {
        let (name, data_type) = text.split_once(' ').unwrap();
        let data_type = match data_type {
            "price" => DataType::Scalar(ScalarType::Numeric(Some((10, 2)))),
            other => parse_type(other, &Schema::default()).unwrap(),
        };
        Column::new(ident(name), data_type)
    };
    let foreign_key = |text: &&str| {
        let (column, target) = text.split_once('>').unwrap();
        let (target, referenced) = target.split_once('.').unwrap();
        ForeignKey {
            name: ident(&format!("{name}_{column}_fkey")),
            columns: vec![ident(column)],
            references: ident(target),
            referenced_columns: vec![ident(referenced)],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
        }
    };
    let table = Table {
        columns: columns.iter().map(column).collect(),
        primary_key: Some(Unique { name: ident(&format!("{name}_pkey")), columns: key.split(' ').map(ident).collect() }),
        foreign_keys: references.iter().map(foreign_key).collect(),
        ..Table::new(ident(name))
    };
    (table.name.clone(), Arc::new(table))
}

fn schema() -> Schema {
    let tables = [
        table(
            "people",
            &["id int", "name text", "boss_id int", "meta jsonb", "tags text[]", "active boolean", "pay price"],
            "id",
            &["boss_id>people.id"],
        ),
        table(
            "posts",
            &["id int", "title text", "author_id int", "editor_id int", "at timestamptz"],
            "id",
            &["author_id>people.id", "editor_id>people.id"],
        ),
        table("labels", &["id int", "name text"], "id", &[]),
        table("post_labels", &["post_id int", "label_id int"], "post_id label_id", &["post_id>posts.id", "label_id>labels.id"]),
        table("profiles", &["person_id int", "bio text"], "person_id", &["person_id>people.id"]),
    ];
    Schema { version: 1, tables: tables.into_iter().collect(), ..Schema::default() }
}

fn resolve(table: &str, list: &[(&str, &str)]) -> Result<ReadQuery, Error> {
    let params: Vec<_> = list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    RestQuery::parse(&params)?.resolve(&schema(), table)
}

fn failure(table: &str, list: &[(&str, &str)]) -> Error {
    resolve(table, list).unwrap_err()
}

/// The relations of a select: key, how many, over which columns.
fn relations(table: &str, select: &str) -> String {
    let query = resolve(table, &[("select", select)]).unwrap();
    let embeds = query.select.iter().filter_map(|item| match item {
        SelectItem::Embed(e) => {
            let r = &e.relation;
            let through = r.through.as_ref().map(|t| format!(" through {}", t.table)).unwrap_or_default();
            Some(format!(
                "{}: {} {:?} = {:?}{through} {}",
                e.key,
                r.target,
                r.local,
                r.foreign,
                if r.to_one { "one" } else { "many" }
            ))
        }
        SelectItem::Field(_) => None,
    });
    embeds.collect::<Vec<_>>().join("\n")
}

#[test]
fn relations_follow_foreign_keys() {
    let all = [
        relations(
            "posts",
            "post_labels(*),labels(*),author_id(*),editor:people!editor_id(*),author:people!posts_author_id_fkey(*)",
        ),
        relations("people", "posts!author_id(*),profiles(*),people(*),boss_id(*)"),
        relations("people", "staff:people!boss_id(*),boss:people!id(*)"),
        relations("labels", "posts(*)"),
        relations("profiles", "people(name)"),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    post_labels: post_labels ["id"] = ["post_id"] many
    labels: labels ["id"] = ["post_id"] through post_labels many
    author_id: people ["author_id"] = ["id"] one
    editor: people ["editor_id"] = ["id"] one
    author: people ["author_id"] = ["id"] one
    posts: posts ["id"] = ["author_id"] many
    profiles: profiles ["id"] = ["person_id"] one
    people: people ["id"] = ["boss_id"] many
    boss_id: people ["boss_id"] = ["id"] one
    staff: people ["id"] = ["boss_id"] many
    boss: people ["boss_id"] = ["id"] one
    posts: posts ["id"] = ["label_id"] through post_labels many
    people: people ["person_id"] = ["id"] one
    "#);
}

#[test]
fn ambiguity_lists_the_candidates() {
    let error = failure("posts", &[("select", "people(*)")]);
    insta::assert_snapshot!(format!("{:?}\n{}\n{}\n{}", error.code, error.message, error.details.unwrap(), error.hint.unwrap()), @r#"
    AmbiguousRelation
    Could not embed because more than one relationship was found for 'posts' and 'people'
    [{"cardinality":"many-to-one","embedding":"posts with people","relationship":"posts_author_id_fkey using posts(author_id) and people(id)"},{"cardinality":"many-to-one","embedding":"posts with people","relationship":"posts_editor_id_fkey using posts(editor_id) and people(id)"}]
    Try changing 'people' to one of the following: 'people!posts_author_id_fkey', 'people!posts_editor_id_fkey'. Find the desired relationship in the 'details' key.
    "#);
}

#[test]
fn what_is_not_there_is_told() {
    let tell = |error: Error| format!("{:?}: {} | {:?} | {:?}", error.code, error.message, error.details, error.hint);
    let all = [
        tell(failure("posts", &[("select", "nope")])),
        tell(failure("posts", &[("select", "label(*)")])),
        tell(failure("posts", &[("people.name", "eq.x")])),
        tell(failure("posts", &[("select", "*,labels(*)"), ("order", "labels(name)")])),
        tell(failure("posts", &[("select", "*,labels(*)"), ("labels", "eq.1")])),
        tell(failure("posts", &[("id", "eq.abc")])),
        tell(failure("posts", &[("id", "eq.99999999999")])),
        tell(failure("posts", &[("id", "like.x")])),
        tell(failure("posts", &[("title", "is.true")])),
        tell(failure("posts", &[("title->a", "eq.1")])),
        tell(failure("posts", &[("select", "at::int")])),
        tell(failure("posts", &[("select", "at::nope")])),
        tell(failure("nope", &[])),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    UnknownColumn: column posts.nope does not exist | Some("nope") | None
    UnknownRelation: Could not find a relationship between 'posts' and 'label' in the schema cache | Some("Searched for a foreign key relationship between 'posts' and 'label' in the schema 'public', but no matches were found.") | Some("Perhaps you meant 'labels' instead of 'label'.")
    NotEmbedded: 'people' is not an embedded resource in this request | None | Some("Verify that 'people' is included in the 'select' query parameter.")
    RelatedOrder: A related order on 'labels' is not possible | Some("'posts' and 'labels' do not form a many-to-one or one-to-one relationship") | None
    EmbeddedOperator: Bad operator on the 'labels' embedded resource | Some("Only is null or not is null filters are allowed on embedded resources") | None
    InvalidValue: invalid input syntax for type integer: "abc" | None | None
    OutOfRange: value "99999999999" is out of range for type integer | None | None
    Unsupported: operator does not exist: integer ~~ unknown | None | Some("No operator matches the given name and argument types. You might need to add explicit type casts.")
    Unsupported: argument of IS TRUE must be type boolean, not type text | None | None
    Unsupported: operator does not exist: text -> unknown | None | None
    Unsupported: cannot cast type timestamptz to integer | None | None
    Unsupported: type "nope" does not exist | None | None
    UnknownTable: there is no table "nope" | Some("nope") | None
    "#);
}

#[test]
fn values_have_their_columns_types() {
    let query = resolve(
        "people",
        &[
            ("pay", "gt.1.005"),
            ("tags", "cs.{a,b}"),
            ("meta->>a", "eq.1"),
            ("meta->n", "eq.1e1"),
            ("name", "ilike.*x*"),
            ("active", "is.true"),
            ("id", "not.in.(1,2)"),
        ],
    )
    .unwrap();
    insta::assert_json_snapshot!(query.filter, @r#"
    {
      "and": [
        {
          "compare": {
            "op": "gt",
            "left": {
              "column": {
                "name": "pay",
                "data_type": {
                  "scalar": {
                    "numeric": [
                      10,
                      2
                    ]
                  }
                }
              }
            },
            "right": {
              "literal": {
                "value": {
                  "numeric": "1.005"
                },
                "data_type": {
                  "scalar": {
                    "numeric": null
                  }
                }
              }
            }
          }
        },
        {
          "contains": {
            "op": "contains",
            "left": {
              "column": {
                "name": "tags",
                "data_type": {
                  "array": "text"
                }
              }
            },
            "right": {
              "literal": {
                "value": {
                  "array": [
                    {
                      "text": "a"
                    },
                    {
                      "text": "b"
                    }
                  ]
                },
                "data_type": {
                  "array": "text"
                }
              }
            }
          }
        },
        {
          "compare": {
            "op": "eq",
            "left": {
              "json_path": {
                "base": {
                  "column": {
                    "name": "meta",
                    "data_type": {
                      "scalar": "jsonb"
                    }
                  }
                },
                "steps": [
                  {
                    "key": "a"
                  }
                ],
                "as_text": true
              }
            },
            "right": {
              "literal": {
                "value": {
                  "text": "1"
                },
                "data_type": {
                  "scalar": "text"
                }
              }
            }
          }
        },
        {
          "compare": {
            "op": "eq",
            "left": {
              "json_path": {
                "base": {
                  "column": {
                    "name": "meta",
                    "data_type": {
                      "scalar": "jsonb"
                    }
                  }
                },
                "steps": [
                  {
                    "key": "n"
                  }
                ],
                "as_text": false
              }
            },
            "right": {
              "literal": {
                "value": {
                  "json": "10"
                },
                "data_type": {
                  "scalar": "jsonb"
                }
              }
            }
          }
        },
        {
          "like": {
            "expr": {
              "column": {
                "name": "name",
                "data_type": {
                  "scalar": "text"
                }
              }
            },
            "pattern": {
              "pattern": "%x%",
              "case_insensitive": true
            }
          }
        },
        {
          "is": [
            {
              "column": {
                "name": "active",
                "data_type": {
                  "scalar": "boolean"
                }
              }
            },
            "true"
          ]
        },
        {
          "not": {
            "in": {
              "expr": {
                "column": {
                  "name": "id",
                  "data_type": {
                    "scalar": "integer"
                  }
                }
              },
              "values": [
                {
                  "int": 1
                },
                {
                  "int": 2
                }
              ],
              "data_type": {
                "scalar": "integer"
              }
            }
          }
        }
      ]
    }
    "#);
}

#[test]
fn embeds_take_their_own_filters() {
    let query = resolve(
        "posts",
        &[
            ("select", "id,labels(name),author:author_id!inner(name)"),
            ("labels.name", "eq.new"),
            ("labels", "not.is.null"),
            ("labels.limit", "3"),
            ("labels.order", "name.desc"),
            ("author.boss_id", "is.null"),
            ("order", "author(name).desc.nullslast,at"),
        ],
    )
    .unwrap();
    let Expr::Exists { relation, filter } = &query.filter else { panic!("{:?}", query.filter) };
    assert_eq!(relation.target, "labels");
    let SelectItem::Embed(labels) = &query.select[1] else { panic!() };
    assert_eq!(labels.query.filter, **filter);
    assert_eq!(labels.query.limit, Some(3));
    assert_eq!(labels.query.order.len(), 1);
    assert!(matches!(&query.order[0].expr, Expr::Related { .. }));
}

#[test]
fn later_items_of_a_key_win() {
    let query = resolve("people", &[("select", "id,name,id:name,pay")]).unwrap();
    let keys = query.select.iter().map(|item| match item {
        SelectItem::Field(field) => field.key.as_str(),
        SelectItem::Embed(embed) => embed.key.as_str(),
    });
    let keys = keys.collect::<Vec<_>>();
    assert_eq!(keys, ["id", "name", "pay"]);
}

#[test]
fn many_values_stay_one_term() {
    let list = format!("in.({})", (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
    assert!(matches!(resolve("posts", &[("id", &list)]).unwrap().filter, Expr::In { values, .. } if values.len() == 5_000));
    assert_eq!(failure("posts", &[("id", "in.(1,x)")]).code, Code::InvalidValue);
}
