# Lähteiden käyttämiä koodeja. Muut näytetään niin kuin lähde ne kirjoitti.

code-adults = aikuisten palvelut
code-application = hakemus
code-client-plan = asiakassuunnitelma
code-families = lapsiperheiden palvelut
code-granted = myönnetty
code-health-notice = terveydenhuollon ilmoitus
code-home-care = kotihoito
code-no-need = ei palvelutarvetta
code-older-people = iäkkäiden palvelut
code-own-worker = omatyöntekijä
code-social-worker = sosiaalityöntekijä
code-urgent = kiireellinen
code-working-age = työikäisten palvelut
