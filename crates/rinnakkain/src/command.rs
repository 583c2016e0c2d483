//! The operator's commands: a file or a folder each.
//!
//! # Adding a command
//! A file here with its arguments and `fn run`, its variant in [`Command`] and its arm in [`Command::run`].

mod backup;
mod check;
mod check_keys;
mod completions;
mod confirm;
mod directory;
mod feed;
mod hash_token;
mod input;
mod journal;
mod log;
mod looks;
mod man;
mod message;
mod migrate;
mod new_keys;
mod person;
mod pki;
mod probe;
mod quarantine;
mod read_as;
mod rebuild;
mod retranslate;
mod review;
mod rotate_seal;
mod send;
mod sources;
mod status;
mod translate;
mod unmapped;
mod with_database;

use crate::ask;
use crate::config::{Config, Invalid};
use crate::role::{self, Roles};
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Command {
    /// Take messages in, keep the view, answer questions
    Run,
    /// Only take messages in, into Kafka
    Ingest,
    /// Only apply what Kafka holds
    Project,
    /// Only answer questions
    Serve,
    /// Only show the duty page: a client of the API, for browsers
    Page,
    /// Show on one screen what is well and what is not, for on-call staff
    Status(status::Status),
    /// Show the configuration without its secrets, try what it names, and advise on each failure
    Check(check::Check),
    /// Kafka between ingest and projection: its progress and its gaps
    Journal(journal::Journal),
    /// Fold every client's history again
    Rebuild(rebuild::Rebuild),
    /// Refused messages: count them, list them, show one, redrive or close them
    Quarantine(quarantine::Quarantine),
    /// Show which events and which answer messages would yield, storing nothing
    Translate(translate::Translate),
    /// Show what a feed contains and what of it is not configured, with the lines to write, from files or kept messages
    Feed(feed::Feed),
    /// Translate kept messages again, after an adapter or a source's configuration was corrected
    Retranslate(retranslate::Retranslate),
    /// Count the messages received from each source, by outcome
    Sources(sources::Sources),
    /// Records for which a person must decide whether they are the same client: list, decide
    Review(review::Review),
    /// Received messages: find them by id or time, show one
    Message(message::Message),
    /// Who is who: the records that an identifier finds, what a record consists of, and taking back what joined two
    Person(person::Person),
    /// Who asked about a client, or what a user asked: the access log
    Log(log::Log),
    /// Send files as a source would, and print the answers
    Send(send::Send),
    /// Ask about a client
    Ask(ask::AskArgs),
    /// Whom to ring: try the directory's files, show who can be rung, print the page on paper
    Directory(directory::DirectoryArgs),
    /// Bring a database's schema up to this version
    Migrate(migrate::Migrate),
    /// Run one of PostgreSQL's tools on the database: psql, pg_dump
    WithDatabase(with_database::WithDatabase),
    /// Ask whether a role is alive or ready (for containers)
    Probe(probe::Probe),
    /// Print the SHA-256 of a token from standard input, for the configuration
    HashToken,
    /// Compare the key file with the database, or with a backup
    CheckKeys(check_keys::CheckKeys),
    /// Add a sealing key to a key file, and later use it
    RotateSeal(rotate_seal::RotateSeal),
    /// Make a key file
    NewKeys(new_keys::NewKeys),
    /// Make certificates to try TLS with, and show certificates
    Pki(pki::Pki),
    /// Print completions for a shell
    Completions(completions::Completions),
    /// Print the manual page, or write those of all commands
    Man(man::Man),
}

impl Command {
    /// `load` reads the configuration, for the commands that need it; `program` describes all of them.
    pub async fn run(
        self,
        load: impl FnOnce() -> Result<Config, Invalid>,
        program: fn() -> clap::Command,
    ) -> anyhow::Result<ExitCode> {
        // A role's future is large: on the heap, so that every command's need not be.
        let role = |config, roles| Box::pin(role::run(config, roles));
        match self {
            Self::Run => role(load()?, Roles::ALL).await,
            Self::Ingest => role(load()?, Roles::INGEST).await,
            Self::Project => role(load()?, Roles::PROJECT).await,
            Self::Serve => role(load()?, Roles::SERVE).await,
            Self::Page => Box::pin(role::page::run(load()?)).await,
            Self::Status(status) => status.run(load).await,
            Self::CheckKeys(check_keys) => check_keys.run(load).await,
            Self::RotateSeal(rotate_seal) => rotate_seal.run(),
            Self::Check(check) => check.run(load).await,
            Self::Journal(journal) => journal.run(load).await,
            Self::Rebuild(rebuild) => rebuild.run(load).await,
            Self::Quarantine(quarantine) => quarantine.run(load).await,
            Self::Translate(translate) => translate.run(load),
            Self::Feed(feed) => feed.run(load).await,
            Self::Retranslate(retranslate) => retranslate.run(load).await,
            Self::Sources(sources) => sources.run(load).await,
            Self::Review(review) => review.run(load).await,
            Self::Message(message) => message.run(load).await,
            Self::Person(person) => person.run(load).await,
            Self::Log(log) => log.run(load).await,
            Self::Send(send) => send.run().await,
            Self::Ask(ask) => ask::run(ask).await.map(|()| ExitCode::SUCCESS),
            Self::Directory(directory) => directory.run(load),
            Self::Migrate(migrate) => migrate.run(load).await,
            Self::WithDatabase(with_database) => with_database.run(load).await,
            Self::Probe(probe) => probe.run().await,
            Self::HashToken => hash_token::run(),
            Self::NewKeys(new_keys) => new_keys.run(),
            Self::Pki(pki) => pki.run(),
            Self::Completions(completions) => completions.run(program()),
            Self::Man(man) => man.run(program()),
        }
    }
}
