/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * limits - every bound on what comes from outside, with its reason.
 *
 * The ones that an operator may change are the defaults of `limits` in
 * pypiwatch.conf(5).
 */

#define LOG_LINE_MAX 2048	/* PIPE_BUF is 4096: a line stays whole */

/* names: PyPI has no maximum; file names bound it to about 200 */
#define PROJECT_NAME_MAX 214
#define NAME_WORDS_MAX 16	/* of 15,000 popular names the longest has 9 */
#define VERSION_MAX 200		/* longest seen on PyPI: 77 */
#define FILENAME_MAX_BYTES 512	/* name + version + wheel tags */
#define URL_MAX 2048		/* what every proxy on the way accepts */
#define ACTION_MAX 1024		/* longest action: names of two users or
				   teams */
#define ACTOR_MAX 256		/* user and team names */

/* messages: below the 208 KiB that a Unix socket takes by default */
#define MESSAGE_MAX (128 * 1024)
#define MESSAGE_BACKLOG_MAX (16u * 1024 * 1024)	/* then the peer is stuck */

/* what one file may report: beyond it the rest adds nothing to a verdict */
#define FINDINGS_MAX 200
#define NAME_MATCHES_MAX 16
#define INDICATORS_MAX 100
#define METADATA_LIST_MAX 64
#define COSTS_MAX 512		/* stages and rules; a team's own rules are
				   hundreds, and 512 are 45 kB of an answer */
#define FINDING_TEXT_MAX 300
#define SNIPPET_MAX 240
#define ENTRY_PATH_MAX 1024
#define METADATA_TEXT_MAX 2048
#define RULE_NAME_MAX 80
#define INDICATOR_MAX 1024
#define NAMES_FILE_MAX (16 * 1024 * 1024) /* every project of PyPI, by name */
#define EVENT_BATCH_MAX 200	/* events a message: 200 x 600 bytes fit */
#define UPLOAD_BATCH_MAX 60	/* uploads a message: 60 x 2 KB */
#define LISTED_BATCH_MAX 400	/* listed files a message: 400 x 250 bytes */
#define FOLLOWED_MAX (INDEXES_MAX + 8)	/* sources of one daemon */
#define FEED_ITEMS_KNOWN 200	/* what both feeds show, and some more */
#define ALERT_PAYLOAD_MAX (96 * 1024)
#define DELIVERY_ID_MAX 64	/* a UUID has 36 */
#define RECEIVER_REF_MAX 127	/* Slack's ts: 17; Discord's id: 19 */
#define ANSWER_MAX 512		/* of a sink's answer, kept for the operator */
#define ANSWER_READ_MAX 4096	/* of a sink's answer, read at all */
#define RETRY_AFTER_MAX_S (24 * 3600) /* a receiver may not park us for ever */

/* the target index, and a list of names: 15,000 take 6 MB in the index */
#define TARGETS_BYTES_MAX (64 * 1024 * 1024)

/* what a team uses: lists and bills of material out of its repositories */
#define DEPS_MAX 100000		/* the largest bill of material seen: 9,000 */
#define DEPS_BYTES_MAX (64 * 1024 * 1024) /* of one list, included files too */
#define DEPS_LINE_MAX (64 * 1024)	/* one with 200 hashes has 15 kB */
#define DEPS_FILES_MAX 64	/* that one requirements file draws in */
#define DEPS_DEPTH_MAX 8	/* of files that include each other */
#define DEPS_NESTING_MAX 32	/* arrays, tables, components within each
				   other */

/* config: written by the operator, bounded all the same */
#define CONFIG_BYTES_MAX (1024 * 1024)	/* some hundred sinks fit */
#define CONFIG_VALUE_MAX 4096	/* PATH_MAX */
#define SINK_NAME_MAX 64	/* goes into log lines and SQL */
#define SINKS_MAX 64		/* each has a queue in memory */
#define EXPR_DEPTH_MAX 20	/* brackets; the reader calls itself */
#define SINK_HEADERS_MAX 16	/* of one webhook; each is sent every time */
#define MAIL_ADDRESS_MAX 254	/* RFC 5321 4.5.3.1.3, without < and > */
#define MAIL_RECIPIENTS_MAX 100	/* what every server takes, RFC 5321
				   4.5.3.1.8 */
