"""The unmodified Python client `supabase` through the main flows of sign-in, against a running instance.

`python.mjs` starts everything and tells where it is: TENON_URL, TENON_PUBLISHABLE, TENON_SECRET, and WORLD, where mails and ID
tokens are had.
"""

import base64
import hashlib
import hmac
import os
import struct
import sys
import time
import traceback
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import httpx
from supabase import ClientOptions, create_client
from supabase_auth.errors import AuthApiError, AuthError

URL, WORLD, APP = os.environ["TENON_URL"], os.environ["WORLD"], "http://app.example.test"
PASSWORD = "correct horse battery staple"
# The client knows a fixed list of names for the ways of OAuth; this one stands for any issuer.
PROVIDER = "keycloak"
numbers = count(1)


def client(key=os.environ["TENON_PUBLISHABLE"], flow="implicit"):
    return create_client(URL, key, ClientOptions(flow_type=flow, auto_refresh_token=False))


def admin():
    return client(os.environ["TENON_SECRET"]).auth.admin


def address():
    return f"python-{next(numbers)}@example.test"


def world(path, **query):
    answer = httpx.get(f"{WORLD}/{path}", params=query, timeout=30)
    answer.raise_for_status()
    return answer.json()


def mail(to):
    return world("mail", to=to)


def person():
    """A confirmed user with a password, signed in."""
    email, auth = address(), client().auth
    admin().create_user({"email": email, "password": PASSWORD, "email_confirm": True})
    session = auth.sign_in_with_password({"email": email, "password": PASSWORD}).session
    return email, auth, session


def follow(url):
    """Follows redirects as a browser does, until they come to the application; the parameters that it gets."""
    with httpx.Client(timeout=30) as browser:
        for _ in range(20):
            if url.startswith(APP):
                parts = urlsplit(url)
                return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))
            answer = browser.get(url)
            assert answer.is_redirect, f"{url}: {answer.status_code} {answer.text[:200]}"
            url = str(answer.next_request.url) if answer.next_request else answer.headers["location"]
    raise AssertionError("redirects without end")


def refused(code, call, *args, **more):
    try:
        call(*args, **more)
    except AuthError as error:
        assert error.code == code, f"expected {code}, got {error.code}: {error.message}"
        return error
    raise AssertionError(f"expected {code}")


