# Mikä meni vikaan, ja mitä tehdä seuraavaksi.

no-answer-in-time = vastausta ei saatu ajoissa: soita, ja kysy hetken päästä uudelleen
busy = palvelin on kuormittunut: kysy hetken päästä uudelleen
unreachable = { $why }. Jos `rinnakkain run` ei ole siellä käynnissä: anna toinen osoite valinnalla --server, tai soita
no-answer = ei vastausta ({ $code }): onko --server tämän version Rinnakkain?
not-allowed = ei sallittu: { $why } (katso --task ja --purpose, tai kysy järjestelmien rekisteröijältä)
wrong-question = kysymys ei ole oikein: { $why }
unknown-token = palvelin ei tunne tätä tunnistetta: anna valinnalla --token-file rekisteröidyn järjestelmän tunniste
token-unreadable = tunnistetiedostoa { $file } ei voi lukea: anna toinen valinnalla --token-file
token-malformed = tunnistetiedostossa { $file } ei ole tunnistetta: siinä pitää olla yksi rivi tulostuvia merkkejä
not-a-server = { $server } ei ole palvelimen osoite: anna --server https://HOST:PORT
without-tls = { $server } on toinen kone, ja kysymys kulkisi sinne ilman TLS-salausta: kirjoita https:// ja anna --ca, tai --without-tls, jos jokin muu salaa yhteyden
identifier-unreadable = tunnusta ei voi lukea päätteeltä eikä vakiosyötteestä
no-identifier = tunnus puuttuu: kirjoita se kehotteeseen, tai anna se vakiosyötteen ensimmäisenä rivinä