#define RECIPIENTS_TEXT_MAX (MAIL_RECIPIENTS_MAX * 256) /* 254 each, RFC 5321
				   4.5.3.1.3, and a comma */
#define INDEX_NAME_MAX 32	/* part of keys, of log lines and of SQL */
#define INDEXES_MAX 32		/* each polls on its own */
#define SOURCE_NAME_MAX (INDEX_NAME_MAX + 16)	/* "simple:" and an index */
#define SECRET_MAX 4096		/* longest webhook URLs are below 500 */

/* inspecting */
#define FINDINGS_SAME_MAX 3	/* of one rule and context */
#define PATHS_BYTES_MAX (1024 * 1024) /* 20,000 entries of 50 bytes */
#define METADATA_LINE_MAX 8192	/* keywords on one line: 4 KB seen */
#define FLOW_TEXTS_MAX 100000	/* names and texts of one source: 20k seen */
#define FLOW_BYTES_MAX (8 * 1024 * 1024) /* of those texts */
#define FLOW_REFERENCES_MAX 100000
#define FLOW_PASSINGS_MAX 20000	/* arguments with marks, of one source */
#define FLOW_KEYS_MAX 20000	/* of all tables of a source, with marks */
#define WORLD_NAMES_MAX 20000	/* functions and values of a package */
#define WORLD_EDGES_MAX 20000	/* imports of a package */
#define HELD_FILE_MAX (512 * 1024)	/* one module kept for a second look */
#define BUNDLED_MOST 8		/* encoded programs that are compared with the
				   package's sources; builders make one */
#define BUNDLED_SEARCH (64u * 1024 * 1024) /* bytes that are gone through for
				   one; all of the modules, 16 times */
#define HELD_BYTES_MAX (9u * 512 * 1024) /* all of them; malware: 20 KB */
/* What may be a login in a source: runs of small letters, capitals and digits
 * (keys of applications that name no secret are of one kind), and of one kind
 * a digest's half; pieces of them. */
#define KEY_MIXED_LEAST 7
#define KEY_LONG_LEAST 20
#define KEY_DIGITS_LEAST 4
#define KEY_PIECE_LEAST 3
#define KEY_PIECES_MOST 4
#define PACKAGE_MANUAL_MAX (256 * 1024) /* of texts for who reads first */
#define HELD_FILES_MAX 2000
#define HELD_FILES_FIRST 16	/* ... of them only what a build reads first */
#define READING_PIECE_MAX (1024 * 1024)	/* of one source at a time: trees and
					   marks take 100 times that at most */
#define READING_PIECE_LEAST (64 * 1024)	/* of a layer when others hold much */
#define READINGS_BYTES_MAX (32u << 20)	/* trees of them; others are read again:
					   limits.child-memory may be 256 MiB */
#define READINGS_FOLDS_MAX (16u << 20)	/* what was folded of them; as above */
#define READINGS_FLOWS_MAX (24u << 20)	/* what flow knows of them; as above */
#define RULE_FILE_MAX (4 * 1024 * 1024)	/* the largest public sets: 2 MB */
#define RULE_SCAN_SECONDS_MAX 5	/* shipped rules take 10 ms a megabyte */
#define RULE_PIECE (8 * 1024)	/* of what they do not end on: conditions over
				   pairs of places take the square of it */
#define RULE_PIECE_SHARED 1024 /* with the next: rules ask for 500 */
#define LAYER_DEPTH_MAX 8	/* deepest seen in malware: 50, all alike */
#define LAYER_BYTES_MAX (32u * 1024 * 1024)	/* of all layers of a file */
#define BUILD_COMMANDS_MAX (256 * 1024) /* of one build file or script */
#define SCRIPT_TEXT_MAX (16 * 1024) /* of a script under a name as of data */
#define SHELL_TARGETS_MAX 32	/* files that one script fetches; variables */
#define CRIB_ENDS_MAX (128 * 1024)	/* searched at each end of data: what
					   is hidden is small, or first */
