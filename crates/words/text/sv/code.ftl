# Koder som källorna använder. Andra visas som källan skrev dem.

code-adults = service för vuxna
code-application = ansökan
code-client-plan = klientplan
code-families = service för barnfamiljer
code-granted = beviljad
code-health-notice = anmälan från hälso- och sjukvården
code-home-care = hemvård
code-no-need = inget servicebehov
code-older-people = service för äldre
code-own-worker = egen kontaktperson
code-social-worker = socialarbetare
code-urgent = brådskande
code-working-age = service för personer i arbetsför ålder
