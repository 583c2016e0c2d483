# Vad ett svar säger vid sidan av sina tabeller.

# Enligt jiffs strftime.
time-pattern = %-d.%-m.%Y kl. %-H.%M
seconds-ago = för { $count } s sedan
minutes-ago = för { $count } min sedan
hours-ago = för { $count } h sedan
days-ago = för { $count } d sedan
yes = ja
no = nej

# Svaret.
nobody = Ingen, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
none = Inga, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
all-reported = Alla anslutna system har lämnat uppgifter i tid.
not-known = UPPGIFT SAKNAS. Det betyder inte att ingen eller inget finns.
more-not-known = UPPGIFT SAKNAS om detta är allt.
no-reason = mer kan inte uppges
known-until = uppgifterna gäller till och med { $time }
involved = JA, klienten har en sjukhuskontakt.
not-involved = INTE på avdelning, jour eller i hälsosocialt arbete nu, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
not-named = INTE UTSEDD, enligt de anslutna systemen: alla har lämnat uppgifter i tid.
own-worker-missing = En klientrelation är i kraft: en egen kontaktperson borde utses.
clientship-in-force = En klientrelation är i kraft.
no-clientship = Ingen klientrelation är i kraft.
reason-is = Orsak: { $reason }
withheld = Visas inte för den som frågar, oavsett om uppgifter finns.
other-side-withheld = Den andra sidans personal visas inte för den som frågar, oavsett om någon finns.
nothing-reported = Inga uppgifter har lämnats. UPPGIFT SAKNAS om något finns.
non-disclosure = SPÄRRMARKERING: uppgifterna får inte lämnas vidare (661/2009 37 §).

# Hur någon nås.
away = FRÅNVARANDE
away-until = FRÅNVARANDE till { $time }
stands-in = vikarierar
as-above = som ovan
not-today = { $name } (inte på plats i dag)
who-not-reported = någon: namnet har inte uppgetts
none-for-ward = avdelningen har ingen hälsosocialarbetare
ward-not-listed = UPPGIFT SAKNAS: avdelningen finns inte i katalogen
place-withheld = visas inte: spärrmarkering

# Vad som står i tabellerna.
open = i kraft
closed = avslutad
discharge-planned-no-time = tid inte uppgiven
inferred = härledd: inget besöksnummer
back = väntas tillbaka { $time }
missing-from-list = inte på källans lista { $time }
not-requested = begäran har inte kommit
expired = förfallen utan svar
expected-by = { $status }, resultat senast { $time }
contradicted = { $status } (uppgavs senare, motstridigt: { $later })
earlier = { $status } (tidigare: { $before })
relayed = { $source } ({ $relay })
relayed-by = { $source } ({ $relay }: { $by })
contacts = { $count ->
    [one] En klientkontakt ({ $last })
   *[other] { $count } klientkontakter, den senaste { $last }
}
unplaced = { $count ->
    [one] En uppgift kunde inte kopplas till något
   *[other] { $count } uppgifter kunde inte kopplas till något
}

# Källorna.
silent = INGA UPPGIFTER I TID: { $ago }
never = INGA MEDDELANDEN
not-connected = Inte ansluten: { $name } ({ $covers })
unidentified = { $name }: någon som inte kan identifieras ({ $covers })
