use proptest::prelude::*;

use crate::{
    Nulls, SortDirection,
    expression::JsonStep,
    rest::{
        ColumnPath, FilterNode, Join, LogicOp, Operand, Operator, OrderTarget, OrderTerm, Quantifier, RestQuery, Scoped, SelectNode,
    },
};

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_][a-z0-9_]{0,6}", "[ -~äß]{1,8}", Just("or".to_owned()), Just("limit".to_owned())]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9]{0,5}", "[ -~ä]{0,10}"]
}

fn column() -> impl Strategy<Value = ColumnPath> {
    let step = prop_oneof![name().prop_map(JsonStep::Key), (-9_i64..9).prop_map(JsonStep::Index)];
    (name(), prop::collection::vec(step, 0..3), any::<bool>()).prop_map(|(name, steps, text)| ColumnPath {
        name,
        as_text: text && !steps.is_empty(),
        steps,
    })
}

fn condition() -> impl Strategy<Value = FilterNode> {
    let is = prop::sample::select(vec!["null", "not_null", "true", "false", "unknown"]);
    let plain = (prop::sample::select(vec![Operator::Eq, Operator::Like, Operator::Cs, Operator::Isdistinct]), value())
        .prop_map(|(op, value)| (op, None, Operand::Value(value)));
    let list = prop::collection::vec(value(), 0..4).prop_map(|values| (Operator::In, None, Operand::List(values)));
    let quantified = (prop::sample::select(vec![Quantifier::Any, Quantifier::All]), prop::collection::vec(value(), 0..4))
        .prop_map(|(quantifier, values)| (Operator::Ilike, Some(quantifier), Operand::List(values)));
    let test = prop_oneof![plain, list, quantified, is.prop_map(|word| (Operator::Is, None, Operand::Value(word.to_owned())))];
    (column(), any::<bool>(), test).prop_map(|(column, negated, (operator, quantifier, operand))| FilterNode::Condition {
        column,
        negated,
        operator,
        quantifier,
        operand,
    })
}

fn filter() -> impl Strategy<Value = FilterNode> {
    condition().prop_recursive(4, 16, 4, |inner| {
        (prop::sample::select(vec![LogicOp::And, LogicOp::Or]), any::<bool>(), prop::collection::vec(inner, 1..4))
            .prop_map(|(op, negated, children)| FilterNode::Group { op, negated, children })
    })
}

fn select() -> impl Strategy<Value = Vec<SelectNode>> {
    let cast = prop::option::of(prop::sample::select(vec!["text".to_owned(), "int[]".to_owned()]));
    let leaf = prop_oneof![
        Just(SelectNode::All),
        (column(), prop::option::of(name()), cast).prop_map(|(column, alias, cast)| SelectNode::Column { column, alias, cast }),
    ];
    let item = leaf.prop_recursive(3, 12, 3, |inner| {
        let join = prop::sample::select(vec![Join::Left, Join::Inner]);
        (name(), prop::option::of(name()), prop::option::of(name()), join, any::<bool>(), prop::collection::vec(inner, 0..3))
            .prop_map(|(relation, alias, hint, join, spread, select)| SelectNode::Embed {
                relation,
                alias,
                hint,
                join,
                spread,
                select,
            })
    });
    prop::collection::vec(item, 0..4)
}

fn order() -> impl Strategy<Value = Vec<OrderTerm>> {
    let target = prop_oneof![
        column().prop_map(OrderTarget::Column),
        (name(), column()).prop_map(|(relation, column)| OrderTarget::Related { relation, column }),
    ];
    let direction = prop::option::of(prop::sample::select(vec![SortDirection::Ascending, SortDirection::Descending]));
    let nulls = prop::option::of(prop::sample::select(vec![Nulls::First, Nulls::Last]));
    let term = (target, direction, nulls).prop_map(|(target, direction, nulls)| OrderTerm { target, direction, nulls });
    prop::collection::vec(term, 1..4)
}

fn scoped<T: std::fmt::Debug>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Scoped<T>> {
    (prop::collection::vec(name(), 0..3), item).prop_map(|(path, item)| Scoped { path, item })
}

fn request() -> impl Strategy<Value = RestQuery> {
    (
        prop::option::of(select()),
        prop::collection::vec(scoped(filter()), 0..4),
        prop::collection::vec(scoped(order()), 0..2),
        prop::collection::vec(scoped(0_u64..100), 0..2),
        prop::option::of(prop::collection::vec(name(), 1..3)),
    )
        .prop_map(|(select, filters, mut order, mut limit, columns)| {
            order.dedup_by(|a, b| a.path == b.path);
            limit.dedup_by(|a, b| a.path == b.path);
            RestQuery { select, filters, order, limit, offset: Vec::new(), columns, on_conflict: None }
        })
}

proptest! {
    #[test]
    fn filters_read_back(filter in filter()) {
        prop_assert_eq!(FilterNode::parse(&filter.to_string()).unwrap(), filter);
    }

    #[test]
    fn requests_read_back(query in request()) {
        let params = query.to_params();
        prop_assert_eq!(RestQuery::parse(&params).map_err(|e| format!("{e:?} in {params:?}")).unwrap(), query);
    }

    #[test]
    fn nothing_panics(key in "[a-z.>\"!*-]{0,12}", value in "[a-z0-9.,(){}\"\\\\:!*> -]*") {
        let _ = RestQuery::parse(&[(key, value.clone())]);
        let _ = RestQuery::parse(&[("select".to_owned(), value.clone())]);
        let _ = RestQuery::parse(&[("order".to_owned(), value.clone())]);
        let _ = FilterNode::parse(&value);
    }
}
