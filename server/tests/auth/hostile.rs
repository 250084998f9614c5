//! What attackers send: hosts, origins, sessions and addresses of their own making.

use std::net::SocketAddr;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tenon_engine::{
    Caller,
    audit::Client,
    database::EngineKind,
    identity::providers::{Provider, ProviderKind},
};
use tenon_server::{HttpConfig, middleware::Peer};
use tenon_testkit::TestEngine;

use crate::support::{Answer, App, both, link_in};

const PASSWORD: &str = "correct horse battery";
const OWN: &str = "http://127.0.0.1:3000";
/// What a poisoned request says of where it was sent.
const POISON: [(&str, &str); 5] = [
    ("host", "evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("forwarded", "host=evil.example;proto=https"),
    ("x-original-host", "evil.example"),
];

async fn behind_proxy(kind: EngineKind) -> App {
    let http = HttpConfig { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..HttpConfig::default() };
    App::of(TestEngine::on(kind).await, http).await
}

/// A request that comes from a machine at this address.
fn from(peer: &str, line: &str, headers: &[(&str, &str)], body: &Value) -> Request<Body> {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path).extension(Peer(SocketAddr::new(peer.parse().unwrap(), 5)));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(if body.is_null() { Body::empty() } else { Body::from(body.to_string()) }).unwrap()
}

