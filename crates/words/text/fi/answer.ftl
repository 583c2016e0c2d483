# Mitä vastaus sanoo taulukoiden lisäksi.

# jiffin strftime-muoto.
time-pattern = %-d.%-m.%Y klo %-H.%M
seconds-ago = { $count } s sitten
minutes-ago = { $count } min sitten
hours-ago = { $count } t sitten
days-ago = { $count } pv sitten
yes = kyllä
no = ei

# Vastaus.
nobody = Ei ketään liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
none = Ei ole liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
all-reported = Kaikilta liitetyiltä järjestelmiltä on saatu tiedot ajallaan.
not-known = EI TIEDOSSA. Tämä ei tarkoita, ettei tietoa tai henkilöä olisi.
more-not-known = EI TIEDOSSA, onko tässä kaikki.
no-reason = enempää ei voida kertoa
known-until = tiedot ovat ajalta { $time } asti
involved = KYLLÄ, asiakkaalla on sairaalahoito tai muu sairaalayhteys.
not-involved = EI osastolla, päivystyksessä eikä terveyssosiaalityössä nyt liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
not-named = EI NIMETTY liitettyjen järjestelmien mukaan: kaikilta on saatu tiedot ajallaan.
own-worker-missing = Asiakkuus on voimassa: omatyöntekijä pitäisi nimetä.
clientship-in-force = Asiakkuus on voimassa.
no-clientship = Asiakkuutta ei ole voimassa.
reason-is = Syy: { $reason }
withheld = Ei näytetä tälle kysyjälle, oli tietoja tai ei.
other-side-withheld = Toisen puolen työntekijöitä ei näytetä tälle kysyjälle, oli heitä tai ei.
nothing-reported = Mitään ei ole ilmoitettu. EI TIEDOSSA, onko mitään.
non-disclosure = TURVAKIELTO: tietoja ei saa luovuttaa eteenpäin (661/2009 37 §).

# Miten joku tavoitetaan.
away = POISSA
away-until = POISSA { $time } asti
stands-in = sijaistaa
as-above = kuten yllä
not-today = { $name } (ei paikalla tänään)
who-not-reported = joku: nimeä ei ole ilmoitettu
none-for-ward = osastolla ei ole terveyssosiaalityöntekijää
ward-not-listed = EI TIEDOSSA: osasto puuttuu hakemistosta
place-withheld = ei näytetä: turvakielto

# Mitä taulukoissa lukee.
open = voimassa
closed = päättynyt
discharge-planned-no-time = aikaa ei ilmoitettu
inferred = päätelty: ei käyntinumeroa
back = paluu { $time }
missing-from-list = ei lähteensä listalla { $time }
not-requested = pyyntö ei ole saapunut
expired = vanhentunut ilman vastausta
expected-by = { $status }, tulos viimeistään { $time }
contradicted = { $status } (myöhemmin ilmoitettu, ristiriidassa: { $later })
earlier = { $status } (aiemmin: { $before })
relayed = { $source } ({ $relay })
relayed-by = { $source } ({ $relay }: { $by })
contacts = { $count ->
    [one] Yksi asiakaskontakti ({ $last })
   *[other] { $count } asiakaskontaktia, viimeisin { $last }
}
unplaced = { $count ->
    [one] Yhtä tietoa ei voitu kohdistaa mihinkään
   *[other] { $count } tietoa ei voitu kohdistaa mihinkään
}

# Lähteet.
silent = EI TIETOJA MÄÄRÄAJASSA: { $ago }
never = EI VIESTEJÄ
not-connected = Ei liitetty: { $name } ({ $covers })
unidentified = { $name }: joku, jota ei voida tunnistaa ({ $covers })
