//! The database as PostgreSQL's own tools find it: the environment variables of their library, libpq. Not the command
//! line, because everybody on the machine could read the password there.

use crate::Database;
use crate::error::Fault;
use percent_encoding::percent_decode_str;
use sqlx::ConnectOptions;

/// TLS to the database, in the URL and for libpq.
const TLS: [(&str, &str); 4] =
    [("sslmode", "PGSSLMODE"), ("sslrootcert", "PGSSLROOTCERT"), ("sslcert", "PGSSLCERT"), ("sslkey", "PGSSLKEY")];

impl Database {
    /// Variables and their values, including the password if the URL has one.
    pub fn libpq(&self) -> Result<Vec<(&'static str, String)>, Fault> {
        let options = self.options()?;
        let host = options.get_socket().map_or_else(|| options.get_host().to_owned(), |it| it.display().to_string());
        let database = options.get_database().unwrap_or_else(|| options.get_username()).to_owned();
        let mut variables = vec![
            ("PGHOST", host),
            ("PGPORT", options.get_port().to_string()),
            ("PGUSER", options.get_username().to_owned()),
            ("PGDATABASE", database),
        ];
        let url = options.to_url_lossy();
        for (name, variable) in TLS {
            let value = url.query_pairs().find(|(key, _)| key == name);
            // The driver writes a file name with this prefix.
            let value = value.map(|(_, value)| value.strip_prefix("file: ").unwrap_or(&value).to_owned());
            variables.extend(value.map(|value| (variable, value)));
        }
        if let Some(password) = url.password() {
            variables.push(("PGPASSWORD", percent_decode_str(password).decode_utf8_lossy().into_owned()));
        }
        Ok(variables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart_as_libpq_wants_it() {
        let url = Database::Url(
            "postgres://rinnakkain:made%20up%3A%25@db.example:5433/county?sslmode=verify-full&sslrootcert=/run/ca.pem"
                .into(),
        );
        let expected = [
            ("PGHOST", "db.example"),
            ("PGPORT", "5433"),
            ("PGUSER", "rinnakkain"),
            ("PGDATABASE", "county"),
            ("PGSSLMODE", "verify-full"),
            ("PGSSLROOTCERT", "/run/ca.pem"),
            ("PGPASSWORD", "made up:%"),
        ];
        assert_eq!(url.libpq().unwrap(), expected.map(|(name, value)| (name, value.to_owned())));
        let socket = Database::Socket { dir: "/run/made-up".into(), account: "made-up".into() }.libpq().unwrap();
        assert_eq!(socket[0], ("PGHOST", "/run/made-up".to_owned()));
        assert_eq!(socket[2], ("PGUSER", "made-up".to_owned()));
        assert_eq!(socket[3], ("PGDATABASE", "postgres".to_owned()));
        let inside = Database::Url("postgres://u@localhost/d?host=/run/made-up".into()).libpq().unwrap();
        assert_eq!(inside[0], ("PGHOST", "/run/made-up".to_owned()));
        assert!(Database::Url("nonsense".into()).libpq().is_err());
    }
}