#define CRIB_REPEATED_MAX (16 * 1024)	/* bytes in which keys of several bytes
					   are tried, by seven passes */
#define FOLDED_MAX 32		/* texts that one file executes */
#define EXECUTED_WORK (16u * 1024 * 1024) /* bytes of text times names of the
					   source, for one such text */
#define HINTS_MAX 64		/* annotations of a source that call
				   something */
#define EXECUTED_NAMES 24	/* of the file, that such a text uses */
/* Compiled modules of malware are under 200 KB; whole runtimes are megabytes
 * and name everything. */
#define NATIVE_STRINGS_MAX (1024 * 1024)
#define UNSEEN_MAX (64 * 1024)	/* bytes that unseen characters spell */
#define LAYERS_MAX 400		/* decoded texts a file */
#define PICKLE_MEMO_MAX 4096	/* texts that names may refer to: 100 seen */
#define PICKLE_TEXTS_MAX (256 * 1024) /* of one pickle */
#define MARSHAL_DEPTH_MAX 200	/* functions within functions: 20 seen */
#define MARSHAL_REFS_MAX 262144 /* objects that others refer to: 20k seen */
#define BYTECODE_TEXT_MAX (1024 * 1024) /* names, constants of one module */
#define COMPILED_BITS_MAX (1u << 20) /* for the words of one source: 20k seen */
#define COMPILED_BYTES_MAX (8u * 1024 * 1024) /* of all sources and names */
#define NATIVE_GO_MAX (16u * 1024 * 1024) /* Go links all that it uses: 2 MB
					   for nothing */
#define NATIVE_NAME_MAX 4096	/* mangled names of C++: 2 KB seen */
#define NATIVE_TEXT_MAX (4u * 1024 * 1024) /* names of one table */
#define NATIVE_SYMBOLS_MAX 200000 /* largest library seen: 90k */
#define NATIVE_TABLE_MAX 4096	/* segments, libraries, load commands */
#define PAYLOADS_MAX 8		/* members with findings: campaigns have one */
#define PAYLOAD_PATH_MAX 255	/* longer ones are no place for a payload */
#define PAYLOAD_LEAST 64	/* shorter ones are alike by chance */
#define PAYLOAD_MOST (1024 * 1024)
#define MODULES_TEXT_MAX (40 * 1024) /* 600 modules; fits into a message */
#define MODULES_DIGEST 32	/* hexadecimal digits of SHA-256 kept */
#define MODULES_TOPS_MAX 4096	/* bytes of names; honest wheels have 1 to 5 */
#define IMPORTS_MOST 20		/* of a wheel are kept; honest ones have
				   1 to 5 */
#define WEIGHTS_LINE_MAX 512

/* python: one source file */
#define PYTHON_SOURCE_MAX (64u << 20)	/* UNPACK_WHOLE_MAX */
#define PYTHON_NODES_MAX (4u << 20)	/* of its tree, 24 bytes each: 40 MB
					   of ordinary source */
#define PYTHON_BRACKETS_MAX 4000	/* CPython takes 200 within each
					   other */
#define PYTHON_BLOCKS_MAX 512	/* CPython takes 100 indents, 20 loops */
#define FOLD_STEPS_LEAST 50000	/* evaluations a source, and so many for each
				   of its bytes: a loop takes 15 to 40 a byte
				   that it decodes */
#define FOLD_STEPS_TIMES 40
#define FOLD_STEPS_MAX 8000000	/* about a second, of decoders four */
#define FOLD_STEP_BYTES 64	/* gone through or made for one step */
#define FOLD_STEP_ITEMS 8	/* ... of a list */
#define FOLD_UNPACK_COST 8192	/* bytes that beginning to unpack is worth */
#define FOLD_BYTES_MAX (64u << 20)	/* of all results */
#define FOLD_BYTES_LEAST (4u << 20)	/* of a layer when others hold much */
#define FOLD_LEFT_LEAST 4096	/* of them, for another result of a decoder */
#define FOLD_VALUE_MAX (16u << 20)	/* of one; layers within are opened */
#define FOLD_REPEAT_MAX (512u * 1024) /* "x" * n: a key for as many bytes */
#define FOLD_ITEMS_MAX 400000	/* of a list: a program as numbers */
#define FOLD_DEPTH_MAX 150	/* of names within names, calls within calls;
					   1 KB of stack each */
