# Vad som gick fel, och vad man gör härnäst.

no-answer-in-time = inget svar i tid: ring, och fråga igen om en stund
busy = servern är belastad: fråga igen om en stund
unreachable = { $why }. Om `rinnakkain run` inte är i gång där: ange en annan adress med --server, eller ring
no-answer = inget svar ({ $code }): är --server en Rinnakkain av denna version?
not-allowed = inte tillåtet: { $why } (se --task och --purpose, eller fråga den som registrerar system)
wrong-question = frågan är inte rätt: { $why }
unknown-token = servern känner inte till denna åtkomstnyckel: ange ett registrerat systems nyckel med --token-file
token-unreadable = nyckelfilen { $file } kan inte läsas: ange en annan med --token-file
token-malformed = nyckelfilen { $file } innehåller ingen nyckel: den ska vara en rad av utskrivbara tecken
not-a-server = { $server } är inte en servers adress: ange --server https://HOST:PORT
without-tls = { $server } är en annan maskin, och frågan skulle gå dit utan TLS: skriv https:// och ange --ca, eller --without-tls om något annat krypterar förbindelsen
identifier-unreadable = beteckningen kan inte läsas från terminalen eller standardinmatningen
no-identifier = beteckningen saknas: skriv den vid prompten, eller ge den som första raden på standardinmatningen
