/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_rules - which call, with which marks, in which context, is worth a
 * finding.  One row a flow; docs/detection.md says how to add one.
 * Runs in: worker child, command.  A table.
 */
#include "inspect/code_rules.h"

#include "base/str.h"

/* Of an address, or of what came from there, what the code knows of it. */
#define KNOWN_PLACE (MARK_URL | MARK_DECODED | MARK_BUILT | MARK_PACKED | \
    MARK_RAW_IP | MARK_BIN | MARK_DROP | MARK_HOOK | MARK_HIDDEN)

const struct code_rule code_rules[] = {
	{ DEEDS_EXEC, 0, ~IN(CONTEXT_CALL), MARK_NETWORK, 0, MARK_SOCKET,
	    "exec-downloaded", "dynamic-exec", "TA0002",
	    "executes code fetched over the network" },
	{ DEEDS_EXEC, 0, IN(CONTEXT_CALL), MARK_NETWORK, KNOWN_PLACE,
	    MARK_SOCKET, "exec-downloaded", "dynamic-exec", "TA0002",
	    "executes code fetched over the network" },
	{ DEEDS_EXEC, 0, IN(CONTEXT_CALL), MARK_NETWORK, 0, MARK_SOCKET |
	    KNOWN_PLACE, "exec-downloaded-asked", "dynamic-exec", "TA0002",
	    "executes code fetched from wherever its caller says" },
	{ DEEDS_EXEC, 0, ANYWHERE, MARK_DECODED | MARK_PACKED, 0, MARK_NETWORK,
	    "exec-decoded", "dynamic-exec", "TA0005",
	    "executes code decoded from a literal" },
	{ DEEDS_EXEC, 0, ANYWHERE, MARK_DECODED | MARK_FILE, 0, MARK_PACKED,
	    "exec-decoded-file", "dynamic-exec", "TA0005",
	    "executes code decoded from a file" },
	{ DEEDS_EXEC, 0, ANYWHERE, MARK_DECODED, 0,
	    MARK_PACKED | MARK_FILE | MARK_NETWORK, "exec-decoded-value",
	    "dynamic-exec", "TA0005", "executes a decoded value" },
	/* names and values that it may use are no code */
	{ DEEDS_EXEC, OF_FIRST, ANYWHERE, MARK_BUILT, 0, 0, "exec-built",
	    "dynamic-exec", "TA0005",
	    "executes code put together from character codes" },
	{ DEEDS_EXEC | DEEDS_RUN, OF_FIRST, ANYWHERE, MARK_SOCKET, 0, 0,
	    "remote-command", "remote-control", "TA0011",
	    "runs what a network peer sends" },

	{ DEEDS_RUN, 0, ANYWHERE, MARK_DROPPED, 0, 0, "download-run",
	    "download-exec", "TA0002",
	    "runs a program that it has just written or fetched" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_NETWORK, 0, MARK_SOCKET | MARK_DROPPED,
	    "run-downloaded", "download-exec", "TA0002",
	    "runs a command made of downloaded data" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_COMMAND, 0, MARK_AGENT,
	    "run-hidden-command", "process", "TA0002",
	    "runs a command line that hides, fetches or disarms" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_FETCHING, 0, MARK_COMMAND,
	    "run-fetch-command", "process", "TA0011",
	    "has a shell fetch something" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_BIN, 0, 0, "beacon-endpoint", "beacon",
	    "TA0011", "reports to a service that records requests" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_DECODED | MARK_PACKED, 0, 0,
	    "run-decoded", "dynamic-exec", "TA0005",
	    "runs a command decoded from a literal" },
	{ DEEDS_RUN, 0, AT_LOAD, MARK_PIP, 0, 0, "pip-install", "process",
	    "TA0002", "installs other packages by itself" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_PERSIST, 0, 0, "persistence-command",
	    "persistence", "TA0003", "plants itself to be started again" },
	{ DEEDS_RUN, 0, IN(CONTEXT_INSTALL), 0, 0, 0, "install-process",
	    "install-action", "TA0002",
	    "starts a process during installation" },
	{ DEEDS_RUN, 0, IN(CONTEXT_STARTUP), 0, 0, 0, "startup-process",
	    "startup-action", "TA0003",
	    "starts a process whenever Python starts" },
	{ DEED(DEED_LOAD), 0, ANYWHERE, 0, MARK_DROPPED | MARK_NETWORK, 0,
	    "load-dropped", "download-exec", "TA0002",
	    "loads a library that it has just written" },

	{ DEEDS_NET, 0, ANYWHERE, MARK_ENVIRON, 0, 0, "exfil-environ",
	    "exfiltration", "TA0010", "sends the whole environment away" },
	{ DEEDS_NET, 0, AT_LOAD, MARK_SECRET, 0, 0, "exfil-secret",
	    "exfiltration", "TA0006", "sends stored credentials away" },
	{ DEEDS_NET, 0, ~AT_LOAD, MARK_SECRET, 0, MARK_FORGE,
	    "exfil-secret-call", "exfiltration", "TA0006",
	    "sends stored credentials away when it is called" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_SPIED, 0, 0, "exfil-spied",
	    "exfiltration", "TA0009",
	    "sends the screen, keys or clipboard away" },
	{ DEEDS_NET, 0, ANYWHERE, 0, MARK_BIN | MARK_HOOK | MARK_DROP, 0,
	    "send-endpoint", "endpoint", "TA0010",
	    "talks to a service that anonymous senders and receivers use" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_BIN, 0, 0, "beacon-endpoint", "beacon",
	    "TA0011", "reports to a service that records requests" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_OUTPUT, 0, 0, "exfil-output",
	    "exfiltration", "TA0010", "sends away what a command printed" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_PROGRAM, 0, 0, "program-download",
	    "download-exec", "TA0011", "fetches a program" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_RAW_IP, 0, 0, "network-raw-address",
	    "network", "TA0011", "talks to an address without a name" },
	{ DEEDS_NET, 0, IN(CONTEXT_INSTALL), 0, 0, MARK_FORGE,
	    "install-network", "install-action", "TA0011",
	    "uses the network during installation" },
	{ DEEDS_NET, 0, IN(CONTEXT_INSTALL), MARK_FORGE, 0, 0, "install-fetch",
	    "install-action", "TA0011",
	    "fetches from a forge or hub during installation" },
	{ DEEDS_NET | DEED(DEED_CONNECT), OF_HOST, IN(CONTEXT_STARTUP), 0, 0,
	    0, "startup-network", "startup-action", "TA0011",
	    "uses the network whenever Python starts" },
	{ DEEDS_NET | DEED(DEED_CONNECT), OF_SETTING, IN(CONTEXT_STARTUP), 0,
	    0, 0, "startup-network-set", "startup-action", "TA0011",
	    "uses the network whenever Python starts, at an address that is "
	    "configured" },
	{ DEEDS_NET, 0, IN(CONTEXT_IMPORT), 0, 0, 0, "import-network",
	    "network", "TA0011", "uses the network when imported" },
	{ DEED(DEED_CONNECT), 0, IN(CONTEXT_INSTALL), 0, 0, 0,
	    "install-network", "install-action", "TA0011",
	    "uses the network during installation" },
	{ DEED(DEED_WRITE), 0, ANYWHERE, MARK_DECODED | MARK_PACKED, 0, 0,
	    "drop-decoded", "drop", "TA0005",
	    "writes a file decoded from a literal" },

	/* carriers that thieves share with honest tools: only by themselves */
	{ DEEDS_NET, 0, AT_LOAD, MARK_TOKEN, 0, MARK_SECRET | MARK_ENVIRON,
	    "exfil-token", "exfiltration", "TA0006",
	    "sends a token or key file away without being asked" },
	{ DEEDS_NET, 0, IN(CONTEXT_CALL), MARK_TOKEN | MARK_URL, 0,
	    MARK_SECRET | MARK_ENVIRON, "exfil-token-call", "exfiltration",
	    "TA0006", "sends a token or key file to a fixed address" },
	{ DEEDS_NET, OF_FOREIGN, IN(CONTEXT_IMPORT), MARK_TOKEN | MARK_URL, 0,
	    MARK_FORGE, "exfil-token-foreign", "exfiltration", "TA0006",
	    "sends a token or key file to who did not issue it" },
	{ DEEDS_NET, OF_FOREIGN | OF_LOOSE, IN(CONTEXT_CALL), MARK_TOKEN |
	    MARK_URL, 0, MARK_FORGE, "exfil-token-foreign", "exfiltration",
	    "TA0006", "sends a token or key file to who did not issue it" },
	/* services of others report, and say what came of it */
	{ DEEDS_NET, OF_FOREIGN, IN(CONTEXT_CALL), MARK_TOKEN | MARK_URL, 0,
	    MARK_FORGE, "exfil-token-answered", "exfiltration", "TA0006",
	    "sends a token or key file to who did not issue it, and uses the "
	    "answer" },
	/* a client of the forge whose token it is */
	{ DEEDS_NET, 0, IN(CONTEXT_CALL), MARK_SECRET | MARK_FORGE, 0, 0,
	    "exfil-token-call", "exfiltration", "TA0006",
	    "sends a stored token to a forge" },
	{ DEEDS_NET, OF_FOREIGN, IN(CONTEXT_CALL), MARK_SECRET | MARK_URL, 0,
	    MARK_FORGE, "exfil-secret-fixed", "exfiltration", "TA0006",
	    "sends stored credentials to a fixed address" },
	{ DEEDS_NET, 0, IN(CONTEXT_CALL) | IN(CONTEXT_DATA),
	    MARK_ENVIRON | MARK_URL, 0, MARK_FORGE,
	    "exfil-environ-fixed", "exfiltration", "TA0010",
	    "sends the whole environment to a fixed address" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_KEYED, MARK_CREDENTIAL | MARK_KEY |
	    VALUABLES, 0, "exfil-keyed", "exfiltration", "TA0010",
	    "sends credentials or data to a webhook or bot of its own" },
	{ DEEDS_RUN, 0, AT_LOAD, MARK_URL, MARK_TOKEN | MARK_SECRET |
	    MARK_ENVIRON, MARK_FORGE, "exfil-command", "exfiltration", "TA0010",
	    "has a program send secrets away" },
	/* ... what others printed, which nobody asked for */
	{ DEEDS_RUN, 0, AT_LOAD, MARK_URL | MARK_UPLOADING | MARK_OUTPUT, 0,
	    MARK_FORGE, "exfil-command", "exfiltration", "TA0010",
	    "has a program send away what another one printed" },
	{ DEED(DEED_PATH), 0, IN(CONTEXT_STARTUP) | IN(CONTEXT_INSTALL),
	    MARK_TEMPORARY, 0, 0, "path-temporary", "startup-action", "TA0003",
	    "imports from a folder of scratch files" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_RESOLVING, VALUABLES | MARK_TOKEN, 0,
	    "exfil-dns", "exfiltration", "TA0010",
	    "sends data away in the names it asks the resolver for" },
	{ DEEDS_EXEC, 0, AT_LOAD, MARK_BUILT | MARK_HERE, 0,
	    MARK_DECODED, "exec-decoded-own", "dynamic-exec", "TA0005",
	    "executes what is encoded in a file of the package" },
	{ DEEDS_EXEC, OF_UNKNOWN, AT_LOAD, MARK_HERE | MARK_FILE |
	    MARK_DATAFILE, 0, MARK_DECODED | MARK_BUILT, "exec-data-file",
	    "dynamic-exec", "TA0005",
	    "executes a file of the package that is named as data" },
	{ DEEDS_NET, OF_FIXED | OF_FOREIGN, ANYWHERE, MARK_KEY | MARK_URL, 0,
	    0, "exfil-key", "exfiltration", "TA0006",
	    "sends a private key that it was given to a fixed address" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_KEY | MARK_CHAIN, 0, MARK_URL,
	    "exfil-key", "exfiltration", "TA0006",
	    "sends a private key that it was given through a ledger" },
	{ DEEDS_NET, 0, ANYWHERE, MARK_CHAIN, MARK_ENVIRON | MARK_SECRET |
	    MARK_TOKEN, 0, "exfil-ledger", "exfiltration", "TA0010",
	    "sends secrets through a public ledger" },
	{ DEEDS_NET, 0, AT_LOAD, MARK_FORM, VALUABLES | MARK_TOKEN |
	    MARKS_HOST, 0, "exfil-form", "exfiltration", "TA0010",
	    "sends data of the machine to a form, tracker or hosted store" },
	{ DEEDS_NET, 0, AT_LOAD, 0, MARK_HOME | MARK_SEARCHED, 0, "exfil-home",
	    "exfiltration", "TA0010", "sends the user's own files away" },
	{ DEEDS_NET, 0, AT_LOAD, MARK_WORKDIR, 0, 0, "exfil-workdir",
	    "exfiltration", "TA0010",
	    "sends the files of the working folder away" },
	{ DEED(DEED_RESOLVE), OF_FIRST | OF_FIXED, ANYWHERE, 0, MARKS_HOST |
	    MARK_ENVIRON | MARK_SECRET | MARK_TOKEN | MARK_OUTPUT, 0,
	    "exfil-dns", "exfiltration", "TA0010",
	    "sends data away in the names it asks the resolver for" },
	{ DEED(DEED_RESOLVE), OF_FIRST | OF_FIXED, ANYWHERE, 0, MARK_SECRET |
	    MARK_KEY | MARK_PASSWORD | MARK_ENVIRON | MARK_TOKEN, 0,
	    "exfil-dns-secret", "exfiltration", "TA0006",
	    "sends secrets away in the names it asks the resolver for" },
	/* letter by letter, whatever the domain is made of */
	{ DEED(DEED_RESOLVE), OF_FIRST | OF_ENCODES, ANYWHERE, MARK_PRIVATE |
	    MARK_FILE, 0, 0, "exfil-dns-secret", "exfiltration", "TA0006",
	    "sends secrets away in the names it asks the resolver for" },
	{ DEEDS_NET, OF_BODY | OF_ANONYMOUS, ANYWHERE, 0, STEALABLE, 0,
	    "exfil-anonymous", "exfiltration", "TA0006",
	    "sends secrets to a service where anybody receives" },
	{ DEEDS_NET, OF_BODY | OF_ANONYMOUS | OF_LOOSE, ANYWHERE, 0,
	    MARK_PASSWORD, 0, "exfil-anonymous", "exfiltration", "TA0006",
	    "sends a password to a service where anybody receives" },
	{ DEEDS_NET, OF_BODY | OF_LOOSE, ANYWHERE, MARK_CREDENTIAL | MARK_FORM,
	    0, 0, "exfil-anonymous", "exfiltration", "TA0006",
	    "sends a key or token to a form, tracker or hosted store" },
	{ DEEDS_NET, OF_HOST | OF_FOREIGN | OF_PAYLOAD | OF_LOOSE |
	    OF_NAMELESS, ANYWHERE, MARK_TRAFFIC | MARK_REQUEST, 0, MARK_FORGE,
	    "exfil-visitors", "exfiltration", "TA0009",
	    "sends what visitors of the web server "
	    "send on to a fixed address" },
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LOOSE | OF_NAMELESS |
	    OF_REPLACED, ANYWHERE, MARK_TRAFFIC, 0, 0, "patch-reports",
	    "exfiltration", "TA0009", "sends what a function is called with "
	    "that took the place of another library's" },
	/* what a decorator's own service would do */
	{ DEEDS_NET, OF_HOST | OF_FOREIGN | OF_PAYLOAD | OF_LOOSE |
	    OF_NAMELESS, ANYWHERE, MARK_TRAFFIC | MARK_PASSED, 0, MARK_REQUEST,
	    "exfil-arguments", "exfiltration", "TA0009",
	    "sends what the user's own functions "
	    "are called with to a fixed address" },
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LOOSE, ANYWHERE, MARK_TRAFFIC |
	    MARK_CLIENTS, 0, MARK_REQUEST, "exfil-traffic", "exfiltration",
	    "TA0009", "sends what the "
	    "user's own client sends to a fixed address" },
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LOOSE, ANYWHERE, MARK_HUNTED, 0,
	    0, "exfil-hunted", "exfiltration", "TA0009", "sends what it "
	    "chose by words or endings of secrets to a fixed address" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_DROP, MARK_SECRET | MARK_TOKEN |
	    MARK_ENVIRON, 0, "exfil-command-drop", "exfiltration", "TA0010",
	    "has a program send secrets to an anonymous service" },
	{ DEED(DEED_LOGIN), OF_LITERALS, AT_LOAD, 0, 0, 0, "mail-literal",
	    "exfiltration", "TA0010",
	    "logs into a mailbox by itself, with a password in the code" },
	{ DEED(DEED_PLACE), 0, ANYWHERE, MARK_DECODED | MARK_PACKED, 0, 0,
	    "memory-code", "dynamic-exec", "TA0005",
	    "puts bytes decoded from a literal into memory by itself" },
	{ DEEDS_EXEC | DEEDS_RUN, OF_FIRST, ANYWHERE, MARK_REQUEST, 0, 0,
	    "web-shell", "remote-control", "TA0011",
	    "runs what a visitor of the web server sends" },
	{ DEEDS_EXEC, 0, IN(CONTEXT_CALL), MARK_NETWORK | MARK_URL, 0,
	    MARK_FORGE | MARK_SOCKET, "exec-downloaded-fixed", "dynamic-exec",
	    "TA0002", "executes code fetched from a fixed address" },
	{ DEED(DEED_CONNECT), 0, ANYWHERE, 0, MARK_RAW_IP, 0,
	    "connect-raw-address", "network", "TA0011",
	    "connects to an address without a name" },
	{ DEED(DEED_CONNECT), 0, IN(CONTEXT_IMPORT), 0, 0, 0,
	    "import-connect", "network", "TA0011",
	    "opens a connection when imported" },

	{ DEEDS_EXEC, OF_NUMBERS, ANYWHERE, 0, 0, 0, "exec-numbers",
	    "dynamic-exec", "TA0005",
	    "executes code written as a list of numbers" },
	{ DEED(DEED_UNPICKLE), 0, ANYWHERE, MARK_NETWORK, 0, 0,
	    "unpickle-downloaded", "dynamic-exec", "TA0002",
	    "loads a pickle, which may call anything, from the network" },
	{ DEED(DEED_UNPICKLE), OF_UNCHECKED, AT_LOAD, MARK_NETWORK | MARK_URL,
	    0, MARK_FORGE | MARK_SOCKET, "unpickle-fixed", "dynamic-exec",
	    "TA0002", "loads a pickle or template, which may call anything, "
	    "from a fixed address by itself" },
	{ DEED(DEED_UNPICKLE), 0, ANYWHERE, MARK_DECODED | MARK_PACKED, 0,
	    MARK_NETWORK, "unpickle-decoded", "dynamic-exec", "TA0005",
	    "loads a pickle, which may call anything, from a literal" },
	{ DEEDS_EXEC, 0, AT_LOAD, MARK_DECODED | MARK_FILE | MARK_HERE, 0, 0,
	    "exec-decoded-own", "dynamic-exec", "TA0005",
	    "executes what is encoded in a file of the package" },
	{ DEEDS_EXEC, 0, IN(CONTEXT_CALL), MARK_DECODED | MARK_FILE | MARK_HERE,
	    0, MARK_NETWORK, "exec-encoded-data", "dynamic-exec", "TA0005",
	    "executes what is encoded in a file of the package when it is "
	    "called" },
	{ DEED(DEED_PATH), 0, AT_LOAD, 0, MARK_DROPPED, MARK_FORGE,
	    "import-dropped", "download-exec", "TA0002",
	    "imports code that it has just fetched and written" },
	{ DEEDS_EXEC, 0, AT_LOAD, MARK_DROPPED, 0, MARK_NETWORK | MARK_DECODED,
	    "exec-dropped", "download-exec", "TA0002",
	    "executes a file that it has just fetched and written" },
	{ DEED(DEED_LOAD), 0, AT_LOAD, MARK_HERE | MARK_DECODED, 0, 0,
	    "load-shipped", "shipped-program", "TA0002",
	    "loads an encoded file of the package as code" },
	{ DEEDS_RUN, 0, AT_LOAD, MARK_PIP | MARK_FOREIGN, 0, 0, "pip-foreign",
	    "process", "TA0002",
	    "installs a package from elsewhere than the index" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_DESTROY, 0, 0, "destroy-command",
	    "impact", "TA0040", "runs a command that destroys a home or a disk"
	    },
	{ DEED(DEED_WRITE), 0, ~IN(CONTEXT_CALL), 0, MARK_DESTROY, 0,
	    "destroy-disk", "impact", "TA0040", "writes over a disk" },
	{ DEEDS_RUN, 0, ANYWHERE, MARK_AGENT | MARK_COMMAND, 0, 0,
	    "agent-start", "prompt", "TA0002",
	    "starts an AI tool without its safeguards" },
	{ DEEDS_RUN, 0, IN(CONTEXT_STARTUP) | IN(CONTEXT_IMPORT),
	    MARK_WORKFLOW, 0, 0, "publish-command",
	    "propagation", "TA0008", "publishes packages by itself" },
	/* a command that a file of settings names is the user's */
	{ DEEDS_RUN, 0, AT_LOAD, MARK_SECRET, 0, MARK_FILE, "secret-command",
	    "credential-theft", "TA0006",
	    "asks a program for stored credentials" },
	/* and a token of the environment is one that the program is told */
	{ DEEDS_RUN, 0, AT_LOAD, MARK_TOKEN, 0, MARK_FILE | MARK_VARIABLE,
	    "secret-command", "credential-theft", "TA0006",
	    "asks a program for stored credentials" },
	/* wallets: what is copied, typed and signed */
	{ DEED(DEED_CLIP), 0, ANYWHERE, MARK_COIN, 0, 0, "clipboard-coin",
	    "credential-theft", "TA0009",
	    "puts an address of coins into the clipboard" },
	{ DEEDS_RUN, 0, AT_LOAD, MARK_COIN, 0, 0, "run-coin", "impact",
	    "TA0040", "has a program use an address of coins" },
	{ DEEDS_NET, 0, IN(CONTEXT_CALL) | IN(CONTEXT_DATA), MARK_PRIVATE |
	    MARK_URL, 0, MARK_FORGE, "exfil-secret-fixed", "exfiltration",
	    "TA0006", "sends stored credentials to a fixed address" },
	/* the server's own address is none that is fixed */
	{ DEEDS_NET, OF_HOST | OF_FOREIGN | OF_PAYLOAD, ANYWHERE, MARK_PASSWORD
	    | MARK_SERVER, 0, MARK_FORGE, "exfil-login", "exfiltration",
	    "TA0006", "sends a server's name and password to a fixed address" },
	{ DEEDS_NET, OF_HOST | OF_FOREIGN | OF_PAYLOAD | OF_LOOSE, ANYWHERE,
	    MARK_PASSWORD, 0, MARK_FORGE | MARK_SERVER, "exfil-password",
	    "exfiltration", "TA0006", "sends a password that it was given to "
	    "a fixed address, whatever the answer" },
	{ DEEDS_NET, OF_HOST | OF_FOREIGN | OF_PAYLOAD | OF_LOOSE,
	    IN(CONTEXT_CALL), MARK_OUTPUT, 0, MARK_FORGE, "exfil-output-fixed",
	    "exfiltration", "TA0010", "sends away what a command printed, "
	    "whatever the answer" },
	{ DEED(DEED_LOAD), 0, IN(CONTEXT_CALL), MARK_DROPPED | MARK_TEMPORARY,
	    0, MARK_FORGE, "load-temporary", "download-exec", "TA0002",
	    "loads a library that it fetched into a folder of scratch files" },
	{ DEED(DEED_BLIND), 0, ANYWHERE, 0, 0, 0, "hidden-copy", "exfiltration",
	    "TA0010", "sends a copy of each mail to somebody unseen" },
	{ DEEDS_RUN, 0, IN(CONTEXT_CALL), MARK_DROPPED | MARK_COMMAND, 0, 0,
	    "run-dropped-hidden", "download-exec", "TA0002",
	    "runs what it has fetched by a command line that hides it" },
	{ DEED(DEED_TOOL), 0, ANYWHERE, 0, 0, 0, "tool-orders", "prompt",
	    "TA0002",
	    "describes a tool to an assistant with orders to keep from its "
	    "user" },
	{ DEED(DEED_MEMBER), 0, AT_LOAD, MARK_NETWORK, 0, 0, "exec-downloaded",
	    "dynamic-exec", "TA0002", "hands what it fetched to a built-in "
	    "function that is named elsewhere" },
	{ DEED(DEED_MEMBER), 0, AT_LOAD, MARK_DECODED, 0, 0, "exec-decoded-own",
	    "dynamic-exec", "TA0005",
	    "hands a decoded text to a built-in function that is named "
	    "elsewhere" },
	{ DEEDS_RUN, OF_WHOLE | OF_FIRST, IN(CONTEXT_CALL), MARK_NETWORK |
	    MARK_URL, 0, MARK_FORGE | MARK_SOCKET, "run-downloaded-fixed",
	    "download-exec", "TA0002",
	    "runs a command fetched from a fixed address" },

	/* fetched from an address in the code, or encoded in the package */
	{ DEEDS_EXEC, OF_UNCHECKED, IN(CONTEXT_CALL), MARK_DROPPED | MARK_URL,
	    0, MARK_FORGE | MARK_NETWORK, "exec-dropped-fixed", "dynamic-exec",
	    "TA0002", "executes a file that it fetched from a fixed address" },
	{ DEED(DEED_LOAD), OF_UNCHECKED, IN(CONTEXT_CALL), MARK_DROPPED |
	    MARK_URL, 0, MARK_FORGE, "load-dropped-fixed", "download-exec",
	    "TA0002", "loads code that it fetched from a fixed address" },
	{ DEEDS_RUN, OF_UNCHECKED | OF_HUSHED | OF_SILENT, IN(CONTEXT_CALL),
	    MARK_DROPPED | MARK_URL, 0, MARK_FORGE, "run-dropped-aside",
	    "download-exec", "TA0002",
	    "runs what it fetched from a fixed address, and hides "
	    "what comes of it" },
	/* ... by one line of a shell's */
	{ DEEDS_RUN, OF_HUSHED | OF_SILENT, IN(CONTEXT_CALL), MARK_COMMAND |
	    MARK_URL, 0, MARK_FORGE, "run-dropped-aside", "download-exec",
	    "TA0002", "has a shell run what it fetched from a fixed address, "
	    "and hides what comes of it" },
	{ DEEDS_RUN | DEED(DEED_LOAD), 0, IN(CONTEXT_CALL), MARK_DROPPED |
	    MARK_BUILT, 0, MARK_NETWORK, "run-encoded", "hidden-executable",
	    "TA0005", "starts what a key turned into a program" },
	{ DEEDS_EXEC | DEEDS_RUN, OF_FIRST, IN(CONTEXT_CALL), MARK_SOCKET |
	    MARK_URL, 0, MARK_FORGE, "remote-command-fixed", "remote-control",
	    "TA0011", "runs what a peer at a fixed address sends" },
	{ DEED(DEED_UNPICKLE), 0, IN(CONTEXT_CALL), MARK_NETWORK | MARK_SOCKET |
	    MARK_URL, 0, MARK_FORGE, "unpickle-peer", "remote-control",
	    "TA0011", "loads a pickle, which may call anything, that a peer at "
	    "a fixed address sends" },
	{ DEED(DEED_LOGIN), OF_LITERALS | OF_SILENT, IN(CONTEXT_CALL), 0, 0, 0,
	    "mail-literal-aside", "exfiltration", "TA0010", "logs into a "
	    "mailbox with a password in the code, and hides that it failed" },
	{ DEEDS_NET, OF_HOST | OF_GIVEN | OF_LOOSE | OF_SILENT | OF_UNHEARD,
	    IN(CONTEXT_CALL), MARK_FILE, 0, MARK_FORGE, "file-aside",
	    "exfiltration", "TA0010", "sends a file that it was given to a "
	    "fixed address, whatever the answer, and hides that it failed" },
	/* ... who uploads crashes knows whose they are */
	{ DEEDS_NET, OF_HOST | OF_GIVEN | OF_LOOSE | OF_SILENT | OF_UNHEARD |
	    OF_NAMELESS | OF_KEYLESS | OF_FILE, IN(CONTEXT_CALL), MARK_FILE, 0,
	    MARK_FORGE, "worked-aside", "exfiltration", "TA0010", "sends a "
	    "file that it was given to a fixed address that asks nobody who "
	    "he is, whatever the answer, and hides that it failed" },
	{ DEEDS_RUN, 0, AT_LOAD, MARK_PIP | MARK_URL, 0, MARK_FORGE |
	    MARK_FOREIGN, "pip-foreign", "process", "TA0002",
	    "installs a package from elsewhere than the index" },
	{ DEEDS_RUN, 0, AT_LOAD, MARK_PIP | MARK_RAW_IP, 0, MARK_FOREIGN,
	    "pip-foreign", "process", "TA0002",
	    "installs a package from elsewhere than the index" },
	{ DEEDS_RUN, OF_HUSHED, IN(CONTEXT_CALL), MARK_PIP | MARK_URL, 0,
	    MARK_FORGE, "pip-foreign-call", "process", "TA0002",
	    "installs a package from elsewhere than the index when it is "
	    "called" },

	{ DEEDS_RUN, OF_GIVEN | OF_HUSHED, IN(CONTEXT_CALL), MARK_UPLOADING, 0,
	    MARK_FORGE | MARK_PASSED | MARK_CLIENTS, "upload-hushed",
	    "exfiltration", "TA0010",
	    "has a program send what it was given to an address in the code, "
	    "and hides what comes of it" },
	{ DEEDS_NET, OF_HOST | OF_BODY | OF_LOOSE, IN(CONTEXT_CALL),
	    MARK_SPIED, 0, MARK_FORGE, "exfil-spied-fixed", "exfiltration",
	    "TA0009", "sends the screen, keys or clipboard to a fixed "
	    "address, whatever the answer" },
	{ DEED(DEED_DOOR), 0, ANYWHERE, MARK_PASSED, 0, 0, "sealed-command",
	    "remote-control", "TA0011", "executes what it is given for whoever "
	    "knows a word whose digest stands in the code" },
	{ DEED(DEED_DOOR), 0, ANYWHERE, 0, 0, MARK_PASSED, "master-password",
	    "remote-control", "TA0003", "lets in whoever knows a password "
	    "whose digest stands in the code" },
	{ DEED(DEED_DOOR_WORD), 0, ANYWHERE, 0, 0, 0, "master-word",
	    "remote-control", "TA0003",
	    "lets in whoever knows a password that stands in the code" },
	{ DEEDS_EXEC, OF_FIRST, IN(CONTEXT_CALL), MARK_DECODED | MARK_PACKED |
	    MARK_BUILT, 0, MARK_NETWORK, "exec-keyed", "dynamic-exec",
	    "TA0005", "executes what a key turned into code" },
	{ DEEDS_EXEC, OF_FIRST | OF_MACHINE, ANYWHERE, MARK_BUILT, 0, 0,
	    "exec-machine-key", "dynamic-exec", "TA0005", "executes what only "
	    "something of the machine or the time turns into code" },
	{ DEEDS_NET, OF_CONSTANT | OF_GIVEN | OF_LOOSE, IN(CONTEXT_CALL),
	    MARK_HOOK, 0, 0, "report-hook", "exfiltration", "TA0010",
	    "reports what it was given to a chat of its own" },

	/* on the side: nobody waits for the answer, nobody hears of failures */
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LOOSE | OF_SILENT,
	    IN(CONTEXT_CALL) | IN(CONTEXT_IMPORT), 0, MARK_PASSWORD | MARK_KEY
	    | MARK_SECRET | MARK_PRIVATE, MARK_FORGE, "exfil-aside",
	    "exfiltration", "TA0006", "sends a secret to a fixed address, "
	    "whatever the answer, and hides that it failed" },
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LOOSE | OF_SILENT | OF_UNHEARD,
	    IN(CONTEXT_CALL) | IN(CONTEXT_IMPORT), 0, MARK_CREDENTIAL |
	    MARK_TOKEN, MARK_FORGE | MARK_PASSWORD | MARK_KEY | MARK_SECRET |
	    MARK_PRIVATE, "exfil-aside-token", "exfiltration", "TA0006",
	    "sends a key or token to a fixed address, whatever the answer, "
	    "and hides that it failed" },
	{ DEEDS_NET, OF_HOST | OF_FOREIGN | OF_BODY | OF_LOOSE | OF_UNHEARD |
	    OF_SECOND, IN(CONTEXT_CALL), MARK_URL, MARK_CREDENTIAL |
	    MARK_TOKEN, MARK_FORGE | MARK_PASSWORD, "exfil-second",
	    "exfiltration", "TA0006",
	    "sends a key or token to somebody else than the service "
	    "whose answers it uses" },
	{ DEEDS_NET, OF_HOST | OF_BODY | OF_LOOSE | OF_UNHEARD,
	    IN(CONTEXT_CALL), MARK_URL, MARK_PASSWORD | MARK_SECRET |
	    MARK_PRIVATE | MARK_KEY, MARK_FORGE, "exfil-unheard",
	    "exfiltration",
	    "TA0006",
	    "sends a secret to an address whose answers nobody ever uses" },
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_SILENT, IN(CONTEXT_CALL),
	    MARK_KEY, 0, MARK_FORGE | MARK_CHAIN, "exfil-key-aside",
	    "exfiltration", "TA0006",
	    "sends a private key on, and hides that it failed" },
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_SIGNER, IN(CONTEXT_CALL),
	    MARK_KEY, 0, MARK_FORGE, "exfil-key-signed", "exfiltration",
	    "TA0006", "sends a private key with which it signs by itself" },
	{ DEED(DEED_SEND), OF_FIXED | OF_GIVEN | OF_SILENT, IN(CONTEXT_CALL),
	    MARK_RAW_IP, 0, 0, "raw-address-aside", "exfiltration", "TA0010",
	    "sends what it was given to an address "
	    "without a name, and hides that it failed" },
	{ DEED(DEED_SEND), OF_FIXED | OF_GIVEN | OF_LOOSE, IN(CONTEXT_CALL),
	    MARK_RAW_IP, 0, 0, "raw-address-given", "exfiltration", "TA0010",
	    "sends what it was given to an address without a name" },
	{ DEEDS_NET, OF_HOST | OF_BODY | OF_LOOSE, IN(CONTEXT_CALL),
	    MARK_WORKDIR | MARK_URL, 0, MARK_FORGE, "exfil-workdir-aside",
	    "exfiltration", "TA0010", "sends the files of the working folder "
	    "to a fixed address, whatever the answer" },
	{ DEED(DEED_RESOLVE), OF_FIXED | OF_GIVEN | OF_ENCODES,
	    IN(CONTEXT_CALL), 0, 0, 0, "exfil-dns-encoded", "exfiltration",
	    "TA0010", "writes what it was given into the names that it asks "
	    "the resolver for" },
	{ DEED(DEED_RESOLVE), OF_FIRST | OF_FIXED | OF_ENCODES,
	    IN(CONTEXT_CALL), 0, MARK_HOSTNAME | MARK_USER, 0,
	    "exfil-dns-encoded", "exfiltration", "TA0010", "writes the names "
	    "of user or machine into those that it asks the resolver for" },
	{ DEED(DEED_LOAD), OF_NATIVE, IN(CONTEXT_CALL), MARK_HERE |
	    MARK_DATAFILE, 0, 0, "load-data-called", "shipped-program",
	    "TA0005", "loads a file of the package that is named as data as "
	    "machine code when it is called" },
	/* ... and what is started so: who ships a program calls it one */
	{ DEEDS_RUN, OF_PLANTED | OF_HUSHED, IN(CONTEXT_CALL), 0, 0,
	    MARK_NETWORK | MARK_DROPPED, "run-data-called", "shipped-program",
	    "TA0005", "starts a file of the package that is named as data, and "
	    "hides what it does" },
	{ DEEDS_RUN, OF_PLANTED, AT_LOAD, 0, 0, MARK_NETWORK | MARK_DROPPED,
	    "run-data-called", "shipped-program", "TA0005",
	    "starts a file of the package that is named as data" },
	{ DEED(DEED_LOAD), OF_NATIVE, IN(CONTEXT_STARTUP), 0, 0, 0,
	    "startup-loads-native", "startup-action", "TA0003",
	    "loads machine code from a file whenever Python starts" },
	{ DEED(DEED_LOAD), OF_NATIVE, IN(CONTEXT_INSTALL), MARK_HERE, 0, 0,
	    "install-loads-native", "shipped-program", "TA0002",
	    "loads machine code of the source tree during installation" },
	{ DEEDS_RUN, OF_DETACHED, IN(CONTEXT_INSTALL) | IN(CONTEXT_STARTUP), 0,
	    0, 0, "install-detached", "process", "TA0002", "starts a program "
	    "during installation that goes on when it has ended" },
	{ DEED(DEED_LOAD), 0, AT_LOAD, MARK_HERE | MARK_DATAFILE, 0, 0,
	    "load-data-file", "shipped-program", "TA0005",
	    "loads a file of the package as code that is named as data" },
	{ DEEDS_NET, OF_HOST | OF_BODY, AT_LOAD, MARK_AGENT, 0, MARK_SECRET |
	    MARK_TOKEN, "exfil-agent", "exfiltration", "TA0009",
	    "sends what AI tools keep away by itself" },
	{ DEEDS_RUN, OF_FOREIGN | OF_UPLOAD, IN(CONTEXT_CALL), MARK_URL,
	    MARK_SECRET | MARK_PRIVATE, MARK_FORGE, "exfil-command-foreign",
	    "exfiltration", "TA0010", "has a program send stored credentials "
	    "to who did not issue them" },
	{ DEEDS_RUN, OF_UPLOAD, IN(CONTEXT_CALL), MARK_URL | MARK_PRIVATE, 0,
	    MARK_FORGE, "exfil-command-foreign", "exfiltration", "TA0010",
	    "has a program send stored credentials to who did not issue "
	    "them" },
	{ DEEDS_RUN, OF_FOREIGN | OF_UPLOAD, IN(CONTEXT_CALL), MARK_URL |
	    MARK_COMMAND, MARK_TOKEN | MARK_ENVIRON, MARK_FORGE,
	    "exfil-command-foreign", "exfiltration", "TA0010", "has a program "
	    "send stored credentials to who did not issue them" },
	/* the file, not a login by it; or whoever it is whose address is
	 * encoded */
	{ DEEDS_RUN, OF_FOREIGN | OF_HANDS, IN(CONTEXT_CALL), MARK_URL,
	    MARK_TOKEN, MARK_FORGE, "exfil-command-foreign", "exfiltration",
	    "TA0010", "has a program send stored credentials to who did not "
	    "issue them" },
	{ DEEDS_RUN, OF_HANDS, IN(CONTEXT_CALL), MARK_URL | MARK_DECODED,
	    MARK_TOKEN | MARK_SECRET | MARK_PRIVATE, 0,
	    "exfil-command-foreign", "exfiltration", "TA0010", "has a program "
	    "send stored credentials to who did not issue them" },
	{ DEEDS_EXEC, 0, IN(CONTEXT_CALL), MARK_NETWORK | MARK_DECODED |
	    MARK_URL, 0, MARK_SOCKET | MARK_FILE, "exec-downloaded-encoded",
	    "dynamic-exec", "TA0002",
	    "executes what it decoded from a page that it fetched" },
	{ DEEDS_NET, OF_HOST | OF_BODY | OF_LOOSE | OF_SILENT | OF_UNHEARD |
	    OF_NAMELESS | OF_KEYLESS | OF_WORKED, IN(CONTEXT_CALL) |
	    IN(CONTEXT_IMPORT), 0, 0, MARK_FORGE, "worked-aside",
	    "exfiltration", "TA0010", "sends what it is given to work on to a "
	    "fixed address that asks nobody who he is, and hides that it "
	    "failed" },
	{ DEEDS_NET, OF_OWNED | OF_GIVEN | OF_LOOSE | OF_SILENT,
	    IN(CONTEXT_CALL) | IN(CONTEXT_IMPORT), MARK_HOOK, 0, 0,
	    "report-bot", "exfiltration", "TA0010",
	    "reports what it was given "
	    "to a chat of its own, and hides that it failed" },
	/* a service's own statistics tell no names */
	{ DEEDS_NET, OF_HOST | OF_LOOSE | OF_SILENT | OF_UNHEARD | OF_NAMELESS,
	    IN(CONTEXT_CALL), MARK_USER | MARK_HOSTNAME, 0, MARK_FORGE |
	    MARK_ISSUER, "beacon-aside", "beacon", "TA0007",
	    "sends the names of user and machine to a fixed address that asks "
	    "nobody who he is, and hides that it failed" },
	{ DEEDS_RUN, OF_HUSHED, IN(CONTEXT_CALL), MARK_UPLOADING | MARK_URL |
	    MARK_USER | MARK_HOSTNAME, 0, MARK_FORGE, "beacon-aside", "beacon",
	    "TA0007", "sends the names of user and machine to a fixed address "
	    "that asks nobody who he is, and hides that it failed" },
	/* ... nor would a service whose users nobody tells apart */
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LOOSE | OF_SILENT | OF_NAMELESS
	    | OF_KEYLESS, ANYWHERE, MARK_TRAFFIC | MARK_PASSED, 0, MARK_REQUEST
	    | MARK_FORGE, "arguments-aside", "exfiltration", "TA0009", "sends "
	    "what its user's own functions take, give, log or run to a fixed "
	    "address that asks nobody who he is, and hides that it failed" },
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LOOSE | OF_SILENT | OF_NAMELESS
	    | OF_KEYLESS, ANYWHERE, MARK_TRAFFIC | MARK_REQUEST, 0, MARK_FORGE,
	    "exfil-visitors", "exfiltration", "TA0009", "sends what visitors "
	    "of the web server send on to a fixed address that asks nobody "
	    "who he is, and hides that it failed" },
	/* whatever the host is named after, and whatever comes back */
	{ DEEDS_NET, OF_HOST | OF_PAYLOAD | OF_LENT, IN(CONTEXT_CALL) |
	    IN(CONTEXT_IMPORT), MARK_LENT, MARKS_LOCK, MARK_FORGE |
	    MARK_ISSUER, "exfil-lent", "exfiltration", "TA0006", "sends the "
	    "key or token of another service, with which it makes that "
	    "service's client, to a fixed address" },
	{ DEEDS_NET, 0, IN(CONTEXT_CALL), MARK_DECODED | MARK_URL,
	    MARK_HOSTNAME | MARK_USER, MARK_NETWORK | MARK_FILE | MARK_ISSUER,
	    "beacon-encoded", "beacon", "TA0007", "sends the names of user "
	    "and machine to an address that is encoded in the code" },
	/* who only hides whose service he uses waits for what it says */
	{ DEEDS_NET, OF_FIRST | OF_LOOSE | OF_SILENT | OF_UNHEARD,
	    IN(CONTEXT_CALL), MARK_DECODED | MARK_URL, 0, MARK_NETWORK |
	    MARK_FILE | MARK_ISSUER, "encoded-aside", "exfiltration", "TA0011",
	    "reports to an address that is encoded in the code, "
	    "whatever the answer, and hides that it failed" },
	{ DEEDS_NET, OF_FIRST | OF_GIVEN | OF_LOOSE | OF_UNHEARD,
	    IN(CONTEXT_CALL), MARK_DECODED | MARK_URL, 0, MARK_NETWORK |
	    MARK_FILE | MARK_ISSUER, "encoded-aside", "exfiltration",
	    "TA0011", "hands what it was given to an address that is encoded "
	    "in the code, whatever the answer" },
	{ DEEDS_NET, OF_FIRST, ANYWHERE, MARK_DECODED | MARK_URL, 0,
	    MARK_NETWORK | MARK_FILE | MARK_ISSUER, "address-encoded",
	    "endpoint", "TA0011", "uses an address that is encoded in the "
	    "code" },
	{ DEEDS_NET, OF_HOST | OF_GIVEN | OF_LOOSE | OF_SILENT,
	    IN(CONTEXT_CALL), MARK_FORM, 0, 0, "report-aside", "exfiltration",
	    "TA0010", "files what it was given with a hosted store or form, "
	    "whatever the answer, and hides that it failed" },
};

