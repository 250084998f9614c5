//! JSON values with something added, replaced or taken away.

use super::{invalid, jsonb, place};
use crate::{
    Result, Value,
    value::{Json, in_order},
};

pub(super) fn join(x: &str, y: &str) -> Result<Value> {
    let (x, y) = (Json::read(x)?, Json::read(y)?);
    let elements = |json| if let Json::Array(elements) = json { elements } else { vec![json] };
    jsonb(&match (x, y) {
        (Json::Object(mut members), Json::Object(more)) => {
            members.extend(more);
            Json::Object(in_order(members))
        }
        (x, y) => Json::Array([elements(x), elements(y)].concat()),
    })
}

pub(super) fn without(json: &str, keys: &[Value]) -> Result<Value> {
    let named = |name: &str| keys.iter().any(|key| matches!(key, Value::Text(key) if key == name));
    let mut json = Json::read(json)?;
    match &mut json {
        Json::Object(members) => members.retain(|(name, _)| !named(name)),
        Json::Array(elements) => elements.retain(|element| !matches!(element, Json::String(text) if named(text))),
        _ => return Err(invalid("cannot delete from scalar")),
    }
    jsonb(&json)
}

pub(super) fn without_element(json: &str, index: i64) -> Result<Value> {
    let mut json = Json::read(json)?;
    match &mut json {
        Json::Object(_) => return Err(invalid("cannot delete from object using integer index")),
        Json::Array(elements) => {
            let length = i64::try_from(elements.len()).unwrap_or(i64::MAX);
            let index = usize::try_from(if index < 0 { length + index } else { index });
            if let Some(index) = index.ok().filter(|index| *index < elements.len()) {
                elements.remove(index);
            }
        }
        _ => return Err(invalid("cannot delete from scalar")),
    }
    jsonb(&json)
}

/// What happens where a path ends.
enum Change<'a> {
    Remove,
    Put { new: Json<'a>, create: bool },
}

pub(super) fn without_path(json: &str, path: &[Value]) -> Result<Value> {
    changed(json, path, &Change::Remove, "cannot delete path in scalar")
}

pub(super) fn set(json: &str, path: &[Value], new: &str, create: bool) -> Result<Value> {
    changed(json, path, &Change::Put { new: Json::read(new)?, create }, "cannot set path in scalar")
}

fn changed<'a>(json: &'a str, path: &[Value], change: &Change<'a>, refusal: &str) -> Result<Value> {
    let mut json = Json::read(json)?;
    let nothing_to_change = match &json {
        Json::Object(members) => members.is_empty() && !change.creates(),
        Json::Array(elements) => elements.is_empty() && !change.creates(),
        _ => return Err(invalid(refusal)),
    };
    if !nothing_to_change && !path.is_empty() {
        change.apply(&mut json, path, 0)?;
    }
    jsonb(&json)
}

impl<'a> Change<'a> {
    fn creates(&self) -> bool {
        matches!(self, Self::Put { create: true, .. })
    }

    fn apply(&self, json: &mut Json<'a>, path: &[Value], level: usize) -> Result<()> {
        let Value::Text(step) = &path[level] else {
            return Err(invalid(format!("path element at position {} is null", level + 1)));
        };
        let last = level + 1 == path.len();
        match json {
            Json::Object(members) => {
                let at = members.iter().position(|(name, _)| name == step);
                match (at, self) {
                    (Some(at), _) if !last => return self.apply(&mut members[at].1, path, level + 1),
                    (Some(at), Self::Remove) => drop(members.remove(at)),
                    (Some(at), Self::Put { new, .. }) => members[at].1 = new.clone(),
                    (None, Self::Put { new, create: true }) if last => {
                        members.push((step.clone().into(), new.clone()));
                        *members = in_order(std::mem::take(members));
                    }
                    _ => {}
                }
            }
            Json::Array(elements) => return self.apply_to_elements(elements, step, path, level),
            _ => {}
        }
        Ok(())
    }

    fn apply_to_elements(&self, elements: &mut Vec<Json<'a>>, step: &str, path: &[Value], level: usize) -> Result<()> {
        let index =
            place(step).ok_or_else(|| invalid(format!("path element at position {} is not an integer: \"{step}\"", level + 1)))?;
        let length = i64::try_from(elements.len()).unwrap_or(i64::MAX);
        let last = level + 1 == path.len();
        // Before the beginning is the beginning, behind the end is the end, to put something there.
        let at = if index < 0 { length + index } else { index };
        match (usize::try_from(at).ok().filter(|at| *at < elements.len()), self) {
            (Some(at), _) if !last => return self.apply(&mut elements[at], path, level + 1),
            (Some(at), Self::Remove) => drop(elements.remove(at)),
            (Some(at), Self::Put { new, .. }) => elements[at] = new.clone(),
            (None, Self::Put { new, create: true }) if last => {
                elements.insert(if at < 0 { 0 } else { elements.len() }, new.clone());
            }
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn strip_nulls(json: &str) -> Result<Value> {
    let mut json = Json::read(json)?;
    strip(&mut json);
    jsonb(&json)
}

fn strip(json: &mut Json<'_>) {
    match json {
        Json::Object(members) => {
            members.retain(|(_, value)| !matches!(value, Json::Word("null")));
            members.iter_mut().for_each(|(_, value)| strip(value));
        }
        Json::Array(elements) => elements.iter_mut().for_each(strip),
        _ => {}
    }
}
