//! What messages give: own samples with snapshots, published samples, and properties.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod cloud_events;
#[cfg(test)]
mod course;
#[cfg(test)]
mod fhir;
#[cfg(test)]
mod fhir_answers;
#[cfg(test)]
mod fhir_author;
#[cfg(test)]
mod fhir_consent;
#[cfg(test)]
mod fhir_identities;
#[cfg(test)]
mod fhir_mutations;
#[cfg(test)]
mod fhir_order;
#[cfg(test)]
mod fhir_places;
#[cfg(test)]
mod fhir_published;
#[cfg(test)]
mod fhir_resources;
#[cfg(test)]
mod fhir_table;
#[cfg(test)]
mod fhir_versions;
#[cfg(test)]
mod leaks;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod numbers_ended;
mod permitted;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sample_of;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod social;
#[cfg(test)]
mod social_times;
#[cfg(test)]
mod support;
#[cfg(test)]
mod table;
#[cfg(test)]
mod used_codes;
#[cfg(test)]
mod validator;
#[cfg(test)]
mod visit_times;
#[cfg(test)]
mod visits;
