//! Ctrl-C, a polite kill, or Enter: the demo ends, and what it made is removed.

use anyhow::bail;
use std::io::BufRead;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// Whether somebody wants it to end.
#[derive(Clone)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From here on Ctrl-C no longer ends this process at once: the product stops by itself (it has the same terminal),
    /// and what was made is removed.
    pub(crate) fn watch() -> anyhow::Result<Self> {
        let wanted = Self(Arc::default());
        for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let mut signals = runtime.block_on(async { signal(kind) })?;
            let wanted = wanted.clone();
            thread::spawn(move || {
                if runtime.block_on(signals.recv()).is_some() {
                    wanted.set();
                }
            });
        }
        let by_enter = wanted.clone();
        thread::spawn(move || {
            // The end of standard input is nobody at the keyboard, not Enter.
            let read = std::io::stdin().lock().read_line(&mut String::new());
            if read.is_ok_and(|bytes| bytes > 0) {
                by_enter.set();
            }
        });
        Ok(wanted)
    }

    /// Nobody wants it to, ever.
    #[cfg(test)]
    pub(crate) fn never() -> Self {
        Self(Arc::default())
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Somebody does.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error once somebody does.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        if self.is_set() {
            bail!("interrupted: what was started is stopped, and what was made is removed");
        }
        Ok(())
    }
}
