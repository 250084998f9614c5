//! In which form a client wants the answer, and in which form it sends a body.

use http::{HeaderMap, StatusCode, header};
use tenon_engine::records::Format;

use super::error::RestError;

/// The `Content-Type` of an answer.
pub(super) fn content_type(format: Format) -> &'static str {
    match format {
        Format::Json | Format::Values => "application/json; charset=utf-8",
        Format::JsonObject => "application/vnd.pgrst.object+json; charset=utf-8",
        Format::Csv => "text/csv; charset=utf-8",
    }
}

/// The format a client accepts, by its weights and else its order; without the header, JSON.
pub(super) fn accepted(headers: &HeaderMap) -> Result<Format, RestError> {
    let mut types: Vec<(u16, &str)> = Vec::new();
    for value in headers.get_all(header::ACCEPT) {
        types.extend(value.to_str().unwrap_or("").split(',').map(str::trim).filter(|text| !text.is_empty()).map(weighed));
    }
    if types.is_empty() {
        return Ok(Format::Json);
    }
    types.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    types.iter().filter(|(weight, _)| *weight > 0).find_map(|(_, name)| format(name)).ok_or_else(|| {
        let names: Vec<&str> = types.iter().map(|(_, name)| *name).collect();
        let message = format!("None of these media types are available: {}", names.join(", "));
        RestError::new(StatusCode::NOT_ACCEPTABLE, "PGRST107", message)
    })
}

/// A media type without its parameters, and its weight in thousandths.
fn weighed(entry: &str) -> (u16, &str) {
    let mut parts = entry.split(';').map(str::trim);
    let name = parts.next().unwrap_or("");
    let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
    ((weight.clamp(0.0, 1.0) * 1000.0) as u16, name)
}

fn format(name: &str) -> Option<Format> {
    Some(match name.to_ascii_lowercase().as_str() {
        "application/json" | "application/*" | "*/*" | "application/vnd.pgrst.array+json" | "application/vnd.pgrst.array" => {
            Format::Json
        }
        "application/vnd.pgrst.object+json" | "application/vnd.pgrst.object" => Format::JsonObject,
        "text/csv" | "text/*" => Format::Csv,
        _ => return None,
    })
}

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyForm {
    Json,
    Csv,
}

/// The form that a body is sent in; without the header, JSON.
pub(super) fn sent(headers: &HeaderMap) -> Result<BodyForm, RestError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(BodyForm::Json) };
    let text = value.to_str().unwrap_or("");
    match text.split(';').next().unwrap_or("").trim().to_ascii_lowercase().as_str() {
        "application/json" | "application/vnd.pgrst.object+json" | "application/vnd.pgrst.array+json" => Ok(BodyForm::Json),
        "text/csv" => Ok(BodyForm::Csv),
        _ => Err(RestError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "PGRST102", format!("Content-Type not acceptable: {text}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Result<Format, RestError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        accepted(&headers)
    }

    #[test]
    fn the_format_follows_weights_and_order() {
        assert_eq!(accept("text/csv").unwrap(), Format::Csv);
        assert_eq!(accept("text/csv;q=0.5, application/json").unwrap(), Format::Json);
        assert_eq!(accept("application/vnd.pgrst.object+json").unwrap(), Format::JsonObject);
        assert_eq!(accept("text/html,application/xhtml+xml,*/*;q=0.8").unwrap(), Format::Json);
        assert_eq!(accepted(&HeaderMap::new()).unwrap(), Format::Json);
        assert!(accept("image/png").is_err());
        assert!(accept("text/csv;q=0").is_err());
    }
}
