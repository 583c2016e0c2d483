//! The words shown to staff, in three languages. One word for one thing, everywhere.

use clap::ValueEnum;

/// The language of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// English.
    En,
    /// Finnish.
    Fi,
    /// Swedish.
    Sv,
}

impl Language {
    /// The words for `key`; a key without words is shown as it is.
    pub(super) fn word(self, key: &str) -> &str {
        let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == key) else { return key };
        match self {
            Self::En => words[0],
            Self::Fi => words[1],
            Self::Sv => words[2],
        }
    }

    /// How a time is written, for `strftime`.
    pub(super) fn time(self) -> &'static str {
        match self {
            Self::En => "%Y-%m-%d %H:%M",
            Self::Fi => "%-d.%-m.%Y %-H.%M",
            Self::Sv => "%-d.%-m.%Y %H:%M",
        }
    }
}

/// Key, and English, Finnish, Swedish.
#[rustfmt::skip]
const WORDS: &[(&str, [&str; 3])] = &[
    ("identifier", ["Identity code", "Henkilötunnus", "Personbeteckning"]),
    // Headings.
    ("workers", ["Who works with the client", "Ketkä työskentelevät asiakkaan kanssa", "Vilka arbetar med klienten"]),
    ("own-worker-heading", ["Own worker", "Omatyöntekijä", "Egen kontaktperson"]),
    ("involvement", ["Is a hospital involved", "Onko sairaala mukana", "Är ett sjukhus involverat"]),
    ("view", ["Parallel view", "Rinnakkaisnäkymä", "Parallellvy"]),
    ("timeline", ["Timeline", "Aikajana", "Tidslinje"]),
    ("rests-on", ["What this answer rests on", "Mihin vastaus perustuu", "Vad svaret grundar sig på"]),
    ("health", ["HEALTH LANE – patient register", "TERVEYS – potilasrekisteri", "HÄLSA – patientregister"]),
    ("social", ["SOCIAL LANE – social register", "SOSIAALI – sosiaalihuollon asiakasrekisteri", "SOCIAL – klientregister inom socialvården"]),
    ("stays", ["Stays", "Hoitojaksot", "Vårdperioder"]),
    ("referrals", ["Referrals, contacts and notices", "Lähetteet, yhteydenotot ja ilmoitukset", "Remisser, kontakter och anmälningar"]),
    ("cases", ["Cases opened", "Vireillä olevat asiat", "Anhängiga ärenden"]),
    ("assessments", ["Assessments of the need for services", "Palvelutarpeen arvioinnit", "Bedömningar av servicebehovet"]),
    ("clientships", ["Clientships", "Asiakkuudet", "Klientrelationer"]),
    ("workers-now", ["Workers now", "Työntekijät nyt", "Arbetstagare nu"]),
    ("ended_assignments", ["Workers before", "Työntekijät aiemmin", "Tidigare arbetstagare"]),
    ("health_social_work", ["Health social work", "Terveyssosiaalityö", "Hälsosocialt arbete"]),
    ("duty_contacts", ["Contacts of the duty social service", "Sosiaalipäivystyksen kontaktit", "Socialjourens kontakter"]),
    ("unplaced", ["Messages that could be tied to nothing", "Viestejä, joita ei voitu kohdistaa", "Meddelanden som inte kunde kopplas"]),
    ("decisions", ["Decisions", "Päätökset", "Beslut"]), ("services", ["Services", "Palvelut", "Tjänster"]), ("plans", ["Plans", "Suunnitelmat", "Planer"]),
    ("cooperation_requests", ["Requests to work together", "Yhteistyöpyynnöt", "Begäranden om samarbete"]), ("contacts", ["Contacts told", "Ilmoitettuja kontakteja", "Rapporterade kontakter"]),
    // Columns.
    ("role", ["Role", "Rooli", "Roll"]), ("who", ["Who", "Kuka", "Vem"]), ("phone", ["Phone", "Puhelin", "Telefon"]),
    ("email", ["Email", "Sähköposti", "E-post"]), ("hours", ["Hours", "Tavoitettavissa", "Nås"]), ("unit", ["Unit", "Yksikkö", "Enhet"]),
    ("register", ["Register", "Rekisteri", "Register"]), ("since", ["Since", "Alkaen", "Sedan"]), ("until", ["Until", "Päättyen", "Till"]),
    ("transmitted", ["passed on", "välitetty", "förmedlat"]), ("translated", ["translated", "käännetty", "översatt"]),
    ("source", ["Told by", "Ilmoittaja", "Uppgiftslämnare"]), ("kind", ["What", "Mitä", "Vad"]), ("status", ["Status", "Tila", "Status"]),
    ("ended_at", ["Ended", "Päättynyt", "Avslutad"]), ("planned", ["Planned discharge", "Suunniteltu uloskirjaus", "Planerad utskrivning"]),
    ("ward", ["Ward", "Osasto", "Avdelning"]), ("answer", ["Answer", "Vastaus", "Svar"]), ("required_by", ["Wanted by", "Pyydetty viimeistään", "Önskas senast"]),
    ("reason", ["Reason", "Syy", "Orsak"]), ("started_at", ["Begun", "Aloitettu", "Påbörjad"]), ("finished_at", ["Ready", "Valmis", "Färdig"]),
    ("service_task", ["Service task", "Palvelutehtävä", "Serviceuppgift"]), ("handed_over_to", ["Handed over to", "Siirretty", "Överfört till"]),
    ("source-name", ["Source", "Lähde", "Källa"]), ("planned_for", ["Planned for", "Suunniteltu", "Planerad till"]),
    ("covers", ["Speaks for", "Kertoo", "Berättar om"]), ("heard", ["Last heard", "Viimeksi kuultu", "Senast hörd"]),
    ("rejected", ["Messages in quarantine", "Viestejä karanteenissa", "Meddelanden i karantän"]),
    ("happened_at", ["Happened", "Tapahtui", "Inträffade"]), ("recorded_at", ["Written", "Kirjattu", "Antecknad"]), ("received_at", ["Received", "Vastaanotettu", "Mottagen"]),
    ("contact", ["Contact", "Yhteys", "Kontakt"]), ("name", ["Name", "Nimi", "Namn"]), ("task", ["Task", "Tehtävä", "Uppgift"]),
    ("language", ["Language", "Kieli", "Språk"]), ("deceased", ["Deceased", "Kuollut", "Avliden"]), ("profession", ["Profession", "Ammatti", "Yrke"]),
    ("public_service_post", ["Public-service post", "Virkasuhde", "Tjänsteförhållande"]),
    ("own_worker_needed", ["Own worker needed", "Omatyöntekijä tarpeen", "Egen kontaktperson behövs"]), ("clientship", ["Clientship follows", "Asiakkuus alkaa", "Klientrelation följer"]),
    ("urgent_need", ["Urgent need", "Kiireellinen tarve", "Brådskande behov"]), ("outcome", ["Outcome", "Tulos", "Resultat"]), ("agreed_at", ["Agreed", "Sovittu", "Överenskommet"]),
    ("revised_at", ["Revised", "Tarkistettu", "Reviderad"]), ("review_by", ["To be looked at by", "Tarkistettava viimeistään", "Ses över senast"]),
    ("asked_of", ["Asked of", "Keneltä pyydetty", "Begärt av"]), ("confirmed_at", ["Contact confirmed", "Yhteystiedot vahvistettu", "Kontaktuppgifter bekräftade"]),
    // Roles.
    ("own-worker", ["own worker", "omatyöntekijä", "egen kontaktperson"]), ("responsible-worker", ["responsible worker", "vastaava työntekijä", "ansvarig arbetstagare"]),
    ("work-pair", ["work pair", "työpari", "arbetspar"]), ("childs-social-worker", ["child's social worker", "lapsen asioista vastaava sosiaalityöntekijä", "barnets socialarbetare"]),
    ("health-social-worker", ["health social worker", "terveyssosiaalityöntekijä", "hälsosocialarbetare"]), ("case-manager", ["case manager", "case manager", "case manager"]),
    ("duty-social-service", ["duty social service", "sosiaalipäivystys", "socialjour"]),
    // Values.
    ("patient", ["patient register", "potilasrekisteri", "patientregister"]), ("social-register", ["social register", "sosiaalihuolto", "klientregister"]),
    ("emergency", ["emergency visit", "päivystyskäynti", "jourbesök"]), ("inpatient", ["stay on a ward", "osastojakso", "vårdperiod"]),
    ("outpatient", ["outpatient visit", "avohoitokäynti", "öppenvårdsbesök"]), ("planned-class", ["planned stay", "suunniteltu jakso", "planerad vårdperiod"]), ("unspecified", ["not told", "ei kerrottu", "inte uppgett"]),
    ("planned-status", ["not there yet", "ei vielä alkanut", "inte där ännu"]), ("in-progress", ["there now", "jatkuu", "pågår"]), ("ended", ["ended", "päättynyt", "avslutad"]),
    ("cancelled", ["cancelled", "peruttu", "annullerad"]), ("unknown", ["NOT KNOWN", "EI TIEDOSSA", "INTE KÄNT"]),
    ("emergency-visit", ["emergency visit", "päivystyskäynti", "jourbesök"]), ("stay-in-progress", ["stay on a ward", "osastojakso", "vårdperiod"]),
    ("planned-discharge", ["planned discharge", "suunniteltu uloskirjaus", "planerad utskrivning"]), ("health-social-work", ["health social work", "terveyssosiaalityö", "hälsosocialt arbete"]),
    ("referral", ["referral", "lähete", "remiss"]), ("contact-word", ["contact", "yhteydenotto", "kontakt"]), ("notice", ["notice", "ilmoitus", "anmälan"]),
    ("pending", ["no answer yet", "ei vielä vastausta", "inget svar ännu"]), ("accepted", ["accepted", "vastaanotettu", "mottagen"]), ("rejected-word", ["not accepted", "ei vastaanotettu", "inte mottagen"]),
    ("expected-by", ["outcome by", "tulos viimeistään", "resultat senast"]), ("not-requested", ["the request has not come", "pyyntö ei ole tullut", "begäran har inte kommit"]),
    ("open", ["open", "voimassa", "i kraft"]), ("closed", ["closed", "päättynyt", "avslutad"]), ("yes", ["yes", "kyllä", "ja"]), ("no", ["no", "ei", "nej"]),
    ("planned-no-time", ["time not told", "aikaa ei kerrottu", "tid inte uppgiven"]), ("inferred", ["inferred: no visit number", "päätelty: ei käyntinumeroa", "härledd: inget besöksnummer"]),
    ("stays-word", ["stays", "hoitojaksoista", "vårdperioder"]), ("referrals-word", ["referrals", "lähetteistä", "remisser"]), ("clientships-word", ["clientships", "asiakkuuksista", "klientrelationer"]),
    ("health-social-work-word", ["health social work", "terveyssosiaalityöstä", "hälsosocialt arbete"]), ("workers-word", ["workers", "työntekijöistä", "arbetstagare"]), ("duty-contacts-word", ["duty contacts", "päivystyksen kontakteista", "jourkontakter"]),
    ("on-leave", ["on leave, the stay goes on", "lomalla, jakso jatkuu", "på permission, perioden fortsätter"]), ("back", ["expected back", "paluu", "väntas tillbaka"]),
    ("missing-from-list", ["not on its source's list of", "ei lähteensä listalla", "inte på källans lista"]),
    ("work-begun", ["work has begun", "työ aloitettu", "arbetet har börjat"]), ("on-hold", ["waits", "odottaa", "väntar"]), ("completed", ["done", "valmis", "slutförd"]),
    ("taken-back", ["taken back", "peruttu", "återtagen"]), ("failed", ["could not be done", "ei voitu toteuttaa", "kunde inte genomföras"]),
    ("contradicted", ["told later, and does not go with it", "myöhemmin kerrottu, ristiriidassa", "uppgavs senare, strider mot det"]),
    ("agreed", ["start agreed", "alku sovittu", "start överenskommen"]), ("service-started", ["is given", "käynnissä", "pågår"]), ("last", ["last", "viimeisin", "senaste"]),
    // How somebody is reached.
    ("away", ["AWAY", "POISSA", "BORTA"]), ("stands-in", ["stands in", "sijaistaa", "vikarierar"]),
    ("place-withheld", ["not shown: non-disclosure", "ei näytetä: turvakielto", "visas inte: spärrmarkering"]),
    ("non-disclosure", ["NON-DISCLOSURE for personal safety: nothing here may be passed on (661/2009 37 §).", "TURVAKIELTO: tietoja ei saa luovuttaa eteenpäin (661/2009 37 §).", "SPÄRRMARKERING: uppgifterna får inte lämnas vidare (661/2009 37 §)."]),
    ("not-told", ["somebody: who was not told", "joku: kuka, ei kerrottu", "någon: vem uppgavs inte"]),
    ("none-for-ward", ["the ward has no health social worker", "osastolla ei ole terveyssosiaalityöntekijää", "avdelningen har ingen hälsosocialarbetare"]),
    ("ward-not-listed", ["NOT KNOWN: the ward is not in the directory", "EI TIEDOSSA: osasto puuttuu hakemistosta", "INTE KÄNT: avdelningen saknas i katalogen"]),
    ("not-today", ["not there today", "ei paikalla tänään", "inte på plats i dag"]),
    // Answers.
    ("nobody", ["Nobody, by the connected sources: each that should have spoken has.", "Ei ketään kytkettyjen lähteiden mukaan: jokainen, jonka kuuluu kertoa, on kertonut.", "Ingen, enligt de anslutna källorna: var och en som ska berätta har gjort det."]),
    ("none", ["None, by the connected sources: each that should have spoken has.", "Ei ole kytkettyjen lähteiden mukaan: jokainen, jonka kuuluu kertoa, on kertonut.", "Inga, enligt de anslutna källorna: var och en som ska berätta har gjort det."]),
    ("all", ["No connected source is missing: each that should have spoken has.", "Yhtään kytkettyä lähdettä ei puutu: jokainen, jonka kuuluu kertoa, on kertonut.", "Ingen ansluten källa saknas: var och en som ska berätta har gjort det."]),
    ("not-known", ["NOT KNOWN. This does not mean none.", "EI TIEDOSSA. Tämä ei tarkoita, ettei ole.", "INTE KÄNT. Detta betyder inte att det inte finns."]),
    ("more-not-known", ["Whether this is all is NOT KNOWN.", "EI TIEDOSSA, ovatko tässä kaikki.", "INTE KÄNT om detta är allt."]),
    ("not-known-since", ["known until", "tiedossa asti", "känt till och med"]),
    ("involved", ["YES, a hospital is involved.", "KYLLÄ, sairaala on mukana.", "JA, ett sjukhus är involverat."]),
    ("not-involved", ["NO, by the connected sources: each that should have spoken has.", "EI kytkettyjen lähteiden mukaan: jokainen, jonka kuuluu kertoa, on kertonut.", "NEJ, enligt de anslutna källorna: var och en som ska berätta har gjort det."]),
    ("not-named", ["NOT NAMED, by the connected sources: each that should have spoken has.", "EI NIMETTY kytkettyjen lähteiden mukaan: jokainen, jonka kuuluu kertoa, on kertonut.", "INTE UTSEDD, enligt de anslutna källorna: var och en som ska berätta har gjort det."]),
    ("clientship-in-force", ["A clientship is in force: an own worker ought to be named.", "Asiakkuus on voimassa: omatyöntekijä pitäisi nimetä.", "En klientrelation är i kraft: en egen kontaktperson borde utses."]),
    ("no-clientship", ["No clientship is in force.", "Asiakkuutta ei ole voimassa.", "Ingen klientrelation är i kraft."]),
    ("withheld", ["Not shown to this asker, whether there is anything or not.", "Ei näytetä tälle kysyjälle, oli mitään tai ei.", "Visas inte för denna frågare, oavsett om något finns."]),
    ("other-side-withheld", ["The other side's workers are not shown to this asker, whether there are any or not.", "Toisen puolen työntekijöitä ei näytetä tälle kysyjälle, oli heitä tai ei.", "Den andra sidans arbetstagare visas inte för denna frågare, oavsett om de finns."]),
    ("nothing-told", ["Nothing has been told. Whether there is anything is NOT KNOWN.", "Mitään ei ole kerrottu. EI TIEDOSSA, onko mitään.", "Inget har berättats. INTE KÄNT om något finns."]),
    // Why something is not known.
    ("nothing-connected", ["no connected source speaks for it", "mikään kytketty lähde ei kerro siitä", "ingen ansluten källa berättar om det"]),
    ("source-silent", ["a source has been silent too long", "lähde on ollut liian kauan hiljaa", "en källa har varit tyst för länge"]),
    ("message-rejected", ["a message about the client was rejected and waits for a person", "asiakasta koskeva viesti hylättiin ja odottaa käsittelijää", "ett meddelande om klienten avvisades och väntar på en människa"]),
    ("not-understood", ["the record has something this version does not understand", "tiedoissa on jotain, mitä tämä versio ei ymmärrä", "uppgifterna har något som denna version inte förstår"]),
    ("identity-ambiguous", ["the identifier belongs to more than one client", "tunnus kuuluu useammalle asiakkaalle", "beteckningen hör till fler än en klient"]),
    ("unclear", ["something was told, but not enough to say", "jotain on kerrottu, mutta liian vähän", "något har berättats, men för lite"]),
    ("records-missing", ["messages that were taken may be missing", "vastaanotettuja viestejä voi puuttua", "mottagna meddelanden kan saknas"]),
    ("unidentified", ["a source has somebody whom no identifier finds: it may be anybody", "lähteellä on joku, jota mikään tunnus ei löydä: se voi olla kuka tahansa", "en källa har någon som ingen beteckning hittar: det kan vara vem som helst"]),
    ("rejected-unnamed", ["rejected messages that name nobody wait for a person: they may be about anybody", "hylättyjä viestejä, jotka eivät nimeä ketään, odottaa käsittelijää: ne voivat koskea ketä tahansa", "avvisade meddelanden som inte nämner någon väntar på en människa: de kan gälla vem som helst"]),
    ("no-reason", ["no more can be said here", "enempää ei voi tässä sanoa", "mer kan inte sägas här"]),
    // Sources.
    ("silent", ["SILENT", "HILJAA", "TYST"]), ("never", ["NEVER HEARD", "EI KOSKAAN KUULTU", "ALDRIG HÖRD"]), ("not-connected", ["Not connected", "Ei kytketty", "Inte ansluten"]),
    ("unfound", ["somebody whom no identifier finds", "joku, jota mikään tunnus ei löydä", "någon som ingen beteckning hittar"]),
    ("seconds-ago", ["s ago", "s sitten", "s sedan"]), ("minutes-ago", ["min ago", "min sitten", "min sedan"]), ("hours-ago", ["h ago", "t sitten", "h sedan"]), ("days-ago", ["d ago", "pv sitten", "d sedan"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_key_has_one_set_of_words() {
        let keys: BTreeSet<_> = WORDS.iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), WORDS.len());
        assert!(WORDS.iter().all(|(_, words)| words.iter().all(|word| !word.is_empty())));
    }
}
