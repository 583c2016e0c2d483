# Beside the tables of an answer.

# By jiff's strftime.
time-pattern =
    .fi = %-d.%-m.%Y klo %-H.%M
    .sv = %-d.%-m.%Y kl. %-H.%M
    .en = %-d %b %Y %H:%M
on-weekday =
    .fi = { $day ->
        [1] ma
        [2] ti
        [3] ke
        [4] to
        [5] pe
        [6] la
       *[7] su
    } { $time }
    .sv = { $day ->
        [1] må
        [2] ti
        [3] on
        [4] to
        [5] fr
        [6] lö
       *[7] sö
    } { $time }
    .en = { $day ->
        [1] Mon
        [2] Tue
        [3] Wed
        [4] Thu
        [5] Fri
        [6] Sat
       *[7] Sun
    } { $time }
seconds-ago =
    .fi = { $count } s sitten
    .sv = för { $count } s sedan
    .en = { $count } s ago
minutes-ago =
    .fi = { $count } min sitten
    .sv = för { $count } min sedan
    .en = { $count } min ago
hours-ago =
    .fi = { $count } t sitten
    .sv = för { $count } h sedan
    .en = { $count } h ago
days-ago =
    .fi = { $count } pv sitten
    .sv = för { $count } dygn sedan
    .en = { $count } d ago
yes =
    .fi = kyllä
    .sv = ja
    .en = yes
no =
    .fi = ei
    .sv = nej
    .en = no

# The answer.
nobody =
    .fi = Ei ketään liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
    .sv = Ingen, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
    .en = Nobody, according to the connected sources: all of them have reported in time.
none =
    .fi = Ei ole liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
    .sv = Inga, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
    .en = None, according to the connected sources: all of them have reported in time.
all-reported =
    .fi = Kaikilta liitetyiltä järjestelmiltä on saatu tiedot ajallaan.
    .sv = Alla anslutna system har lämnat uppgifter i tid.
    .en = Every connected source has reported in time.
consent-recorded =
    .fi = Suostumus on kirjattu. Se on voimassa seuraavasta kysymyksestä alkaen.
    .sv = Samtycket har antecknats. Det gäller från och med nästa fråga.
    .en = The consent is recorded. It holds from the next question on.
consent-withdrawn =
    .fi = Suostumuksen peruutus on kirjattu. Se on voimassa seuraavasta kysymyksestä alkaen.
    .sv = Återkallelsen av samtycket har antecknats. Den gäller från och med nästa fråga.
    .en = The withdrawal of the consent is recorded. It holds from the next question on.
consent-not-recorded =
    .fi = EI KIRJATTU. Asiakasta ei tunneta, tai kysyjällä ei ole asiayhteyttä häneen.
    .sv = INTE ANTECKNAT. Klienten är inte känd, eller den som frågar har inget samband med klienten.
    .en = NOT RECORDED. The client is not known, or has no relationship to the asker.
not-known =
    .fi = EI TIEDOSSA. Tämä ei tarkoita, ettei tietoa tai henkilöä olisi.
    .sv = UPPGIFT SAKNAS. Det betyder inte att ingen eller inget finns.
    .en = NOT KNOWN. This does not mean none.
more-not-known =
    .fi = EI TIEDOSSA, onko tässä kaikki.
    .sv = UPPGIFT SAKNAS om detta är allt.
    .en = It is NOT KNOWN whether this is all.
no-reason =
    .fi = enempää ei voida kertoa
    .sv = mer kan inte uppges
    .en = no more can be shown
known-until =
    .fi = tiedot ovat ajalta { $time } asti
    .sv = uppgifterna gäller till och med { $time }
    .en = known until { $time }
involved =
    .fi = KYLLÄ, asiakkaalla on sairaalahoito tai muu sairaalayhteys.
    .sv = JA, klienten har en sjukhuskontakt.
    .en = YES, a hospital is involved.
not-involved =
    .fi = EI osastolla, päivystyksessä eikä terveyssosiaalityössä nyt liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
    .sv = INTE på avdelning, på jourmottagning eller inom hälsosocialt arbete nu, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
    .en = NOT on a ward, in emergency care or in health social work now, according to the connected sources: all of them have reported in time.
