//! The account that the service works as. It owns the database `postgres` and what is in it, and is no superuser. So
//! somebody who takes over a session of the service can neither read the server's files nor run its programs.
//!
//! The superuser is the cluster's own, `postgres`. It makes the account at the server's start and when a program joins it, and is
//! not used otherwise. What an earlier version made as superuser is handed over.

use crate::{Error, script};
use std::path::Path;
use std::time::Duration;

/// Its name. It has no password: only the server's own account can enter the socket's directory.
pub const SERVICE: &str = "service";

/// Long enough that a busy machine is not mistaken for a server that hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// Programs that start or join a server at once wait for each other. Indexes and the sequences of columns follow their table;
/// what an extension made stays the superuser's.
const MAKE: &str = r"
SET LOCAL lock_timeout = '10s';
DO $$
DECLARE
    it record;
BEGIN
    PERFORM pg_advisory_xact_lock(1380535872);
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'service') THEN
        CREATE ROLE service LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_database WHERE datname = 'postgres' AND datdba = 'service'::regrole) THEN
        ALTER DATABASE postgres OWNER TO service;
    END IF;
    FOR it IN
        SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END
               AS kind, c.oid::regclass::text AS name
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND c.relowner <> 'service'::regrole
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                          AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i'))))
        UNION ALL
        SELECT 'ROUTINE', p.oid::regprocedure::text
        FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> 'service'::regrole
          AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO service', it.kind, it.name);
    END LOOP;
END $$";

/// Makes the account on the server with this socket, unless it is there, and hands over what is not its own.
pub(crate) fn make(socket_dir: &Path) -> Result<(), Error> {
    script::execute_within(PATIENCE, socket_dir, "postgres", MAKE).map(|_| ())
}
