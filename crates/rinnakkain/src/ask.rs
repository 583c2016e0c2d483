//! `rinnakkain ask`: a client of the gRPC API, for a person at a terminal or a program.
//!
//! The client's identifier comes from a hidden prompt or from standard input, never from the command line, where every
//! process of the machine could read it. The answer is shown in words and tables, in Finnish, Swedish or English, or as
//! the API's own JSON (`--json`).

mod answer;
mod call;
mod consent;
mod input;
mod lane_text;
mod locale;
mod people_text;
mod referral_text;
mod short;
mod social_text;
mod standing_text;
mod text;

pub use input::identifier;

use crate::{output, tls};
use anyhow::ensure;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use event::HETU_SYSTEM;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use words::{Language, Phrase};

const EXAMPLES: &str = "\
Examples:
  rinnakkain ask involvement --token-file duty.token --user mv12 --task duty-social-service \\
      --purpose urgent-help --no-case-yet
      asks for the identity code on the terminal, without showing it
  rinnakkain ask workers --json --token-file social.token --user mv12 --task client-work \\
      --purpose care-coordination --case 2026-17 < identity-code
      one JSON object for a program: the response of the gRPC API as proto3 JSON

\"Not known\" never means \"none\": below each answer stand the sources it rests on, and how old the last message of each is.";

/// Ask the API about a client; the identifier comes from a hidden prompt or standard input.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct AskArgs {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// Who works with the client now
    Workers(Asking),
    /// Who the own worker (omatyöntekijä) is
    OwnWorker(Asking),
    /// Whether a hospital is involved
    Involvement(Asking),
    /// The health lane and the social lane, side by side
    View(Asking),
    /// What was reported, by which source and when
    Timeline(Asking),
    /// Record that the client consents to a disclosure to health care
    Consent(consent::Consent),
    /// Record that the client withdraws a consent
    WithdrawConsent(consent::Withdrawal),
}

