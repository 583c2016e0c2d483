# The values of the API's enums, by their names in proto/rinnakkain/care/v1.

not-reported = not reported

register-unspecified = { not-reported }
register-patient = patient register
register-social = social register

coverage-unspecified = { not-reported }
coverage-stays = stays
coverage-referrals = referrals
coverage-health-social-work = health social work
coverage-clientships = clientships
coverage-workers = workers
coverage-duty-contacts = duty contacts

doubt-unspecified = { no-reason }
doubt-nothing-connected = no connected source covers it
doubt-source-silent = a source has not reported in time
doubt-message-rejected = a message about the client was rejected and waits to be handled
doubt-not-understood = the record contains something that this version does not understand
doubt-identity-ambiguous = the identifier belongs to more than one client
doubt-unclear = something was reported, but not enough for an answer
doubt-records-missing = received messages may be missing
doubt-unidentified = a source has somebody who cannot be identified: it may be anybody
doubt-rejected-unnamed = rejected messages that identify no client wait to be handled: they may be about anybody

worker-role-unspecified = role not reported
worker-role-own-worker = own worker
worker-role-responsible-worker = responsible worker
worker-role-work-pair = work pair
worker-role-childs-social-worker = child's social worker
worker-role-health-social-worker = health social worker
worker-role-case-manager = case manager
worker-role-duty-social-service = duty social service

not-named-why-unspecified = { no-clientship }
not-named-why-responsible-worker = Another responsible worker is named (1301/2014 42 §).
not-named-why-childs-social-worker = The child's social worker is named (417/2007 13 b §).
not-named-why-unnecessary = Naming is obviously unnecessary, according to the source (1301/2014 42 §).
not-named-why-not-known = Why nobody is named is NOT KNOWN.

involvement-kind-unspecified = { not-reported }
involvement-kind-emergency-visit = emergency visit
involvement-kind-stay-in-progress = stay on a ward
involvement-kind-planned-discharge = planned discharge
involvement-kind-presence = at a hospital, the kind of visit is not known
involvement-kind-health-social-work = health social work

relay-unspecified = direct
relay-transmitted = passed on
relay-translated = translated

stay-class-unspecified = { not-reported }
stay-class-emergency = emergency visit
stay-class-inpatient = stay on a ward
stay-class-outpatient = outpatient visit

stay-status-unspecified = { not-reported }
stay-status-planned = not started
stay-status-in-progress = there now
stay-status-ended = ended
stay-status-cancelled = cancelled
stay-status-unknown = NOT KNOWN
stay-status-on-leave = on leave, the stay continues

service-status-unspecified = { not-reported }
service-status-agreed = start agreed
service-status-started = in progress
service-status-ended = ended

referral-status-unspecified = { not-reported }
referral-status-requested = no answer yet
referral-status-accepted = accepted
referral-status-rejected = not accepted
referral-status-in-progress = work has started
referral-status-on-hold = on hold
referral-status-completed = completed
referral-status-cancelled = withdrawn
referral-status-failed = could not be carried out

referral-kind-unspecified = { not-reported }
referral-kind-referral = referral
referral-kind-contact = contact
referral-kind-notice = notice

task-unspecified = { not-reported }
task-health-social-work = health social work
task-client-work = client work
task-needs-assessment = assessment of the need for services
task-duty-social-service = duty social service

purpose-unspecified = { not-reported }
purpose-care-coordination = coordination of care and services
purpose-needs-assessment = assessment of the need for services
purpose-urgent-help = urgent help
purpose-discharge-planning = planning of a discharge
