//! The kinds of hashes that passwords are kept as. Each has its price, and the price must not tell whose account it is.
//!
//! A hash that was brought along is verified at another price than those made here, until its owner signs in and it is
//! renewed. Whoever measures refusals would learn that such an account exists. So every refusal takes the same work: one
//! verification of each kind in use, that of the account's own kind for real and the others against hashes of no known
//! password. To answer at a fixed moment instead would hide the difference only while the machine is idle; equal work does
//! so under load, too. Right passwords do not pay for it, since that they were right is told anyway, and refusals no more
//! once the last such hash is renewed.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use parking_lot::RwLock;
use tenon_model::{Error, Result};

use super::passwords;
use crate::{
    Engine,
    database::{Conn, Translate},
    system::schema::_tenon_users as users,
};

/// The most kinds beside the one that is made here: each makes refusals dearer.
const MOST: usize = 4;
/// How often the users are looked through for the kinds in use. Those that this process sees it knows at once.
const LOOK: SignedDuration = SignedDuration::from_mins(5);

/// How hashes begin that cost the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Up to the salt, e.g. `$2b$10$`.
    prefix: String,
}

/// The kinds in use beside the one that is made here.
#[derive(Default)]
pub(super) struct Kinds {
    known: RwLock<(Vec<Kind>, Option<Timestamp>)>,
}

impl Kind {
    /// The kind of a hash.
    pub(super) fn of(stored: &str) -> Option<Self> {
        let fields: Vec<&str> = stored.split('$').collect();
        let salt = if passwords::is_bcrypt(stored) {
            3
        } else {
            2 + fields.iter().skip(2).take_while(|field| field.contains('=')).count()
        };
        (fields.len() > salt).then(|| Self { prefix: format!("{}$", fields[..salt].join("$")) })
    }

    /// What is the same where the price is: the letter of bcrypt's version does not count.
    fn price(&self) -> &str {
        if passwords::is_bcrypt(&self.prefix) { &self.prefix[4..] } else { &self.prefix }
    }

    /// A hash of the kind and of no known password.
    fn decoy(&self) -> Result<String> {
        use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
        if passwords::is_bcrypt(&self.prefix) {
            return Ok(format!("{}{}", self.prefix, ".".repeat(53)));
        }
        let random = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
        let (salt, hash) = (random(&super::random_bytes::<16>()?), random(&super::random_bytes::<32>()?));
        Ok(format!("{}{salt}${hash}", self.prefix))
    }
}

impl Kinds {
    /// Notes that a hash is in use.
    pub(super) fn note(&self, stored: &str) {
        let Some(kind) = Kind::of(stored).filter(|_| super::needs_rehash(stored)) else { return };
        let is_known = |known: &[Kind]| known.len() >= MOST || known.iter().any(|other| other.price() == kind.price());
        if is_known(&self.known.read().0) {
            return;
        }
        let mut known = self.known.write();
        if !is_known(&known.0) {
            known.0.push(kind);
        }
    }

    /// What a refusal of this hash, or of no account, has to verify beside it.
    pub(super) fn decoys(&self, stored: Option<&str>) -> Result<Vec<String>> {
        let own = stored.and_then(Kind::of);
        let known = self.known.read().0.clone();
        let here = passwords::nobody()?;
        let here = Kind::of(&here).ok_or_else(|| Error::internal("a hash made here is of no kind"))?;
        let all = std::iter::once(here).chain(known);
        // Without an account, a hash made here is verified in its place.
        let verified = own.map(|own| own.price().to_owned());
        let others = all.enumerate().filter(|(index, kind)| match &verified {
            Some(price) => kind.price() != price,
            None => *index > 0,
        });
        others.map(|(_, kind)| kind.decoy()).collect()
    }

    /// Whether it is time to look; whoever is told so looks.
    fn is_due(&self, now: Timestamp) -> bool {
        let mut known = self.known.write();
        let due = known.1.is_none_or(|last| now.duration_since(last) >= LOOK);
        if due {
            known.1 = Some(now);
        }
        due
    }
}

impl Engine {
    /// Whether somebody's password is right who has not said otherwise who they are. A refusal takes the same work whatever
    /// account it was for, and if it was for none.
    pub(super) async fn verify_stranger(&self, stored: Option<String>, password: String) -> Result<bool> {
        let kinds = self.password_hasher().kinds();
        if kinds.is_due(self.now()) {
            kinds.known.write().0 = self.database().read(look).await?;
        }
        if let Some(stored) = &stored {
            kinds.note(stored);
        }
        let decoys = kinds.decoys(stored.as_deref())?;
        self.password_hasher().verify_alike(stored, password, decoys).await
    }
}