#define FOLD_CYCLE 20000	/* of itertools.cycle: texts with a key */
#define FOLD_RUNS_MAX 24	/* functions of the source within each other */
#define FOLD_PATH_MAX 160	/* dotted names; longer chains are not known */
#define FOLD_DIGITS_MAX 20000	/* of one number: reading is quadratic, 3 ms;
					   CPython refuses above 4300 */
#define FOLD_LAYER_LEAST 8	/* letters put together: shorter is no layer */
#define FOLD_LAYERS_MAX 4096
#define JSON_DEPTH_MAX 32	/* brackets of a text that is read as a table */
#define JSON_BYTES_MAX (1u << 20)	/* of one; a value takes up to 100 more
					   while it is read, a bracket 250 */
#define JSON_BRACKETS_MAX 50000
#define LITERAL_BYTES_MAX (256u * 1024)	/* the same of Python's literals: trees
					   take 100 times that at most */
#define LENT_FOLDS_MAX 32	/* modules of a package that others ask */
#define LENT_BYTES_MAX (2u << 20)	/* results of one */
#define LENT_SOURCE_MAX (256u * 1024)	/* ... which is no larger */
#define FOLD_RECORDS_MAX 4000	/* objects of one source */
#define MODULES_TOLD_MAX 12000	/* of them, attributes and items */
#define MODULES_NAMES_MAX 50000	/* of all modules of a package */
#define MODULES_ASKED_MAX 20000	/* questions of one source to them: 2,000 seen;
				   with more it is folded again */
#define PYTHON_SCOPES_MAX 200000	/* largest generated file seen:
					   40,000 */

/* names: PyPI has 800,000 projects; targets are the ones worth imitating */
#define TARGETS_MAX 200000
#define SEARCH_HITS_MAX 64	/* targets of one name: names of 3
				   letters: 40 */
#define FORM_SAME_MAX 8		/* targets equal in a form: the best ranked */
#define TARGET_LINE_MAX 512	/* rank, name, downloads, a comment */

/* http */
#define HTTP_REDIRECTS_MAX 3	/* PyPI needs one */
#define HTTP_CONNECT_MS 15000	/* DNS, TCP and TLS of a far, busy host */
#define HTTP_LOW_SPEED_S 30	/* a stall longer than this is a dead peer */
#define HTTP_HEADER_MAX 256	/* ETag, Content-Type: PyPI's have 24 and 50 */

/* fetch: the time for one file grows with its size */
#define FETCH_LEAST_MS 60000
#define FETCH_PLAN_SPEED 65536	/* bytes a second: a slow, honest line */
#define FETCH_MOST_MS 600000

/* unpack: what one archive may ask of us, beside `limits` in the config */
#define UNPACK_TOLD_MAX (128u << 10)	/* taken at its word, on the heap */
#define UNPACK_WHOLE_MAX (64u << 20)	/* unpacked in one piece; larger ones
					   stream, once for each class */
#define UNPACK_STARTUP_REACH 4	/* times limits.unpacked-bytes, in which
				   members that run by themselves are sought */
#define UNPACK_INDEX_MAX 262144	/* names: largest honest wheel seen: 31,000 */
#define UNPACK_NAMES_MAX (32u << 20)	/* bytes of them */
#define UNPACK_PATH_DEPTH_MAX 64	/* honest trees: 25 */
#define UNPACK_NESTING_MAX 8	/* the most of limits.nesting: the stack */
#define UNPACK_BOMB_BYTES (64u << 20)	/* as PyPI refuses wheels since 2025 */
#define UNPACK_BOMB_RATIO 50
#define UNPACK_SAME_FINDINGS_MAX 2	/* more of a kind add nothing, and
					   must not crowd out the others */
