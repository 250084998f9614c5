//! What second factors do to the sessions of their user.

use diesel::prelude::*;
use serde_json::Value;
use tenon_model::{Aal, Result, SessionId};

use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_sessions as sessions,
};

/// The methods that make a session one of two factors.
const SECOND: [&str; 3] = ["totp", "webauthn", "recovery_code"];

/// Ends the user's other sessions of the application that were begun with one factor alone.
pub(super) fn end_lower(conn: &mut Conn, user: &str, but: SessionId) -> Result<()> {
    let lower = sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::aal.eq(Aal::Aal1.as_str()));
    let lower = lower.filter(sessions::kind.ne("studio")).filter(sessions::id.ne(but.to_string()));
    diesel::delete(lower).execute(conn).map(drop).translate()
}

/// Takes the user's sessions the level that a second factor gave them.
pub(super) fn lower(conn: &mut Conn, user: &str) -> Result<()> {
    let raised = sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::aal.eq(Aal::Aal2.as_str()));
    let raised: Vec<(String, String)> = raised.select((sessions::id, sessions::amr)).load(conn).translate()?;
    for (id, amr) in raised {
        let change = (sessions::aal.eq(Aal::Aal1.as_str()), sessions::amr.eq(without_second(&amr)));
        diesel::update(sessions::table.filter(sessions::id.eq(id))).set(change).execute(conn).translate()?;
    }
    Ok(())
}

fn without_second(amr: &str) -> String {
    let mut methods: Vec<Value> = serde_json::from_str(amr).unwrap_or_default();
    methods.retain(|entry| entry["method"].as_str().is_none_or(|method| !SECOND.contains(&method)));
    Value::Array(methods).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn second_factors_are_taken_out_of_what_was_proved() {
        let amr = r#"[{"method":"totp","timestamp":2},{"method":"password","timestamp":1}]"#;
        assert_eq!(super::without_second(amr), r#"[{"method":"password","timestamp":1}]"#);
        assert_eq!(super::without_second(""), "[]");
    }
}