/// Who asks whom, why, and how the answer is shown.
#[derive(Args)]
struct Asking {
    /// The API: http://HOST:PORT, or https://HOST:PORT
    #[arg(long, env = "RINNAKKAIN_SERVER", default_value = "http://127.0.0.1:50051", value_name = "URL")]
    server: String,
    #[command(flatten)]
    tls: tls::Client,
    /// Send the question to another machine without TLS (a tunnel or a proxy has it)
    #[arg(long)]
    without_tls: bool,
    /// A file with the calling system's token
    #[arg(long, env = "RINNAKKAIN_TOKEN_FILE", value_name = "FILE")]
    token_file: PathBuf,
    /// The identifier's system
    #[arg(long, default_value = HETU_SYSTEM)]
    system: String,
    /// The professional who asks, by the calling system's id
    #[arg(long)]
    user: String,
    /// The task for which they ask
    #[arg(long)]
    task: Task,
    /// Why they ask
    #[arg(long)]
    purpose: Purpose,
    #[command(flatten)]
    case: Case,
    /// Declare a basis that nothing in the record shows; why is asked at the terminal, or is the second line of standard input
    #[arg(long, value_name = "BASIS", conflicts_with = "as_of")]
    declare: Option<Basis>,
    /// As it was known then, as 2026-11-22T14:00:00+02:00
    #[arg(long, value_name = "TIME")]
    as_of: Option<Timestamp>,
    /// For programs: one JSON object, the API's response as proto3 JSON
    #[arg(long)]
    json: bool,
    /// The language of the answer; without it, that of the terminal (LC_ALL, LC_MESSAGES, LANG), else English
    #[arg(long, env = "RINNAKKAIN_LANGUAGE", value_parser = language())]
    language: Option<Language>,
    /// The time zone in which times are shown, as the service's `time_zone`
    #[arg(long, env = "RINNAKKAIN_TIME_ZONE", default_value = "Europe/Helsinki", value_parser = TimeZone::get)]
    zone: TimeZone,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Case {
    /// The case for which they ask
    #[arg(long = "case", value_name = "REFERENCE")]
    reference: Option<String>,
    /// No case is open yet
    #[arg(long)]
    no_case_yet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Task {
    HealthSocialWork,
    ClientWork,
    NeedsAssessment,
    DutySocialService,
    ServiceArranging,
    ServiceDelivery,
}

#[derive(Clone, Copy, ValueEnum)]
enum Purpose {
    CareCoordination,
    NeedsAssessment,
    UrgentHelp,
    DischargePlanning,
}

/// What the service's configuration lets the system's users declare; see deploy/law.md.
#[derive(Clone, Copy, ValueEnum)]
enum Basis {
    NoCapacity,
    Authority,
    NeedOfCare,
    ChildsInterest,
    VitalInterest,
}

/// Asks, and prints the answer.
pub async fn run(args: AskArgs) -> anyhow::Result<()> {
    let asking = args.question.asking();
    let language = asking.language();
    ensure!(
        asking.without_tls || asking.server.starts_with("https://") || is_loopback(&asking.server),
        language.say(Phrase::WithoutTls { server: &asking.server })
    );
    let token = input::token(&asking.token_file, language)?;
    let identifier = input::identifier(language)?;
    let reason = asking.declare.map(|_| input::reason(language)).transpose()?;
    let declared = asking.declare.zip(reason.as_deref().map(String::as_str));
    let mut call = call::Call::connect(asking, (&token, &identifier), declared).await?;
    let answer = match &args.question {
        Question::Workers(_) => call.workers().await?,
        Question::OwnWorker(_) => call.own_worker().await?,
        Question::Involvement(_) => call.involvement().await?,
        Question::View(_) => call.view().await?,
        Question::Timeline(_) => call.timeline().await?,
        Question::Consent(it) => call.consent(&it.id, &it.service_tasks).await?,
        Question::WithdrawConsent(it) => call.withdraw_consent(&it.id).await?,
    };
    let shown = if asking.json {
        answer.json()? + "\n"
    } else {
        text::Text { language, zone: asking.zone.clone(), width: output::width() }.of(&answer)
    };
    Ok(output::print(&shown)?)
}

impl Asking {
    fn language(&self) -> Language {
        self.language.unwrap_or_else(locale::language)
    }
}

impl Question {
    fn asking(&self) -> &Asking {
        match self {
            Self::Workers(asking)
            | Self::OwnWorker(asking)
            | Self::Involvement(asking)
            | Self::View(asking)
            | Self::Timeline(asking)
            | Self::Consent(consent::Consent { asking, .. })
            | Self::WithdrawConsent(consent::Withdrawal { asking, .. }) => asking,
        }
    }
}

/// The languages, as clap lists them.
pub fn language() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::ALL.map(Language::code_name)).try_map(|code| code.parse::<Language>())
}

/// An `http` URL of this machine.
fn is_loopback(server: &str) -> bool {
    let authority = server.strip_prefix("http://").unwrap_or_default().split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        ask: AskArgs,
    }

    #[test]
    fn a_question_needs_a_case_or_the_word_that_there_is_none() {
        use clap::Parser;
        let parse = |more: &str| {
            let usual = "ask workers --token-file t --user u --task client-work --purpose care-coordination ";
            Cli::try_parse_from(format!("{usual}{more}").split_whitespace()).is_ok()
        };
        assert!(parse("--no-case-yet") && parse("--case c-1 --json --language fi"));
        assert!(!parse("") && !parse("--case c-1 --no-case-yet") && !parse("--no-case-yet 020516C903K"));
        assert!(parse("--no-case-yet --as-of 2026-11-22T14:00:00Z"), "every question can be of another time");
        assert!(!parse("--no-case-yet --as-of yesterday"));
        assert!(parse("--no-case-yet --language sv --zone Europe/Stockholm"));
        assert!(!parse("--no-case-yet --language de") && !parse("--no-case-yet --zone Europe/Kuopio"));
    }

    #[test]
    fn another_machine_is_known_as_one() {
        for here in ["http://127.0.0.1:50051", "http://localhost:1", "http://[::1]:50051/", "http://127.0.0.1"] {
            assert!(is_loopback(here), "{here}");
        }
        for there in [
            "http://10.0.0.1:50051",
            "http://localhost.example:1",
            "https://example.fi",
            "127.0.0.1:1",
            "http://[::2]:1",
        ] {
            assert!(!is_loopback(there), "{there}");
        }
    }
}
