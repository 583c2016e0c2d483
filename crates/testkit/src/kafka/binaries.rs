//! Java, and Kafka's jars, which are fetched from Maven Central once.
//!
//! `jars.txt` lists them. It is the run-time dependencies of `org.apache.kafka:kafka_2.13:4.1.1` and
//! `org.slf4j:slf4j-simple:1.7.36` in Maven, without those that only parts that we do not run refer to: the macros of
//! `scala-logging`, Kafka's container entry (YAML), tiered storage (caffeine), OAuth (jose4j), commons-validator's rule
//! files, and log4j behind its API, since slf4j-simple writes the log. For a new version take its whole list first,
//! then leave out the same.

use std::path::{Path, PathBuf};

use embedded::cache;

use super::Error;
use crate::java;

/// Kafka's version.
pub const VERSION: &str = "4.1.1";
const JARS: &str = include_str!("jars.txt");

/// A Java that is new enough, and Kafka's jars.
#[derive(Clone, Debug)]
pub struct Binaries {
    java: PathBuf,
    jars: PathBuf,
}

impl Binaries {
    /// Finds Java, and Kafka's jars, which are fetched when they are not here (about 35 MB, once).
    pub fn find() -> Result<Self, Error> {
        let java = java::find()?;
        let jars = cache::place(&format!("kafka-{VERSION}")).ok_or(java::Error::Cache)?;
        java::fetch(&jars, JARS)?;
        Ok(Self { java, jars })
    }

    /// The program `java`.
    #[must_use]
    pub fn java(&self) -> &Path {
        &self.java
    }

    /// The class path: every jar of the directory.
    pub(super) fn class_path(&self) -> PathBuf {
        self.jars.join("*")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_has_a_sum_and_a_place_for_each_jar() {
        let entries: Vec<_> = JARS.lines().map(|line| line.split_once(' ').unwrap()).collect();
        let names: BTreeSet<_> = entries.iter().map(|(_, path)| path.rsplit('/').next().unwrap()).collect();
        assert_eq!(names.len(), entries.len(), "they lie in one directory");
        for (sum, path) in entries {
            assert!(sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}");
        }
        assert!(names.contains(format!("kafka_2.13-{VERSION}.jar").as_str()));
    }
}
