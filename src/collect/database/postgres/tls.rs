//! Encryption, and whom to trust, by the rules of libpq's `sslmode`.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::collect::files::setting;
use crate::collect::remote::system_roots;
use crate::error::Result;

/// How much of a server is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server offers it; nobody is checked.
    Prefer,
    /// Encrypted; the server is checked only where certificates to check it by are named.
    Require,
    /// The server has a certificate of an authority that is trusted.
    VerifyCa,
    /// And it is made out to its name.
    VerifyFull,
}

impl Mode {
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "disable" => Ok(Self::Disable),
            "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            "verify-ca" => Ok(Self::VerifyCa),
            "verify-full" => Ok(Self::VerifyFull),
            _ => Err(setting("source", "sslmode is disable, prefer, require, verify-ca or verify-full")),
        }
    }
}

/// How to encrypt; `None` where nothing is. `file` holds certificates of authorities, PEM, or is called `system`.
pub fn connector(mode: Mode, file: Option<&Path>) -> Result<Option<MakeRustlsConnect>> {
    let roots = match mode {
        Mode::Disable => return Ok(None),
        Mode::Prefer => None,
        Mode::Require if file.is_none() => None,
        Mode::Require | Mode::VerifyCa | Mode::VerifyFull => Some(roots(file)?),
    };
    let provider = Arc::new(ring::default_provider());
    let checking = Checking { roots, name: mode == Mode::VerifyFull, algorithms: provider.signature_verification_algorithms };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| setting("source", format!("no secure connection can be made: {e}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(checking))
        .with_no_client_auth();
    Ok(Some(MakeRustlsConnect::new(config)))
}

/// The authorities that are trusted: of the file, else of this system.
fn roots(file: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = file.filter(|file| *file != Path::new("system")) {
        let wrong = |what: String| setting("source", format!("sslrootcert {}: {what}", file.display()));
        let certificates = CertificateDer::pem_file_iter(file).map_err(|e| wrong(e.to_string()))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|e| wrong(e.to_string()))?;
            roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
        }
        if roots.is_empty() {
            return Err(wrong("it holds no certificate (PEM)".into()));
        }
    } else {
        roots.add_parsable_certificates(system_roots()?.iter().map(|der| CertificateDer::from_slice(der)));
        if roots.is_empty() {
            let message = "this system names no authorities that it trusts; name a file of certificates as sslrootcert";
            return Err(setting("source", message));
        }
    }
    Ok(roots)
}

/// Checks a server as far as the mode asks for it.
#[derive(Debug)]
struct Checking {
    roots: Option<RootCertStore>,
    name: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Checking {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, self.algorithms.all)?;
            if self.name {
                verify_server_name(&certificate, server_name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