/// The cookie of an owner of the Studio.
async fn owners_cookie(app: &App) -> String {
    if !app.engine.has_owner().await.unwrap() {
        app.engine.create_first_owner("owner@example.org".into(), PASSWORD.into()).await.unwrap();
    }
    let session = app.engine.sign_in("owner@example.org".into(), PASSWORD.into(), &Client::default()).await.unwrap();
    format!("tenon_session={}", session.token)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_request_says_of_its_host_reaches_nobody() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let app = behind_proxy(kind).await;
        let plain = Provider {
            name: "plain".into(),
            enabled: true,
            kind: ProviderKind::Oauth2,
            client_id: "tenon".into(),
            client_secret: "s".into(),
            authorize_url: "https://id.example/authorize".into(),
            token_url: "https://id.example/token".into(),
            userinfo_url: "https://id.example/me".into(),
            ..Provider::default()
        };
        app.engine.save_provider(&Caller::Operator, &Client::default(), plain).await.unwrap();
        // Neither a stranger's word counts nor that of a proxy that passes it on.
        for peer in ["203.0.113.9", "10.0.0.1"] {
            let email = format!("ada-{}@example.org", peer.len());
            let send = async |line: &str, body: Value| app.send(from(peer, line, &POISON, &body)).await;
            let made = send("POST /auth/v1/signup", json!({ "email": email, "password": PASSWORD })).await;
            assert_eq!(made.status, 200, "{}", made.json);
            let mail = app.mail(&email).await;
            assert!(mail.contains(&format!("{OWN}/auth/v1/verify?")) && !mail.contains("evil"), "{mail}");
            let followed = send(&format!("GET /auth/v1{}", link_in(&mail)), Value::Null).await.location.unwrap();
            assert!(followed.starts_with(&format!("{OWN}#access_token=")), "{followed}");

            let sign_in = json!({ "email": email, "password": PASSWORD });
            let session = send("POST /auth/v1/token?grant_type=password", sign_in).await;
            let Caller::Api { claims: Some(claims), .. } = app.engine.authenticate(&session.text("access_token")).unwrap() else {
                panic!()
            };
            assert_eq!(claims.all["iss"], format!("{OWN}/auth/v1"));

            let away = send("GET /auth/v1/authorize?provider=plain", Value::Null).await.location.unwrap();
            let back = "redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fauth%2Fv1%2Fcallback";
            assert!(away.starts_with("https://id.example/authorize?") && away.contains(back) && !away.contains("evil"), "{away}");
            let returned = send("GET /auth/v1/callback?error=access_denied", Value::Null).await.location.unwrap();
            assert!(returned.starts_with(OWN) && !returned.contains("evil"), "{returned}");
            for path in ["/auth/v1/settings", "/auth/v1/.well-known/jwks.json", "/auth/v1/.well-known/openid-configuration"] {
                assert!(!send(&format!("GET {path}"), Value::Null).await.body.contains("evil"), "{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_trusted_proxies_say_where_somebody_is() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let app = behind_proxy(kind).await;
        let secret = app.keys.secret.clone();
        let seen = async |peer: &str, forwarded: &str| {
            let body = json!({ "email": "nobody@example.org", "password": "wrong" });
            let headers = [("x-forwarded-for", forwarded)];
            app.send(from(peer, "POST /auth/v1/token?grant_type=password", &headers, &body)).await;
            let log = app.call("GET /admin/audit?per_page=1", Some(&secret), Value::Null).await;
            log.json[0]["ip_address"].as_str().unwrap().to_owned()
        };
        assert_eq!(seen("203.0.113.9", "198.51.100.1").await, "203.0.113.9", "a stranger's word does not count");
        assert_eq!(seen("10.0.0.1", "198.51.100.1").await, "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "1.2.3.4, 198.51.100.2").await, "198.51.100.2", "nor what they told the proxy");
        assert_eq!(seen("10.0.0.1", "198.51.100.3, 10.9.9.9").await, "198.51.100.3", "a chain of proxies");
        assert_eq!(seen("10.0.0.1", "rubbish").await, "10.0.0.1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_made_up_and_neighbours_in_ipv6_are_no_way_around_the_delay() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let app = behind_proxy(kind).await;
        let body = json!({ "email": "ada@example.org", "password": "wrong" });
        let attempt = async |peer: &str, forwarded: &str| {
            let headers = [("x-forwarded-for", forwarded)];
            app.send(from(peer, "POST /auth/v1/token?grant_type=password", &headers, &body)).await.status
        };
        for n in 0..5 {
            assert_eq!(attempt("203.0.113.9", &format!("198.51.100.{n}")).await, 400);
        }
        assert_eq!(attempt("203.0.113.9", "198.51.100.77").await, 429);
        for n in 1..6 {
            assert_eq!(attempt(&format!("2001:db8::{n}"), "").await, 400);
        }
        assert_eq!(attempt("2001:db8::ffff", "").await, 429);
        assert_eq!(attempt("2001:db8:0:1::1", "").await, 400, "another net is somebody else");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_begins_a_session_of_its_own() {
    both(async |app| {
        app.set("auth.email_autoconfirm", json!(true)).await;
        let body = json!({ "email": "ada@example.org", "password": PASSWORD });
        assert_eq!(app.call("POST /signup", None, body.clone()).await.status, 200);
        let studio = owners_cookie(&app).await;
        let session_of = |answer: &Answer| {
            let Caller::Api { claims: Some(claims), .. } = app.engine.authenticate(&answer.text("access_token")).unwrap() else {
                panic!()
            };
            claims.session.unwrap()
        };
        let mut seen = Vec::new();
        // What was planted in the browser beforehand is neither adopted nor ended nor answered with.
        for cookie in ["", studio.as_str(), "tenon_session=planted; tenon_flow=planted; tenon_hosted=planted"] {
            let line = "POST /token?grant_type=password";
            let answer = app.call_with(line, None, &[("cookie", cookie)], body.clone()).await;
            assert_eq!(answer.status, 200);
            assert!(answer.headers.get("set-cookie").is_none());
            assert!(!seen.contains(&session_of(&answer)));
            seen.push(session_of(&answer));
        }
        // A cookie says nothing to the API.
        let by_cookie = app.call_with("GET /user", None, &[("cookie", &studio)], Value::Null).await;
        assert_eq!(by_cookie.failure(), "401 no_authorization This endpoint requires a valid Bearer token");
        let by_cookie = app.call_with("GET /admin/users", None, &[("cookie", &studio)], Value::Null).await;
        assert_eq!(by_cookie.status, 401);
        // And the Studio's own sign-in makes a new one, too.
        let again = owners_cookie(&app).await;
        assert_ne!(again, studio);
        assert!(app.engine.session("planted").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_change_nothing_with_a_persons_cookie() {
    both(async |app| {
        let cookie = owners_cookie(&app).await;
        let send = async |line: &str, headers: &[(&str, &str)]| {
            let (method, path) = line.split_once(' ').unwrap();
            let mut request = Request::builder().method(method).uri(path).header("cookie", &cookie).header("host", "tenon.example");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            app.send(request.body(Body::empty()).unwrap()).await
        };
        let foreign: [&[(&str, &str)]; 9] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://tenon.example")],
            &[("sec-fetch-site", "rubbish")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "https://tenon.example.evil.example")],
            &[("origin", "https://tenon.example:8443")],
            &[("origin", "https://evil.example"), ("x-forwarded-host", "evil.example")],
        ];
        let own: [&[(&str, &str)]; 4] = [
            &[("sec-fetch-site", "same-origin"), ("origin", "http://tenon.example")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://tenon.example")],
            &[],
        ];
        // An upload and whatever may be a server function: refused before anybody looks at what it is.
        for line in ["POST /import/upload", "POST /api/sign_out", "PUT /api/x", "DELETE /api/x", "POST /auth/account/recovery"] {
            for headers in foreign {
                let answer = send(line, headers).await;
                assert_eq!(answer.status, 403, "{line} {headers:?}");
                assert_eq!(answer.json["message"], "this request comes from a page of another origin");
            }
            for headers in own {
                let answer = send(line, headers).await;
                assert_ne!(answer.json["message"], "this request comes from a page of another origin", "{line} {headers:?}");
            }
        }
        assert_eq!(send("GET /settings/audit/export?format=json", &[("sec-fetch-site", "cross-site")]).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_addresses_that_only_look_right() {
    both(async |app| {
        app.set("auth.site_url", json!("https://app.example/start")).await;
        app.set("auth.redirect_urls", json!(["https://*.preview.example/**", "myapp://in"])).await;
        app.set("auth.email_interval", json!(0)).await;
        app.call("POST /otp", None, json!({ "email": "ada@example.org" })).await;
        app.later(1);
        for evil in [
            "https://app.example@evil.example/",
            "https://app.example\\@evil.example/",
            "https:\\\\evil.example",
            "//evil.example",
            "/\\evil.example",
            "HTTPS://EVIL.example/",
            "https://app.example.evil.example",
            "https://app.example%2eevil.example/",
            "https://[2001:db8::666]?.preview.example/",
            "https://a.b.preview.example/",
            "https://аpp.example/",
            "javascript:alert(1)//https://app.example",
            "myapp://in@evil.example",
        ] {
            let query: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
            let asked = app.call(&format!("POST /otp?redirect_to={query}"), None, json!({ "email": "ada@example.org" })).await;
            assert_eq!(asked.status, 200, "{}", asked.json);
            let link = link_in(&app.mail("ada@example.org").await);
            assert!(link.ends_with("redirect_to=https%3A%2F%2Fapp.example%2Fstart"), "{evil}: {link}");
            // Whoever bends the link afterwards gets no further.
            let bent = link.replace("https%3A%2F%2Fapp.example%2Fstart", &query);
            let location = app.call(&format!("GET {bent}"), None, Value::Null).await.location.unwrap();
            assert!(location.starts_with("https://app.example/start#access_token="), "{evil}: {location}");
            app.later(1);
        }
        let failed = app.call("GET /verify?type=signup&token=x&redirect_to=https%3A%2F%2Fevil.example", None, Value::Null).await;
        assert!(failed.location.unwrap().starts_with("https://app.example/start?error="));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_cannot_carry_headers_into_a_mail() {
    both(async |app| {
        for bad in ["a@example.org\r\nBcc: all@example.org", "a@example.org\nSubject: x", "a@example.org, b@example.org", "<a@b.c>"]
        {
            for line in ["POST /signup", "POST /otp", "POST /recover"] {
                let answer = app.call(line, None, json!({ "email": bad, "password": PASSWORD })).await;
                assert_eq!(answer.json["error_code"], "validation_failed", "{line} {bad:?}: {}", answer.json);
            }
        }
        let secret = app.keys.secret.clone();
        let invited = app.call("POST /invite", Some(&secret), json!({ "email": "a@b.org\r\nBcc: c@d.org" })).await;
        assert_eq!(invited.json["error_code"], "validation_failed");
        let data = json!({ "name": "Ada\r\nBcc: all@example.org" });
        let made = app.call("POST /signup", None, json!({ "email": "ada@example.org", "password": PASSWORD, "data": data })).await;
        assert_eq!(made.status, 200, "metadata may hold what it likes: it stands in no header");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_nobody_answers_are_bounded() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let app = behind_proxy(kind).await;
        app.set("auth.site_url", json!("https://example.org")).await;
        let ask =
            async |peer: &str| app.send(from(peer, "POST /auth/v1/passkeys/authentication/options", &[], &json!({}))).await.status;
        assert_eq!(ask("203.0.113.9").await, 200);
        app.engine.database.sql("update _tenon_throttle set failures = 2000 where subject like 'passkeys:%'");
        assert_eq!(ask("203.0.113.9").await, 429);
        assert_eq!(ask("203.0.113.10").await, 200);
        app.later(3600);
        assert_eq!(ask("203.0.113.9").await, 200);
    }
}
