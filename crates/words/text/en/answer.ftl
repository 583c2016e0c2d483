# What an answer says beside its tables.

# By jiff's strftime.
time-pattern = %-d %b %Y %H:%M
seconds-ago = { $count } s ago
minutes-ago = { $count } min ago
hours-ago = { $count } h ago
days-ago = { $count } d ago
yes = yes
no = no

# The answer.
nobody = Nobody, according to the connected sources: all of them have reported in time.
none = None, according to the connected sources: all of them have reported in time.
all-reported = Every connected source has reported in time.
not-known = NOT KNOWN. This does not mean none.
more-not-known = Whether this is all is NOT KNOWN.
no-reason = no more can be shown
known-until = known until { $time }
involved = YES, a hospital is involved.
not-involved = NOT on a ward, in emergency care or in health social work now, according to the connected sources: all of them have reported in time.
not-named = NOT NAMED, according to the connected sources: all of them have reported in time.
own-worker-missing = A clientship is in force: an own worker ought to be named.
clientship-in-force = A clientship is in force.
no-clientship = No clientship is in force.
reason-is = Reason: { $reason }
withheld = Not shown to this asker, whether there is anything or not.
other-side-withheld = The other side's workers are not shown to this asker, whether there are any or not.
nothing-reported = Nothing has been reported. Whether there is anything is NOT KNOWN.
non-disclosure = NON-DISCLOSURE for personal safety: nothing here may be passed on (661/2009 37 §).

# How somebody is reached.
away = AWAY
away-until = AWAY until { $time }
stands-in = stands in
as-above = as above
not-today = { $name } (not there today)
who-not-reported = somebody: who was not reported
none-for-ward = the ward has no health social worker
ward-not-listed = NOT KNOWN: the ward is not in the directory
place-withheld = not shown: non-disclosure

# What stands in a table.
open = in force
closed = ended
discharge-planned-no-time = time not reported
inferred = inferred: no visit number
back = expected back { $time }
missing-from-list = not on its source's list of { $time }
not-requested = the request has not arrived
expired = expired without an answer
expected-by = { $status }, outcome by { $time }
contradicted = { $status } (reported later, in contradiction: { $later })
earlier = { $status } (earlier: { $before })
relayed = { $source } ({ $relay })
relayed-by = { $source } ({ $relay }: { $by })
contacts = { $count ->
    [one] One contact ({ $last })
   *[other] { $count } contacts, the last { $last }
}
unplaced = { $count ->
    [one] One fact could not be bound to anything
   *[other] { $count } facts could not be bound to anything
}

# The sources.
silent = SILENT: { $ago }
never = NO MESSAGES
not-connected = Not connected: { $name } ({ $covers })
unidentified = { $name }: somebody who cannot be identified ({ $covers })
