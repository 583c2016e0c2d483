# Värdena i gränssnittets uppräkningar, med namnen i proto/rinnakkain/care/v1.

not-reported = inte uppgett

register-unspecified = { not-reported }
register-patient = patientregister
register-social = klientregister

coverage-unspecified = { not-reported }
coverage-stays = vårdperioder
coverage-referrals = remisser och kontakttaganden
coverage-health-social-work = hälsosocialt arbete
coverage-clientships = klientrelationer
coverage-workers = personal
coverage-duty-contacts = socialjourens kontakter

doubt-unspecified = { no-reason }
doubt-nothing-connected = inget anslutet system omfattar uppgiften
doubt-source-silent = ett system har inte lämnat uppgifter i tid
doubt-message-rejected = ett meddelande om klienten har avvisats och väntar på manuell hantering
doubt-not-understood = uppgifterna innehåller något som denna programversion inte förstår
doubt-identity-ambiguous = beteckningen hör till fler än en klient
doubt-unclear = något har uppgetts, men det räcker inte för ett svar
doubt-records-missing = mottagna meddelanden kan saknas
doubt-unidentified = ett system har någon som inte kan identifieras: det kan vara vem som helst
doubt-rejected-unnamed = avvisade meddelanden som inte anger någon klient väntar på manuell hantering: de kan gälla vem som helst

worker-role-unspecified = roll inte uppgiven
worker-role-own-worker = egen kontaktperson
worker-role-responsible-worker = annan ansvarig
worker-role-work-pair = arbetspar
worker-role-childs-social-worker = socialarbetare som ansvarar för barnets angelägenheter
worker-role-health-social-worker = hälsosocialarbetare
worker-role-case-manager = klientansvarig
worker-role-duty-social-service = socialjour

not-named-why-unspecified = { no-clientship }
not-named-why-responsible-worker = En annan ansvarig har utsetts (1301/2014 42 §).
not-named-why-childs-social-worker = En socialarbetare som ansvarar för barnets angelägenheter har utsetts (417/2007 13 b §).
not-named-why-unnecessary = Det är enligt källan uppenbart onödigt att utse någon (1301/2014 42 §).
not-named-why-not-known = UPPGIFT SAKNAS om varför ingen har utsetts.

involvement-kind-unspecified = { not-reported }
involvement-kind-emergency-visit = jourbesök
involvement-kind-stay-in-progress = vårdperiod på avdelning
involvement-kind-planned-discharge = planerad utskrivning
involvement-kind-presence = på sjukhus, typen av besök är inte känd
involvement-kind-health-social-work = hälsosocialt arbete

relay-unspecified = direkt
relay-transmitted = förmedlat
relay-translated = omvandlat

stay-class-unspecified = { not-reported }
stay-class-emergency = jourbesök
stay-class-inpatient = vårdperiod på avdelning
stay-class-outpatient = öppenvårdsbesök

stay-status-unspecified = { not-reported }
stay-status-planned = har inte börjat
stay-status-in-progress = pågår
stay-status-ended = avslutad
stay-status-cancelled = annullerad
stay-status-unknown = UPPGIFT SAKNAS
stay-status-on-leave = på permission, perioden fortsätter

service-status-unspecified = { not-reported }
service-status-agreed = start överenskommen
service-status-started = pågår
service-status-ended = avslutad

referral-status-unspecified = { not-reported }
referral-status-requested = inget svar ännu
referral-status-accepted = godkänd
referral-status-rejected = inte godkänd
referral-status-in-progress = arbetet har påbörjats
referral-status-on-hold = väntar
referral-status-completed = slutförd
referral-status-cancelled = återtagen
referral-status-failed = kunde inte genomföras

referral-kind-unspecified = { not-reported }
referral-kind-referral = remiss
referral-kind-contact = kontakttagande
referral-kind-notice = anmälan

task-unspecified = { not-reported }
task-health-social-work = hälsosocialt arbete
task-client-work = klientarbete inom socialvården
task-needs-assessment = bedömning av servicebehovet
task-duty-social-service = socialjour

purpose-unspecified = { not-reported }
purpose-care-coordination = samordning av vård och service
purpose-needs-assessment = bedömning av servicebehovet
purpose-urgent-help = brådskande hjälp
purpose-discharge-planning = planering av utskrivning
