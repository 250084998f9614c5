//! The failures of sign-in and account management, under the names that GoTrue publishes
//! (supabase/auth, `internal/api/apierrors/errorcode.go`).

use serde::{Deserialize, Serialize};

macro_rules! auth_codes {
    ($($name:ident = $text:literal,)*) => {
        /// A failure of sign-in or account management, by GoTrue's `error_code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum AuthCode {
            $(#[doc = concat!("`", $text, "`")] #[serde(rename = $text)] $name,)*
        }

        impl AuthCode {
            /// The name on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

auth_codes! {
    AnonymousProviderDisabled = "anonymous_provider_disabled",
    BadCodeVerifier = "bad_code_verifier",
    BadJson = "bad_json",
    BadJwt = "bad_jwt",
    BadOauthCallback = "bad_oauth_callback",
    BadOauthState = "bad_oauth_state",
    CaptchaFailed = "captcha_failed",
    Conflict = "conflict",
    EmailAddressInvalid = "email_address_invalid",
    EmailExists = "email_exists",
    EmailNotConfirmed = "email_not_confirmed",
    EmailProviderDisabled = "email_provider_disabled",
    FlowStateExpired = "flow_state_expired",
    FlowStateNotFound = "flow_state_not_found",
    IdentityAlreadyExists = "identity_already_exists",
    IdentityNotFound = "identity_not_found",
    InsufficientAal = "insufficient_aal",
    InvalidCredentials = "invalid_credentials",
    ManualLinkingDisabled = "manual_linking_disabled",
    MfaChallengeExpired = "mfa_challenge_expired",
    MfaFactorNameConflict = "mfa_factor_name_conflict",
    MfaFactorNotFound = "mfa_factor_not_found",
    MfaIpAddressMismatch = "mfa_ip_address_mismatch",
    MfaTotpEnrollDisabled = "mfa_totp_enroll_not_enabled",
    MfaTotpVerifyDisabled = "mfa_totp_verify_not_enabled",
    MfaRecoveryCodesSoleFactor = "mfa_recovery_codes_sole_factor",
    MfaPhoneEnrollDisabled = "mfa_phone_enroll_not_enabled",
    MfaWebauthnEnrollDisabled = "mfa_webauthn_enroll_not_enabled",
    MfaWebauthnVerifyDisabled = "mfa_webauthn_verify_not_enabled",
    MfaVerificationFailed = "mfa_verification_failed",
    MfaVerificationRejected = "mfa_verification_rejected",
    MfaVerifiedFactorExists = "mfa_verified_factor_exists",
    NoAuthorization = "no_authorization",
    NotAdmin = "not_admin",
    OauthProviderNotSupported = "oauth_provider_not_supported",
    OtpDisabled = "otp_disabled",
    OtpExpired = "otp_expired",
    OverEmailSendRateLimit = "over_email_send_rate_limit",
    OverRequestRateLimit = "over_request_rate_limit",
    PasskeyDisabled = "passkey_disabled",
    PasskeyNotFound = "passkey_not_found",
    PhoneExists = "phone_exists",
    PhoneProviderDisabled = "phone_provider_disabled",
    ProviderDisabled = "provider_disabled",
    ProviderEmailNeedsVerification = "provider_email_needs_verification",
    ReauthenticationNeeded = "reauthentication_needed",
    ReauthenticationNotValid = "reauthentication_not_valid",
    RefreshTokenAlreadyUsed = "refresh_token_already_used",
    RefreshTokenNotFound = "refresh_token_not_found",
    SamePassword = "same_password",
    SamlProviderDisabled = "saml_provider_disabled",
    SessionExpired = "session_expired",
    SessionNotFound = "session_not_found",
    SignupDisabled = "signup_disabled",
    SingleIdentityNotDeletable = "single_identity_not_deletable",
    SsoProviderNotFound = "sso_provider_not_found",
    TooManyEnrolledMfaFactors = "too_many_enrolled_mfa_factors",
    TooManyPasskeys = "too_many_passkeys",
    UnexpectedAudience = "unexpected_audience",
    UnexpectedFailure = "unexpected_failure",
    UserAlreadyExists = "user_already_exists",
    UserBanned = "user_banned",
    UserNotFound = "user_not_found",
    ValidationFailed = "validation_failed",
    WeakPassword = "weak_password",
    WebauthnChallengeExpired = "webauthn_challenge_expired",
    WebauthnChallengeNotFound = "webauthn_challenge_not_found",
    WebauthnCredentialExists = "webauthn_credential_exists",
    WebauthnVerificationFailed = "webauthn_verification_failed",
    Web3ProviderDisabled = "web3_provider_disabled",
}
