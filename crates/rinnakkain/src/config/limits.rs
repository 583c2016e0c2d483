//! How long what nobody ends counts.

use super::file;
use super::problems::Problems;
use care::Limits;

/// What the lengths of time mean.
pub fn limits(file: &file::Limits, problems: &mut Problems) -> Limits {
    let mut seconds = |key: &str, text: &str| problems.days(&format!("limits.{key}"), text);
    Limits {
        clinic_visit_seconds: seconds("clinic_visit", &file.clinic_visit),
        emergency_visit_seconds: seconds("emergency_visit", &file.emergency_visit),
        class_not_told_seconds: seconds("class_not_told", &file.class_not_told),
        inpatient_stay_seconds: seconds("inpatient_stay", &file.inpatient_stay),
        unplaced_seconds: seconds("unplaced", &file.unplaced),
        unanswered_referral_seconds: seconds("unanswered_referral", &file.unanswered_referral),
        unfinished_assessment_seconds: seconds("unfinished_assessment", &file.unfinished_assessment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_the_configuration_leaves_out_is_what_the_rules_have() {
        assert_eq!(limits(&file::Limits::default(), &mut Problems::default()), Limits::default());
    }

    #[test]
    fn lengths_of_time_are_read_and_nonsense_is_told_by_its_place() {
        let text = "notices_answered = true\n[limits]\nclinic_visit = \"90m\"\nunanswered_referral = \"14d\"";
        let county = Config::of_text(text).unwrap_or_else(|invalid| panic!("{invalid}")).county;
        assert!(county.notices_answered);
        let expected =
            Limits { clinic_visit_seconds: 5_400, unanswered_referral_seconds: 14 * 86_400, ..Limits::default() };
        assert_eq!(county.limits, expected);
        for wrong in ["0", "0s", "-1h", "soon", "20y", ""] {
            let text = format!("[limits]\nemergency_visit = \"{wrong}\"");
            let invalid = Config::of_text(&text).err().map(|it| it.to_string()).unwrap_or_default();
            assert!(invalid.contains("limits.emergency_visit"), "{wrong}: {invalid}");
        }
    }
}