not-named =
    .fi = EI NIMETTY liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
    .sv = INTE UTSEDD, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
    .en = NOT NAMED, according to the connected sources: all of them have reported in time.
own-worker-missing =
    .fi = Asiakkuus on voimassa: omatyöntekijä on nimettävä.
    .sv = En klientrelation är i kraft: en egen kontaktperson ska utses.
    .en = A clientship is in force: an own worker must be named.
clientship-in-force =
    .fi = Asiakkuus on voimassa.
    .sv = En klientrelation är i kraft.
    .en = A clientship is in force.
no-clientship =
    .fi = Asiakkuutta ei ole voimassa.
    .sv = Ingen klientrelation är i kraft.
    .en = No clientship is in force.
reason-is =
    .fi = Syy: { $reason }
    .sv = Orsak: { $reason }
    .en = Reason: { $reason }
withheld =
    .fi = Ei näytetä tälle kysyjälle, oli tietoja tai ei.
    .sv = Visas inte för den som frågar, oavsett om uppgifter finns.
    .en = Not shown to this asker, whether there is anything or not.
other-side-withheld =
    .fi = Toisen puolen työntekijöitä ei näytetä tälle kysyjälle, oli heitä tai ei.
    .sv = Den andra sidans personal visas inte för den som frågar, oavsett om någon finns.
    .en = The other side's workers are not shown to this asker, whether there are any or not.
nothing-reported =
    .fi = Mitään ei ole ilmoitettu. EI TIEDOSSA, onko mitään.
    .sv = Inga uppgifter har lämnats. UPPGIFT SAKNAS om något finns.
    .en = Nothing has been reported. It is NOT KNOWN whether there is anything.
non-disclosure =
    .fi = TURVAKIELTO: tietoja ei saa luovuttaa eteenpäin (661/2009 37 §).
    .sv = SPÄRRMARKERING: uppgifterna får inte lämnas vidare (661/2009 37 §).
    .en = NON-DISCLOSURE for personal safety: nothing here may be passed on (661/2009 37 §).

# How somebody is reached.
away =
    .fi = POISSA
    .sv = FRÅNVARANDE
    .en = AWAY
away-until =
    .fi = POISSA { $time } asti
    .sv = FRÅNVARANDE till { $time }
    .en = AWAY until { $time }
stands-in =
    .fi = sijaistaa
    .sv = vikarierar
    .en = stands in
as-above =
    .fi = kuten yllä
    .sv = som ovan
    .en = as above
ring-now =
    .fi = soita nyt
    .sv = ring nu
    .en = ring now
opens-at =
    .fi = avautuu { $time }
    .sv = öppnar { $time }
    .en = opens { $time }
not-confirmed =
    .fi = yhteystietoja ei ole vahvistettu
    .sv = kontaktuppgifterna har inte bekräftats
    .en = the contact data were never confirmed
confirmed-long-ago =
    .fi = vahvistettu viimeksi { $time }
    .sv = senast bekräftad { $time }
    .en = last confirmed { $time }
page-on-paper =
    .fi = Puhelinnumerot ammattilaisille, kun järjestelmä ei vastaa
    .sv = Telefonnummer för yrkespersoner när systemet inte svarar
    .en = Numbers for professionals, for when the system does not answer
printed-at =
    .fi = tulostettu { $time }
    .sv = utskriven { $time }
    .en = printed { $time }
day-and-night =
    .fi = ympäri vuorokauden
    .sv = dygnet runt
    .en = day and night
weekdays-short =
    .fi = ma ti ke to pe la su pyhä
    .sv = må ti on to fr lö sö helgdag
    .en = Mon Tue Wed Thu Fri Sat Sun holiday
not-today =
    .fi = { $name } (ei paikalla tänään)
    .sv = { $name } (inte på plats i dag)
    .en = { $name } (not there today)
who-not-shown =
    .fi = yhteystieto, jonka haltijaa ei näytetä
    .sv = kontaktuppgift vars innehavare inte visas
    .en = a number whose holder is not shown
who-not-reported =
    .fi = joku: nimeä ei ole ilmoitettu
    .sv = någon: namnet har inte uppgetts
    .en = somebody: the name was not reported
none-for-ward =
    .fi = osastolla ei ole terveyssosiaalityöntekijää
    .sv = avdelningen har ingen hälsosocialarbetare
    .en = the ward has no health social worker
