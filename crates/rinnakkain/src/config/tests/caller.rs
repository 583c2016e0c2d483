//! Calling systems.

use super::problems;

/// What no task of a caller may declare by the law is a mistake, and not a right that never opens anything.
#[test]
fn a_caller_declares_what_one_of_its_tasks_may() {
    let with = |side: &str, task: &str, declares: &str| {
        let caller = format!("[[caller]]\nname = 'a'\nside = '{side}'\ntasks = ['{task}']\ndeclares = [{declares}]");
        problems(&format!("{caller}\ntoken_sha256 = '{}'", "0".repeat(64)))
    };
    let no_task = "no-capacity: no task of this caller may declare it";
    assert!(!with("health", "health-social-work", "'no-capacity'").contains("declare"));
    assert!(!with("duty", "duty-social-service", "'no-capacity', 'need-of-care'").contains("declare"));
    assert!(with("social", "service-delivery", "'no-capacity'").contains(no_task));
    assert!(with("health", "health-social-work", "'authority'").contains("authority: no task of this caller"));
    assert!(with("health", "health-social-work", "'urgent'").contains("declares"), "not one of the law's");
}
