# What went wrong, and what to do next.

no-answer-in-time = no answer in time: use the phone, and ask again in a while
busy = the server is busy: ask again in a moment
unreachable = { $why }. If `rinnakkain run` is not up there: name another place with --server, or use the phone
no-answer = no answer ({ $code }): is --server a Rinnakkain of this version?
not-allowed = not allowed: { $why } (see --task and --purpose, or ask whoever registers systems)
wrong-question = the question is not right: { $why }
unknown-token = the server does not know this token: give --token-file the token of a registered system
token-unreadable = the token file { $file } cannot be read: name another with --token-file
token-malformed = the token file { $file } holds no token: it should be one line of printable characters
not-a-server = { $server } is not a server's URL: give --server https://HOST:PORT
without-tls = { $server } is another machine, and the question would go there without TLS: write https:// and give --ca, or give --without-tls if something else encrypts it
identifier-unreadable = the identifier cannot be read from the terminal or standard input
no-identifier = no identifier: type it at the prompt, or give it as the first line of standard input
