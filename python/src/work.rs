//! Long work: beside the interpreter, reporting, and cancelled by Ctrl-C.

use crate::errors::IntoPython;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use spinloom_core::run::{CancelToken, Progress};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How often signals are looked at and progress is told.
const POLL: Duration = Duration::from_millis(50);
/// How long a cancelled worker is waited for; one that takes longer ends by itself, unobserved.
const GRACE: Duration = Duration::from_millis(400);

/// What the worker said last of each phase, until the interpreter's thread takes it.
#[derive(Default)]
struct Reports(Mutex<Vec<(String, usize, usize)>>);

impl Progress for Reports {
    fn update(&self, phase: &str, done: usize, total: usize) {
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match reports.iter_mut().find(|r| r.0 == phase) {
            Some(report) => (report.1, report.2) = (report.1.max(done), total),
            None => reports.push((phase.to_owned(), done, total)),
        }
    }
}

impl Reports {
    fn tell(&self, callback: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let reports = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        callback.map_or(Ok(()), |tell| reports.into_iter().try_for_each(|report| tell.call1(report).map(drop)))
    }
}

/// Refuses a number of threads that cannot work.
fn pool(threads: usize) -> PyResult<rayon::ThreadPool> {
    if threads == 0 {
        return Err(PyValueError::new_err("threads must be 1 or more, but it is 0; leave it out to use every core"));
    }
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    built.map_err(|e| PyRuntimeError::new_err(format!("cannot start {threads} threads: {e}")))
}

/// Runs `work` on a thread of its own with the interpreter released. The calling thread looks for signals and tells `progress` (called as
/// `progress(phase, done, total)`) meanwhile; an exception of either cancels the work and is raised.
pub fn run<T, E, W>(py: Python<'_>, threads: Option<usize>, progress: Option<&Bound<'_, PyAny>>, work: W) -> PyResult<T>
where
    T: Send + 'static,
    E: IntoPython + Send + 'static,
    W: FnOnce(&CancelToken, Arc<dyn Progress>) -> Result<T, E> + Send + 'static,
{
    run_until(py, threads, progress, None, work)
}

/// As [`run`], and `interrupt` is asked meanwhile: once it is true the work is cancelled, and what it has come to by then is the result.
pub fn run_until<T, E, W>(
    py: Python<'_>,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
    interrupt: Option<&Bound<'_, PyAny>>,
    work: W,
) -> PyResult<T>
where
    T: Send + 'static,
    E: IntoPython + Send + 'static,
    W: FnOnce(&CancelToken, Arc<dyn Progress>) -> Result<T, E> + Send + 'static,
{
    let asked = || interrupt.map_or(Ok(false), |ask| ask.call0()?.is_truthy());
    let pool = threads.map(pool).transpose()?;
    let (token, reports) = (CancelToken::default(), Arc::new(Reports::default()));
    let (send, mut receive) = channel();
    let (cancel, listener) = (token.clone(), Arc::clone(&reports));
    let worker = move || {
        let result = match &pool {
            Some(pool) => pool.install(|| work(&cancel, listener)),
            None => work(&cancel, listener),
        };
        // Nobody listens any more when the call was interrupted.
        let _ = send.send(result);
    };
    thread::Builder::new().name("spinloom".to_owned()).spawn(worker)?;
    loop {
        let message;
        (receive, message) = py.detach(move || {
            let message = receive.recv_timeout(POLL);
            (receive, message)
        });
        match message {
            Ok(result) => {
                reports.tell(progress)?;
                return result.map_err(IntoPython::into_python);
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the work ended in a panic, whose message is on the error stream"));
            }
            Err(RecvTimeoutError::Timeout) => {
                match py.check_signals().and_then(|()| reports.tell(progress)).and_then(|()| asked()) {
                    Ok(false) => {}
                    Ok(true) => token.cancel(),
                    Err(exception) => {
                        token.cancel();
                        // Stopping is a courtesy to whoever runs next; the exception does not wait for it longer than this.
                        py.detach(move || drop(receive.recv_timeout(GRACE)));
                        return Err(exception);
                    }
                }
            }
        }
    }
}
