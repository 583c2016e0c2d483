//! Who may ask what.

use care::access::{CallerRefused, CallerSide, Purpose, Query, RULES, Task, admit};
use std::collections::BTreeMap;

#[test]
fn who_may_ask_what() {
    let sides = [CallerSide::Health, CallerSide::Social, CallerSide::Duty];
    let tasks = [
        Task::HealthSocialWork,
        Task::ClientWork,
        Task::NeedsAssessment,
        Task::DutySocialService,
        Task::ServiceArranging,
        Task::ServiceDelivery,
    ];
    let purposes =
        [Purpose::CareCoordination, Purpose::NeedsAssessment, Purpose::UrgentHelp, Purpose::DischargePlanning];
    let mut admitted = BTreeMap::new();
    for side in sides {
        for task in tasks {
            assert_eq!(admit(side, &[], task, Purpose::UrgentHelp, Query::GetOwnWorker), Err(CallerRefused::Task));
            for purpose in purposes {
                let may = Query::ALL.iter().filter(|query| admit(side, &tasks, task, purpose, **query).is_ok());
                let may: Vec<_> = may.map(|query| query.name()).collect();
                if !may.is_empty() {
                    admitted.insert((side, task, purpose), may.len());
                }
            }
        }
    }
    // What is not in this table is refused: default deny.
    let expected = BTreeMap::from([
        ((CallerSide::Health, Task::HealthSocialWork, Purpose::CareCoordination), 7),
        ((CallerSide::Health, Task::HealthSocialWork, Purpose::DischargePlanning), 7),
        ((CallerSide::Social, Task::ClientWork, Purpose::CareCoordination), 7),
        ((CallerSide::Social, Task::ClientWork, Purpose::DischargePlanning), 7),
        ((CallerSide::Social, Task::ClientWork, Purpose::UrgentHelp), 7),
        ((CallerSide::Social, Task::NeedsAssessment, Purpose::NeedsAssessment), 7),
        ((CallerSide::Social, Task::ServiceArranging, Purpose::CareCoordination), 5),
        ((CallerSide::Social, Task::ServiceArranging, Purpose::DischargePlanning), 5),
        ((CallerSide::Social, Task::ServiceDelivery, Purpose::CareCoordination), 5),
        ((CallerSide::Social, Task::ServiceDelivery, Purpose::DischargePlanning), 5),
        ((CallerSide::Duty, Task::DutySocialService, Purpose::UrgentHelp), 8),
        ((CallerSide::Duty, Task::DutySocialService, Purpose::NeedsAssessment), 8),
    ]);
    assert_eq!(admitted, expected);
    assert!(RULES.iter().all(|rule| !rule.provision.is_empty()), "every rule rests on a provision");
}
