//! A software authenticator: P-256, no attestation.
#![allow(clippy::unwrap_used, reason = "what it is asked is well-formed, or its test fails")]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const PRESENT_AND_VERIFIED: u8 = 0b101;
const WITH_KEY: u8 = 0b100_0000;

/// One credential of an authenticator that lets anyone use it.
pub struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    user: String,
    /// How often it was used; an authenticator that was copied counts on its own.
    pub counter: u32,
}

impl Authenticator {
    /// Makes a credential. Gives what `navigator.credentials.create()` would, as JSON.
    #[must_use]
    pub fn create(options: &Value, origin: &str) -> (Self, Value) {
        let seed = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
        let key = SigningKey::from_slice(&seed).unwrap();
        let id = Uuid::new_v4().as_bytes().to_vec();
        let this = Self { key, id, user: text(&options["user"]["id"]), counter: 0 };
        let mut data = this.data(&text(&options["rp"]["id"]), PRESENT_AND_VERIFIED | WITH_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(this.id.len()).unwrap().to_be_bytes());
        data.extend(&this.id);
        data.extend(this.public_key());
        let object = Cbor::Map(vec![
            (Cbor::Text("fmt".into()), Cbor::Text("none".into())),
            (Cbor::Text("attStmt".into()), Cbor::Map(vec![])),
            (Cbor::Text("authData".into()), Cbor::Bytes(data)),
        ]);
        let response = json!({
            "attestationObject": URL_SAFE_NO_PAD.encode(cbor(&object)),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data("webauthn.create", options, origin)),
            "transports": ["internal"],
        });
        let credential = this.credential(&response);
        (this, credential)
    }

    /// Uses the credential. Gives what `navigator.credentials.get()` would, as JSON.
    pub fn get(&mut self, options: &Value, origin: &str) -> Value {
        self.counter += 1;
        let data = self.data(&text(&options["rpId"]), PRESENT_AND_VERIFIED);
        let client = client_data("webauthn.get", options, origin);
        let signed = [data.as_slice(), &Sha256::digest(&client)[..]].concat();
        let signature: Signature = self.key.sign(&signed);
        self.credential(&json!({
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
            "signature": URL_SAFE_NO_PAD.encode(signature.to_der().as_bytes()),
            "userHandle": self.user,
        }))
    }

    fn credential(&self, response: &Value) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
    }

    fn data(&self, rp: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(rp).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// As COSE has it.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let number = |n: i64| Cbor::Integer(n.into());
        cbor(&Cbor::Map(vec![
            (number(1), number(2)),
            (number(3), number(-7)),
            (number(-1), number(1)),
            (number(-2), Cbor::Bytes(point.x().unwrap().to_vec())),
            (number(-3), Cbor::Bytes(point.y().unwrap().to_vec())),
        ]))
    }
}

fn cbor(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    json!({ "type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": false }).to_string().into_bytes()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
