//! Hashing of passwords, on a pool of its own so that a storm of sign-ins never starves the rest.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{Output, ParamsString, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use tenon_model::{AuthCode, Code, Error, FieldError, Result};
use tokio::sync::Semaphore;

use super::hash_kinds::Kinds;

/// The fewest characters of a password.
const MIN_CHARACTERS: usize = 8;
/// The most bytes of a password: a longer one only costs time to hash.
pub(super) const MAX_BYTES: usize = 1024;
/// The dearest hashes that may be brought along.
const MAX_BCRYPT_COST: u32 = 15;
/// In KiB.
const MAX_MEMORY: u32 = 256 * 1024;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 16;
/// The most sign-ins that may wait for the hasher; beyond, they are told to come again.
const MAX_WAITING: usize = 256;

/// Hashes passwords with Argon2id (the crate's defaults: 19 MiB, two passes, as OWASP advises) and verifies them, and those of
/// bcrypt that were brought along. The parameters stand in the hash.
#[derive(Clone)]
pub(crate) struct PasswordHasher {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// A hash of no known password: verified against when there is no account, so that both cases take as long.
    nobody: Arc<str>,
    kinds: Arc<Kinds>,
}

impl PasswordHasher {
    /// A pool of half the machine's threads.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub(crate) fn new() -> Result<Self> {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().div_ceil(2));
        Ok(Self {
            running: Arc::new(Semaphore::new(threads)),
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
            nobody: nobody()?.into(),
            kinds: Arc::default(),
        })
    }

    /// The kinds of hashes that are in use.
    pub(super) fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await
    }

    /// Whether the password is the one that was hashed. `None` takes as long as a hash and is always false.
    pub(crate) async fn verify(&self, stored: Option<String>, password: String) -> Result<bool> {
        self.verify_alike(stored, password, Vec::new()).await
    }

    /// As [`Self::verify`]; before it is refused, the password is verified against every decoy, too.
    pub(super) async fn verify_alike(&self, stored: Option<String>, password: String, decoys: Vec<String>) -> Result<bool> {
        let nobody = self.nobody.clone();
        self.run(move || {
            let real = stored.is_some();
            let stored = stored.as_deref().unwrap_or(&nobody);
            if matches(stored, &password)? && real {
                return Ok(true);
            }
            decoys.iter().try_for_each(|decoy| matches(decoy, &password).map(drop)).map(|()| false)
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let busy = || Error::new(Code::Busy, "too many people are signing in at once").with_retry_after(2);
        let _place = self.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = self.running.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

pub(super) fn matches(stored: &str, password: &str) -> Result<bool> {
    if is_bcrypt(stored) {
        return bcrypt::verify(password, stored).map_err(Error::internal);
    }
    let parsed = PasswordHash::new(stored).map_err(Error::internal)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

pub(super) fn is_bcrypt(stored: &str) -> bool {
    ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| stored.starts_with(prefix))
}

/// Whether a hash was made otherwise than one would be now, so that the next right password is hashed anew.
pub(crate) fn needs_rehash(stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else { return true };
    let now = Argon2::default();
    parsed.algorithm != argon2::ARGON2ID_IDENT
        || parsed.version != Some(argon2::Version::default().into())
        || argon2::Params::try_from(&parsed).map_or(true, |params| {
            let wanted = now.params();
            (params.m_cost(), params.t_cost(), params.p_cost()) != (wanted.m_cost(), wanted.t_cost(), wanted.p_cost())
        })
}

/// Checks a hash that was brought along: Argon2id as PHC string, or bcrypt, neither so dear that a sign-in would be an attack.
///
/// # Errors
/// [`AuthCode::ValidationFailed`].
pub(crate) fn check_hash(stored: &str) -> Result<()> {
    let refused = |what: &str| Err(Error::auth(AuthCode::ValidationFailed, what));
    if is_bcrypt(stored) {
        return match stored.parse::<bcrypt::HashParts>() {
            Ok(parts) if (4..=MAX_BCRYPT_COST).contains(&parts.get_cost()) => Ok(()),
            Ok(_) => refused("a bcrypt hash has a cost between 4 and 15"),
            Err(_) => refused("this is no bcrypt hash"),
        };
    }
    let Ok(parsed) = PasswordHash::new(stored) else { return refused("a password hash is Argon2id (a PHC string) or bcrypt") };
    if parsed.algorithm != argon2::ARGON2ID_IDENT || parsed.salt.is_none() || parsed.hash.is_none() {
        return refused("a password hash is Argon2id (a PHC string) or bcrypt");
    }
    match argon2::Params::try_from(&parsed) {
        Ok(params) if params.m_cost() <= MAX_MEMORY && params.t_cost() <= MAX_PASSES && params.p_cost() <= MAX_LANES => Ok(()),
        _ => refused("an Argon2id hash has at most 256 MiB, 10 passes and 16 lanes"),
    }
}

fn hash(password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(&super::random_bytes::<16>()?).map_err(Error::internal)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(Error::internal)?.to_string())
}

/// What a hash looks like, made up: to compute one would cost every start 19 MiB and some milliseconds.
pub(super) fn nobody() -> Result<String> {
    let argon2 = Argon2::default();
    let salt = SaltString::encode_b64(&super::random_bytes::<16>()?).map_err(Error::internal)?;
    let hash = PasswordHash {
        algorithm: argon2::ARGON2ID_IDENT,
        version: Some(argon2::Version::default().into()),
        params: ParamsString::try_from(argon2.params()).map_err(Error::internal)?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(&super::random_bytes::<32>()?).map_err(Error::internal)?),
    };
    Ok(hash.to_string())
}

/// Checks address and password of a new account and returns the address lower-cased, both problems told at once.
pub(super) fn check_new(email: &str, password: &str) -> Result<String> {
    let email = normal_email(email);
    let mut fields = Vec::new();
    if !is_email(&email) {
        fields.push(invalid("email", "this is not an e-mail address"));
    }
    fields.extend(password_problem(password).map(|problem| invalid("password", problem)));
    if fields.is_empty() { Ok(email) } else { Err(refused(fields)) }
}

/// The address as accounts are known by it.
pub(super) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

fn password_problem(password: &str) -> Option<&'static str> {
    if password.chars().count() < MIN_CHARACTERS {
        Some("a password has at least 8 characters")
    } else if password.len() > MAX_BYTES {
        Some("a password has at most 1,024 bytes")
    } else {
        None
    }
}

