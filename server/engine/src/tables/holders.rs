//! How many users have which role.

use tenon_model::{Caller, Result};

use super::{require_builder, sql};
use crate::Engine;

impl Engine {
    /// The roles that users have, by name, each with how many.
    ///
    /// # Errors
    /// [`tenon_model::Code::Forbidden`] unless the caller may build.
    pub async fn role_holders(&self, caller: &Caller) -> Result<Vec<(String, u64)>> {
        require_builder(caller)?;
        let counted = "select cast(count(*) as text) || ' ' || role as v from _tenon_users where deleted_at is null \
                       group by role order by role";
        let found = self.database().read(move |conn| sql::texts(conn, counted)).await?;
        let pair = |text: String| {
            let (users, role) = text.split_once(' ')?;
            Some((role.to_owned(), users.parse().ok()?))
        };
        Ok(found.into_iter().flatten().filter_map(pair).collect())
    }
}