#define UNPACK_PAX_MAX 65536	/* of an extended header, read for its size */
#define UNPACK_HEADERS_MAX 65536	/* compared between two tar readers */
#define UNPACK_LINKS_MAX 64	/* links under names that run by themselves */

/* feeds */
#define XML_BYTES_MAX (64u << 20)	/* 50,000 changelog rows: about 30 MB */
#define XML_DEPTH_MAX 16	/* XML-RPC rows stand at 11 */
#define XML_TEXT_MAX (64 * 1024)	/* longest summary accepted: 512 */
#define CHANGELOG_PAGE_ROWS 50000	/* PyPI's own: a full page has more */
#define CHANGELOG_ROWS_MAX 200000	/* four times that */
#define CHANGELOG_OVERLAP 500	/* serials read again, see protocol 2 */
#define RSS_BYTES_MAX (4u << 20)	/* 100 items of 1 KB; a
					   mirror's, more */
#define RSS_ITEMS_MAX 1000	/* PyPI sends 100 and 40 */
#define RSS_SEEN_MAX 4096	/* hours of releases, days of projects */
#define RELEASE_JSON_MAX (16u << 20)	/* one release; a description has MBs */
#define PROJECT_JSON_MAX (24u << 20)	/* nightly builds: 10,000 files; a tree
					   takes ten times the text */
#define RELEASE_FILES_MAX 5000	/* wheels of one release; largest seen: 300 */
#define PROJECT_FILES_MAX 200000	/* twenty times the largest project */

#define SIMPLE_INDEX_MAX (256u << 20)	/* 800,000 projects: 30 MB */
#define SIMPLE_TOKEN_MAX (64 * 1024)	/* a name has 214 bytes at most */
#define SIMPLE_NAMES_MAX (64u << 20)	/* bytes of names: 12 MB */
#define LISTING_FILES_MAX 50000	/* of one project; nightly builds: 10,000 */
#define LISTING_HELD_MAX 1000	/* quarantined projects: some hundred a month */
#define LISTING_HELD_TURN 20	/* of them asked for in one pass: politeness */
#define LISTING_TAGS_MAX 100000	/* ETags of projects, where there are no
				   serials */

/* command: rules as the worker prints them; shipped ones: 50 kB */
#define WORKER_TEXT_MAX (16u << 20)

/* ingest: files held in memory while they wait; workers take two each */
#define INGEST_HELD_MAX 64

/* evidence: archives of detections, sealed */
#define EVIDENCE_PART_BYTES (1024 * 1024)	/* sealed at once: other
						   statements wait behind one */
#define REPORT_SUMMARY_MAX 1000 /* a person at PyPI reads it */
#define EVIDENCE_KEYS_MAX 32	/* rotated yearly: a generation */

/* retention: as in sql/retention.sql, retention_least() */
#define RETENTION_LEAST_DAYS 31	/* a month at least, as months are dropped */

/* lists of popular names: known ones have 15,000 rows, 1 MB */
#define POPULAR_ROWS_MAX 100000
#define POPULAR_JSON_MAX (32u << 20)

/* advisories: OSV files have 2 to 20 kB; a list of all of them some 50 MB */
#define ADVISORY_FILE_MAX (4u << 20)
#define ADVISORY_LIST_MAX (256u << 20)
#define ADVISORY_ID_MAX 128
#define ADVISORY_AFFECTED_MAX 1000	/* projects; as a rule one */
#define ADVISORY_VERSIONS_MAX 20000	/* nightly builds: 10,000 */
#define ADVISORY_BATCH 200	/* stored in one statement */

/* web: what a feed reader or Prometheus sends is below 2 KB */
#define WEB_HEADERS_MAX 8192
#define WEB_TIMEOUT_S 10	/* a slow-loris holds a connection so long */
#define WEB_PENDING_MAX 32	/* requests waiting for the database */
#define FEED_ITEMS_MAX 100	/* a week of alerts at PyPI's rate */

#endif
