//! The ports of a broker.

use super::{Error, layout::Layout};
use crate::java::Port;
use crate::proxy::{Link, To};

/// Where a broker listens.
#[derive(Debug)]
pub(super) struct Ports {
    pub(super) client: Port,
    pub(super) controller: Port,
    /// A listener for each link, and the link that leads to it.
    pub(super) linked: Vec<(String, Port, Link)>,
}

impl Ports {
    pub(super) fn free(layout: &Layout<'_>) -> Result<Self, Error> {
        let free = || Port::free().map_err(Error::io("find a port on", "127.0.0.1"));
        let mut linked = Vec::new();
        if let Some((proxies, names)) = layout.links {
            for name in names {
                let port = free()?;
                let link = proxies.link(To::Port(port.number())).map_err(Error::io("find a port on", "127.0.0.1"))?;
                linked.push(((*name).to_owned(), port, link));
            }
        }
        Ok(Self { client: free()?, controller: free()?, linked })
    }
}
