use std::sync::OnceLock;

use rustls_native_certs::load_native_certs;

/// The certificates of authorities that this system trusts, DER; those of `SSL_CERT_FILE` or `SSL_CERT_DIR` where that is set.
/// Empty where the system has none: Mozilla's list, which is compiled in, then has to do.
pub fn system_roots() -> &'static [Vec<u8>] {
    static ROOTS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    ROOTS.get_or_init(|| load_native_certs().certs.into_iter().map(|c| c.as_ref().to_vec()).collect())
}