/// The kinds in use beside the one that is made here.
fn look(conn: &mut Conn) -> Result<Vec<Kind>> {
    let mut found: Vec<Kind> = Vec::new();
    let here = passwords::nobody()?;
    let mut seen: Vec<String> = Kind::of(&here).into_iter().map(|kind| kind.prefix).collect();
    while found.len() < MOST {
        let mut others = users::table.select(users::password_hash).filter(users::password_hash.is_not_null()).limit(1).into_boxed();
        for prefix in &seen {
            others = others.filter(users::password_hash.not_like(format!("{prefix}%")));
        }
        let next: Option<Option<String>> = others.first(conn).optional().translate()?;
        let Some(kind) = next.flatten().as_deref().and_then(Kind::of).filter(|kind| !seen.contains(&kind.prefix)) else { break };
        seen.push(kind.prefix.clone());
        if !found.iter().any(|other| other.price() == kind.price()) {
            found.push(kind);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Config, identity::users::UserRow};

    const ARGON2: &str = "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$4pWkBWPMKRX0sgtMKz6hhPD7EiGuXHW3XVXOLWPVdFM";

    fn bcrypt(version: &str, cost: u32) -> String {
        bcrypt::hash("correct horse", 4).unwrap().replace("$2b$04$", &format!("${version}${cost:02}$"))
    }

    /// What a refusal verifies in all, in order of its prices.
    fn work(kinds: &Kinds, stored: Option<&str>) -> Vec<String> {
        let first = stored.map_or_else(|| passwords::nobody().unwrap(), str::to_owned);
        let all = std::iter::once(first).chain(kinds.decoys(stored).unwrap());
        let mut prices: Vec<String> = all.map(|hash| Kind::of(&hash).unwrap().price().to_owned()).collect();
        prices.sort();
        prices
    }

    #[test]
    fn a_refusal_takes_the_same_work_whatever_the_account() {
        let kinds = Kinds::default();
        let here = passwords::nobody().unwrap();
        assert_eq!(work(&kinds, None), work(&kinds, Some(&here)));
        assert_eq!(work(&kinds, None).len(), 1);
        let brought = [bcrypt("2a", 10), bcrypt("2b", 10), bcrypt("2y", 12), ARGON2.to_owned()];
        brought.iter().for_each(|hash| kinds.note(hash));
        kinds.note(&here);
        let nobodys = work(&kinds, None);
        assert_eq!(nobodys, ["$argon2id$v=19$m=19456,t=2,p=1$", "$argon2id$v=19$m=4096,t=3,p=1$", "10$", "12$"]);
        for stored in brought.iter().chain([&here]) {
            assert_eq!(work(&kinds, Some(stored)), nobodys, "{stored}");
        }
    }

    #[test]
    fn decoys_are_hashes_that_no_password_opens() {
        let kinds = Kinds::default();
        [bcrypt("2b", 4), ARGON2.to_owned()].iter().for_each(|hash| kinds.note(hash));
        let decoys = kinds.decoys(None).unwrap();
        assert_eq!(decoys.len(), 2);
        for decoy in decoys {
            assert!(!passwords::matches(&decoy, "correct horse").unwrap() && !passwords::matches(&decoy, "").unwrap(), "{decoy}");
        }
    }

    #[test]
    fn no_more_kinds_than_a_few_make_refusals_dearer() {
        let kinds = Kinds::default();
        (4..16).for_each(|cost| kinds.note(&bcrypt("2b", cost)));
        assert_eq!(kinds.decoys(None).unwrap().len(), MOST);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_kinds_are_those_of_the_users() {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().to_owned(), clock: Clock::standing(), ..Config::default() };
        let engine = Engine::open(config).await.unwrap();
        let now = engine.now();
        let put = |email: &'static str, hash: String| {
            engine.database().write(move |conn| {
                let mut user = UserRow::new(Some(email.into()), now);
                user.password_hash = Some(hash.clone());
                user.insert(conn)
            })
        };
        put("a@example.org", bcrypt("2b", 5)).await.unwrap();
        put("b@example.org", bcrypt("2y", 5)).await.unwrap();
        put("c@example.org", passwords::nobody().unwrap()).await.unwrap();
        assert!(!engine.verify_stranger(None, "wrong".into()).await.unwrap());
        let prices = || engine.password_hasher().kinds().known.read().0.iter().map(|k| k.price().to_owned()).collect::<Vec<_>>();
        assert_eq!(prices(), ["05$"]);
        put("d@example.org", ARGON2.to_owned()).await.unwrap();
        engine.verify_stranger(None, "wrong".into()).await.unwrap();
        assert_eq!(prices(), ["05$"], "not before its time");
        engine.verify_stranger(Some(ARGON2.to_owned()), "wrong".into()).await.unwrap();
        assert_eq!(prices().len(), 2, "but what is seen is known");
        let all = |conn: &mut Conn| diesel::delete(users::table).execute(conn).translate();
        engine.database().write(all).await.unwrap();
        engine.config().clock.advance(LOOK);
        engine.verify_stranger(None, "wrong".into()).await.unwrap();
        assert!(prices().is_empty(), "and refusals cost no more than before");
    }
}