const size_t code_rules_count = ARRAY_LEN(code_rules);

const struct write_rule write_rules[] = {
	{ MARK_AGENT, MARK_ORDERS, MARK_COMMAND | MARK_FETCHING | MARK_SECRET |
	    MARK_TOKEN, ANYWHERE, { .id = "agent-config-orders",
	    .category = "prompt", .tactic = "TA0003", .text = "writes into "
	    "what AI tools obey that they run or take something unseen" } },
	{ MARK_PERSIST | MARK_PTH, MARK_COMMAND, 0, ANYWHERE, {
	    .id = "persistence-payload",
	    .category = "persistence", .tactic = "TA0003", .text = "writes a "
	    "command that fetches or hides into a place that starts "
	    "programs" } },
	{ MARK_PERSIST, 0, 0, ANYWHERE, { .id = "persistence-write",
	    .category = "persistence", .tactic = "TA0003",
	    .text = "writes into a place that starts programs" } },
	{ MARK_AGENT, MARK_COMMAND | MARK_ORDERS, 0, ANYWHERE,
	    { .id = "agent-config-payload", .category = "prompt",
	    .tactic = "TA0003", .text = "writes commands or orders into what "
	    "AI tools obey" } },
	{ MARK_AGENT, 0, 0, AT_LOAD, { .id = "agent-config-write",
	    .category = "prompt", .tactic = "TA0003",
	    .text = "changes the configuration of AI tools by itself" } },
	{ MARK_WORKFLOW, MARK_COMMAND, 0, AT_LOAD, { .id = "workflow-payload",
	    .category = "propagation", .tactic = "TA0008", .text = "writes a "
	    "command that fetches or hides into what a CI service, git or an "
	    "editor runs, by itself" } },
	{ MARK_WORKFLOW | MARK_AGENT, MARK_COMMAND, 0, IN(CONTEXT_CALL),
	    { .none = MARK_FORGE, .id = "settings-payload",
	    .category = "propagation", .tactic = "TA0008", .text = "writes a "
	    "command that fetches or hides from an address of its own into "
	    "what a tool obeys" } },
	{ MARK_WORKFLOW, 0, 0, AT_LOAD, { .id = "workflow-write",
	    .category = "propagation", .tactic = "TA0008", .text = "changes "
	    "what a CI service, git or an editor runs, by itself" } },
	{ MARK_PTH, 0, 0, IN(CONTEXT_IMPORT) | IN(CONTEXT_STARTUP),
	    { .id = "startup-file-write", .category = "persistence",
	    .tactic = "TA0003", .text = "writes a file that Python runs at "
	    "every start" } },
	{ MARK_DESTROY, 0, 0, ANYWHERE, { .id = "destroy-disk",
	    .category = "impact", .tactic = "TA0040",
	    .text = "writes over a disk" } },
	{ MARK_SEARCHED, MARK_ENCRYPTED, 0, ANYWHERE, { .id = "encrypt-home",
	    .category = "impact", .tactic = "TA0040",
	    .text = "encrypts every file of a home" } },
	{ MARK_PTH, 0, 0, IN(CONTEXT_INSTALL), { .id = "startup-file-install",
	    .category = "persistence", .tactic = "TA0003",
	    .text = "the installer writes a file that Python runs at every "
	    "start" } },
};

const size_t write_rules_count = ARRAY_LEN(write_rules);
