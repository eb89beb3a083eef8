//! How a text file is written, as far as the user says so.

use super::encoding::Encoding;

/// Checked settings; what is not set is found out by the content.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settings {
    pub encoding: Encoding,
    pub delimiter: Option<u8>,
}