def totp(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def sign_up_with_confirmation():
    email, auth = address(), client().auth
    answer = auth.sign_up({"email": email, "password": PASSWORD, "options": {"data": {"name": "Ada"}}})
    assert answer.session is None and answer.user.user_metadata["name"] == "Ada"
    refused("email_not_confirmed", auth.sign_in_with_password, {"email": email, "password": PASSWORD})
    answer = auth.verify_otp({"email": email, "token": mail(email)["code"], "type": "signup"})
    assert answer.session.access_token and answer.user.email_confirmed_at


def weak_passwords():
    error = refused("weak_password", client().auth.sign_up, {"email": address(), "password": "short"})
    assert error.reasons == ["length"], error.reasons


def anonymous_and_upgrade():
    auth = client().auth
    user = auth.sign_in_anonymously({"options": {"data": {"theme": "dark"}}}).user
    assert user.is_anonymous
    email = address()
    auth.update_user({"email": email})
    after = auth.verify_otp({"email": email, "token": mail(email)["code"], "type": "email_change"}).user
    assert after.id == user.id and not after.is_anonymous and after.user_metadata["theme"] == "dark"


def password_and_refresh():
    email, auth, session = person()
    refused("invalid_credentials", client().auth.sign_in_with_password, {"email": email, "password": "wrong"})
    again = auth.refresh_session().session
    assert again.refresh_token != session.refresh_token and again.user.email == email
    claims = auth.get_claims()
    assert claims["claims"]["email"] == email, claims


def a_stolen_refresh_token():
    _, auth, session = person()
    auth.refresh_session()
    auth.refresh_session()
    refused("refresh_token_already_used", client().auth.refresh_session, session.refresh_token)
    refused("refresh_token_not_found", auth.refresh_session)


def magic_link_and_code():
    email, auth = address(), client().auth
    auth.sign_in_with_otp({"email": email, "options": {"email_redirect_to": f"{APP}/in"}})
    got = follow(mail(email)["link"])
    assert auth.set_session(got["access_token"], got["refresh_token"]).user.email == email
    auth.sign_in_with_otp({"email": email})
    assert auth.verify_otp({"email": email, "token": mail(email)["code"], "type": "email"}).user.email == email


def magic_link_with_pkce():
    email, auth = address(), client(flow="pkce").auth
    auth.sign_in_with_otp({"email": email, "options": {"email_redirect_to": APP}})
    got = follow(mail(email)["link"])
    assert auth.exchange_code_for_session({"auth_code": got["code"]}).user.email == email


def recovery():
    email, _, _ = person()
    auth = client().auth
    auth.reset_password_for_email(email, {"redirect_to": APP})
    auth.verify_otp({"email": email, "token": mail(email)["code"], "type": "recovery"})
    auth.update_user({"password": "another long enough phrase"})
    client().auth.sign_in_with_password({"email": email, "password": "another long enough phrase"})


def change_of_address():
    email, auth, _ = person()
    other = address()
    assert auth.update_user({"email": other}).user.new_email == other
    auth.verify_otp({"email": email, "token": mail(email)["code"], "type": "email_change"})
    auth.verify_otp({"email": other, "token": mail(other)["code"], "type": "email_change"})
    assert auth.get_user().user.email == other


def update_and_reauthenticate():
    email, auth, _ = person()
    assert auth.update_user({"data": {"colour": "red"}}).user.user_metadata["colour"] == "red"
    auth.reauthenticate()
    assert mail(email)["code"]


def resend():
    email, auth = address(), client().auth
    auth.sign_up({"email": email, "password": PASSWORD})
    mail(email)
    auth.resend({"type": "signup", "email": email})
    assert auth.verify_otp({"email": email, "token": mail(email)["code"], "type": "signup"}).session


def sign_out():
    email, auth, session = person()
    other = client().auth
    other.sign_in_with_password({"email": email, "password": PASSWORD})
    auth.sign_out({"scope": "others"})
    refused("refresh_token_not_found", other.refresh_session)
    auth.sign_out()
    refused("refresh_token_not_found", client().auth.refresh_session, session.refresh_token)


def oauth():
    who = world("person")
    auth = client(flow="pkce").auth
    url = auth.sign_in_with_oauth({"provider": PROVIDER, "options": {"redirect_to": APP}}).url
    answer = auth.exchange_code_for_session({"auth_code": follow(url)["code"]})
    assert answer.user.email == who["email"] and answer.user.app_metadata["provider"] == PROVIDER


def id_token():
    who = world("person")
    token = world("token")
    answer = client().auth.sign_in_with_id_token({"provider": "acme", "token": token["id_token"], "access_token": token["access_token"]})
    assert answer.user.email == who["email"]


def linking():
    _, auth, _ = person()
    world("person")
    url = auth.link_identity({"provider": PROVIDER, "options": {"redirect_to": APP}}).url
    assert "error" not in follow(url)
    identities = auth.get_user_identities().identities
    assert len(identities) == 2
    auth.unlink_identity(next(identity for identity in identities if identity.provider == PROVIDER))
    assert len(auth.get_user_identities().identities) == 1


def second_factor():
    _, auth, _ = person()
    factor = auth.mfa.enroll({"factor_type": "totp", "friendly_name": "phone"})
    challenge = auth.mfa.challenge({"factor_id": factor.id})
    auth.mfa.verify({"factor_id": factor.id, "challenge_id": challenge.id, "code": totp(factor.totp.secret)})
    assert auth.mfa.get_authenticator_assurance_level().current_level == "aal2"
    assert len(auth.mfa.list_factors().totp) == 1
    assert auth.mfa.unenroll({"factor_id": factor.id}).id == factor.id


def administration():
    email = address()
    user = admin().create_user({"email": email, "password": PASSWORD, "email_confirm": True, "app_metadata": {"plan": "pro"}}).user
    assert admin().get_user_by_id(user.id).user.app_metadata["plan"] == "pro"
    assert admin().update_user_by_id(user.id, {"user_metadata": {"a": 1}}).user.user_metadata["a"] == 1
    assert any(one.id == user.id for one in admin().list_users(page=1, per_page=1000))
    link = admin().generate_link({"type": "magiclink", "email": email, "options": {"redirect_to": APP}})
    assert follow(link.properties.action_link)["access_token"]
    admin().delete_user(user.id)
    error = refused("user_not_found", admin().get_user_by_id, user.id)
    assert isinstance(error, AuthApiError) and error.status == 404
    refused("not_admin", client().auth.admin.list_users)


def invitation():
    email = address()
    assert admin().invite_user_by_email(email, {"data": {"team": "red"}, "redirect_to": APP}).user.invited_at
    assert follow(mail(email)["link"])["type"] == "invite"


FLOWS = [
    sign_up_with_confirmation, weak_passwords, anonymous_and_upgrade, password_and_refresh, a_stolen_refresh_token,
    magic_link_and_code, magic_link_with_pkce, recovery, change_of_address, update_and_reauthenticate, resend, sign_out, oauth,
    id_token, linking, second_factor, administration, invitation,
]  # fmt: skip

failed = 0
for flow in FLOWS:
    try:
        flow()
    except Exception as error:  # noqa: BLE001 - whatever it is, the flow has failed
        failed += 1
        line = traceback.extract_tb(error.__traceback__)[1].lineno
        print(f"FAILED {flow.__name__} (line {line}): {type(error).__name__}: {error}")
print(f"{len(FLOWS) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