none-for-age =
    .fi = osastolla ei ole terveyssosiaalityöntekijää tämän ikäiselle
    .sv = avdelningen har ingen hälsosocialarbetare för denna ålder
    .en = the ward has no health social worker for this age
ward-not-listed =
    .fi = EI TIEDOSSA: osasto puuttuu hakemistosta
    .sv = UPPGIFT SAKNAS: avdelningen finns inte i katalogen
    .en = NOT KNOWN: the ward is not in the directory
place-withheld =
    .fi = ei näytetä: turvakielto
    .sv = visas inte: spärrmarkering
    .en = not shown: non-disclosure

# What stands in a table.
open =
    .fi = voimassa
    .sv = pågår
    .en = in force
closed =
    .fi = päättynyt
    .sv = avslutad
    .en = ended
discharge-planned-no-time =
    .fi = aikaa ei ilmoitettu
    .sv = tid inte uppgiven
    .en = time not reported
inferred =
    .fi = päätelty: ei käyntinumeroa
    .sv = härledd: inget besöksnummer
    .en = inferred: no visit number
back =
    .fi = paluu { $time }
    .sv = väntas tillbaka { $time }
    .en = expected back { $time }
missing-from-list =
    .fi = ei ole lähteen luettelossa { $time }
    .sv = finns inte på källans lista { $time }
    .en = not on its source's list of { $time }
not-requested =
    .fi = pyyntö ei ole saapunut
    .sv = begäran har inte kommit
    .en = the request has not arrived
expired =
    .fi = vanhentunut ilman vastausta
    .sv = förfallen utan svar
    .en = expired without an answer
expected-by =
    .fi = { $status }, tulos viimeistään { $time }
    .sv = { $status }, resultat senast { $time }
    .en = { $status }, outcome by { $time }
contradicted =
    .fi = { $status } (myöhemmin ilmoitettu, ristiriidassa: { $later })
    .sv = { $status } (uppgavs senare, motstridigt: { $later })
    .en = { $status } (reported later, in contradiction: { $later })
earlier =
    .fi = { $status } (aiemmin: { $before })
    .sv = { $status } (tidigare: { $before })
    .en = { $status } (earlier: { $before })
relayed =
    .fi = { $source } ({ $relay })
    .sv = { $source } ({ $relay })
    .en = { $source } ({ $relay })
relayed-by =
    .fi = { $source } ({ $relay }: { $by })
    .sv = { $source } ({ $relay }: { $by })
    .en = { $source } ({ $relay }: { $by })
contacts =
    .fi = { $count ->
        [one] Yksi asiakaskontakti ({ $last })
       *[other] { $count } asiakaskontaktia, viimeisin { $last }
    }
    .sv = { $count ->
        [one] En klientkontakt ({ $last })
       *[other] { $count } klientkontakter, den senaste { $last }
    }
    .en = { $count ->
        [one] One contact ({ $last })
       *[other] { $count } contacts, the last { $last }
    }
unplaced =
    .fi = { $count ->
        [one] Yhtä tietoa ei voitu kohdistaa mihinkään
       *[other] { $count } tietoa ei voitu kohdistaa mihinkään
    }
    .sv = { $count ->
        [one] En uppgift kunde inte kopplas till något
       *[other] { $count } uppgifter kunde inte kopplas till något
    }
    .en = { $count ->
        [one] One fact could not be bound to anything
       *[other] { $count } facts could not be bound to anything
    }

# The sources.
silent =
    .fi = EI TIETOJA MÄÄRÄAJASSA: { $ago }
    .sv = INGA UPPGIFTER I TID: { $ago }
    .en = SILENT: { $ago }
never =
    .fi = EI VIESTEJÄ
    .sv = INGA MEDDELANDEN
    .en = NO MESSAGES
not-connected =
    .fi = Ei liitetty: { $name } ({ $covers })
    .sv = Inte ansluten: { $name } ({ $covers })
    .en = Not connected: { $name } ({ $covers })
unidentified =
    .fi = { $name }: tietoja henkilöstä, jota ei voida tunnistaa ({ $covers })
    .sv = { $name }: uppgifter om en person som inte kan identifieras ({ $covers })
    .en = { $name }: somebody who cannot be identified ({ $covers })
