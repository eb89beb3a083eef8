//! Notices bytes behind the end of a response.
//!
//! A body that is longer than its `Content-Length` says ends early for whoever reads it, without a sign. Each connection here
//! is used for one request, so that whatever else comes through it is such a rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// How long to look for a rest where the server leaves the connection open.
const LOOK: Duration = Duration::from_millis(100);

/// The last link in the chain of connectors.
#[derive(Debug)]
pub struct Noticing(pub Arc<AtomicBool>);

impl Connector<Box<dyn Transport>> for Noticing {
    type Out = Noticed;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<Box<dyn Transport>>) -> Result<Option<Noticed>, Error> {
        Ok(chained.map(|inner| Noticed { inner, surplus: Arc::clone(&self.0) }))
    }
}

/// A connection that is looked at once more when it is given up.
#[derive(Debug)]
pub struct Noticed {
    inner: Box<dyn Transport>,
    surplus: Arc<AtomicBool>,
}

impl Transport for Noticed {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

impl Drop for Noticed {
    fn drop(&mut self) {
        let timeout = NextTimeout { after: LOOK.into(), ..NextTimeout::default() };
        let rest = !self.inner.buffers().input().is_empty() || matches!(self.inner.await_input(timeout), Ok(true));
        if rest && !self.inner.buffers().input().is_empty() {
            self.surplus.store(true, Ordering::Relaxed);
        }
    }
}
