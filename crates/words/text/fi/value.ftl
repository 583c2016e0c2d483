# Rajapinnan luettelojen arvot, nimet tiedostoista proto/rinnakkain/care/v1.

not-reported = ei ilmoitettu

register-unspecified = { not-reported }
register-patient = potilasrekisteri
register-social = sosiaalihuollon asiakasrekisteri

coverage-unspecified = { not-reported }
coverage-stays = hoitojaksot
coverage-referrals = lähetteet ja yhteydenotot
coverage-health-social-work = terveyssosiaalityö
coverage-clientships = asiakkuudet
coverage-workers = työntekijät
coverage-duty-contacts = sosiaalipäivystyksen kontaktit

doubt-unspecified = { no-reason }
doubt-nothing-connected = mikään liitetty järjestelmä ei kata tätä tietoa
doubt-source-silent = järjestelmästä ei ole tullut tietoja määräajassa
doubt-message-rejected = asiakasta koskeva viesti on hylätty ja odottaa käsittelyä
doubt-not-understood = tiedoissa on jotain, mitä tämä ohjelmaversio ei tunnista
doubt-identity-ambiguous = tunnus kuuluu useammalle kuin yhdelle asiakkaalle
doubt-unclear = jotain on ilmoitettu, mutta se ei riitä vastaukseen
doubt-records-missing = vastaanotettuja viestejä saattaa puuttua
doubt-unidentified = järjestelmässä on joku, jota ei voida tunnistaa: hän voi olla kuka tahansa
doubt-rejected-unnamed = hylättyjä viestejä, joista asiakas ei ilmene, odottaa käsittelyä: ne voivat koskea ketä tahansa

worker-role-unspecified = roolia ei ilmoitettu
worker-role-own-worker = omatyöntekijä
worker-role-responsible-worker = muu vastaava työntekijä
worker-role-work-pair = työpari
worker-role-childs-social-worker = lapsen asioista vastaava sosiaalityöntekijä
worker-role-health-social-worker = terveyssosiaalityöntekijä
worker-role-case-manager = asiakasvastaava
worker-role-duty-social-service = sosiaalipäivystys

not-named-why-unspecified = { no-clientship }
not-named-why-responsible-worker = Muu vastaava työntekijä on nimetty (1301/2014 42 §).
not-named-why-childs-social-worker = Lapsen asioista vastaava sosiaalityöntekijä on nimetty (417/2007 13 b §).
not-named-why-unnecessary = Nimeäminen on lähteen mukaan ilmeisen tarpeetonta (1301/2014 42 §).
not-named-why-not-known = EI TIEDOSSA, miksi ketään ei ole nimetty.

involvement-kind-unspecified = { not-reported }
involvement-kind-emergency-visit = päivystyskäynti
involvement-kind-stay-in-progress = osastohoitojakso
involvement-kind-planned-discharge = suunniteltu uloskirjaus
involvement-kind-presence = sairaalassa, käynnin laji ei ole tiedossa
involvement-kind-health-social-work = terveyssosiaalityö

relay-unspecified = suoraan
relay-transmitted = välitetty
relay-translated = muunnettu

stay-class-unspecified = { not-reported }
stay-class-emergency = päivystyskäynti
stay-class-inpatient = osastohoitojakso
stay-class-outpatient = avohoitokäynti

stay-status-unspecified = { not-reported }
stay-status-planned = ei vielä alkanut
stay-status-in-progress = jatkuu
stay-status-ended = päättynyt
stay-status-cancelled = peruttu
stay-status-unknown = EI TIEDOSSA
stay-status-on-leave = kotilomalla, jakso jatkuu

service-status-unspecified = { not-reported }
service-status-agreed = aloitus sovittu
service-status-started = käynnissä
service-status-ended = päättynyt

referral-status-unspecified = { not-reported }
referral-status-requested = ei vielä vastausta
referral-status-accepted = hyväksytty
referral-status-rejected = ei hyväksytty
referral-status-in-progress = työ aloitettu
referral-status-on-hold = odottaa
referral-status-completed = valmis
referral-status-cancelled = peruttu
referral-status-failed = ei voitu toteuttaa

referral-kind-unspecified = { not-reported }
referral-kind-referral = lähete
referral-kind-contact = yhteydenotto
referral-kind-notice = ilmoitus

task-unspecified = { not-reported }
task-health-social-work = terveyssosiaalityö
task-client-work = sosiaalihuollon asiakastyö
task-needs-assessment = palvelutarpeen arviointi
task-duty-social-service = sosiaalipäivystys

purpose-unspecified = { not-reported }
purpose-care-coordination = hoidon ja palvelujen yhteensovittaminen
purpose-needs-assessment = palvelutarpeen arviointi
purpose-urgent-help = kiireellinen apu
purpose-discharge-planning = kotiutuksen suunnittelu