/// One `@` with something on both sides, a dot in the domain or `localhost`, nothing that could break a mail header.
pub(crate) fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let plain = |s: &str| !s.is_empty() && !s.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\".contains(c));
    email.len() <= 254
        && plain(local)
        && !local.contains('@')
        && plain(domain)
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

fn invalid(column: &str, message: &str) -> FieldError {
    FieldError { column: column.to_owned(), code: Code::InvalidValue, message: message.to_owned() }
}

fn refused(fields: Vec<FieldError>) -> Error {
    let message = fields.iter().map(|f| f.message.as_str()).collect::<Vec<_>>().join("; ");
    Error::new(Code::InvalidRecord, message).with_fields(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_problems_are_told_at_once() {
        let error = check_new("nobody", "short").unwrap_err();
        assert_eq!(error.code, Code::InvalidRecord);
        assert_eq!(error.fields.iter().map(|f| f.column.as_str()).collect::<Vec<_>>(), ["email", "password"]);
        assert_eq!(check_new(" Ada@Example.ORG ", "long enough").unwrap(), "ada@example.org");
    }

    #[test]
    fn addresses_that_could_break_a_header_are_refused() {
        for bad in ["", "@", "a@", "@b", "a b@c.d", "a@b\r\nBcc: x@y.z", "a@@b.c", "<a@b.c>", "a@.b", "a@b."] {
            assert!(!is_email(bad), "{bad:?}");
        }
        assert!(is_email("o'hara+tag@mail.example.org"));
    }

    #[tokio::test]
    async fn a_missing_account_is_verified_against_and_refused() {
        let hasher = PasswordHasher::new().unwrap();
        let stored = hasher.hash("correct horse".into()).await.unwrap();
        let costs = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert!(stored.starts_with("$argon2id$"));
        assert_eq!(costs(&hasher.nobody), costs(&stored), "both take as long");
        assert!(hasher.verify(Some(stored.clone()), "correct horse".into()).await.unwrap());
        assert!(!hasher.verify(Some(stored), "wrong horse".into()).await.unwrap());
        assert!(!hasher.verify(None, "correct horse".into()).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_of_bcrypt_are_accepted_and_renewed() {
        let hasher = PasswordHasher::new().unwrap();
        for prefix in ["$2a$", "$2b$", "$2y$"] {
            let stored = bcrypt::hash("correct horse", 4).unwrap().replace("$2b$", prefix);
            check_hash(&stored).unwrap();
            assert!(needs_rehash(&stored));
            assert!(hasher.verify(Some(stored.clone()), "correct horse".into()).await.unwrap());
            assert!(!hasher.verify(Some(stored), "wrong horse".into()).await.unwrap());
        }
        assert!(!needs_rehash(&hasher.hash("correct horse".into()).await.unwrap()));
    }

    #[test]
    fn older_parameters_are_renewed_and_dear_ones_refused() {
        let at =
            |params: &str| format!("$argon2id$v=19${params}$c29tZXNhbHRzb21lc2FsdA$4pWkBWPMKRX0sgtMKz6hhPD7EiGuXHW3XVXOLWPVdFM");
        assert!(needs_rehash(&at("m=4096,t=3,p=1")));
        assert!(!needs_rehash(&at("m=19456,t=2,p=1")));
        check_hash(&at("m=4096,t=3,p=1")).unwrap();
        for bad in
            [at("m=4194304,t=3,p=1"), at("m=4096,t=3,p=1").replace("2id", "2i"), "plain".into(), "$2b$99$x".into(), bcrypt_of(16)]
        {
            let error = check_hash(&bad).unwrap_err();
            assert_eq!(error.code, Code::Auth(AuthCode::ValidationFailed), "{bad}");
        }
    }

    fn bcrypt_of(cost: u32) -> String {
        bcrypt::hash("correct horse", 4).unwrap().replace("$04$", &format!("${cost:02}$"))
    }
}
