# Codes that sources use. One that is not here is shown as the source wrote it.

code-adults = services for adults
code-application = application
code-client-plan = client plan
code-families = services for families with children
code-granted = granted
code-health-notice = notice from health care
code-home-care = home care
code-no-need = no need for services
code-older-people = services for older people
code-own-worker = own worker
code-social-worker = social worker
code-urgent = urgent
code-working-age = services for people of working age
