//! Whoever signs in.

use api::proto::Task;

/// Somebody who may ask.
#[derive(Clone)]
pub struct Professional {
    /// As the access log names them.
    pub id: String,
    /// As they are called.
    pub name: String,
    /// For what they may ask.
    pub tasks: Vec<Task>,
}
