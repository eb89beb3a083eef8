use std::sync::OnceLock;

use rustls_native_certs::load_native_certs;

use crate::collect::files::setting;
use crate::error::Result;

/// The variables that name other certificates than those of the system.
const NAMED: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// The certificates of authorities that this system trusts, DER; those of `SSL_CERT_FILE` or `SSL_CERT_DIR` where that is set.
/// Empty where the system has none: Mozilla's list, which is compiled in, then has to do.
///
/// # Errors
/// Where a variable names some, and there are none.
pub fn system_roots() -> Result<&'static [Vec<u8>]> {
    static ROOTS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let roots = ROOTS.get_or_init(|| load_native_certs().certs.into_iter().map(|c| c.as_ref().to_vec()).collect());
    let named = NAMED.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    match named {
        Some(name) if roots.is_empty() => {
            Err(setting("source", format!("{name} names no certificates (PEM) that can be read")))
        }
        _ => Ok(roots),
    }
}
