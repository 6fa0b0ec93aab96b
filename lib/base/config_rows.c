/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_rows - every key of pypiwatch.conf: type, range, default, unit, help.
 * Takes: -  Gives: the table.
 * Runs in: every process.
 */
#include "base/config_rows.h"

#include "base/config.h"
#include "base/limits.h"
#include "base/str.h"

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define DAY INT64_C(86400)

static const char *const mode_names[] = { "observe", "alert", NULL };
static const char *const severity_names[] = { "none", "low", "medium", "high",
	"critical", NULL };
static const char *const sink_types[] = { "slack", "discord", "teams",
	"mattermost", "pagerduty", "webhook", "email", "syslog", "journal",
	NULL };
static const char *const campaign_names[] = { "together", "apart", NULL };
static const char *const digest_names[] = { "none", "daily", "weekly", NULL };
const char *const config_match_keys[] = { "project", "target", "rule",
	"category", "campaign", "protected", "ours", "severity", "type", NULL };
static const char *const languages[] = { "en", "ja", "ko", "zh_CN", NULL };
static const char *const simple_names[] = { "no", "gaps", "yes", NULL };

#define AT(f) offsetof(struct config, f)
#define SINK(f) offsetof(struct config_sink, f)
#define INDEX(f) offsetof(struct config_index, f)

const struct row config_rows[] = {
{ "database", "conninfo", ROW_CONNINFO, AT(database.conninfo), 0, 0, "", "",
  NULL, "connection string of PostgreSQL, without a password; "
  "empty: libpq's environment" },

{ "pypi", "url", ROW_URL, AT(pypi.url), 0, 0, "https://pypi.org", "", NULL,
  "index to follow" },
{ "pypi", "files-url", ROW_URL, AT(pypi.files_url), 0, 0,
  "https://files.pythonhosted.org/", "", NULL,
  "what the URL of every file must begin with" },
{ "pypi", "contact", ROW_TEXT, AT(pypi.contact), 0, 0, "", "", NULL,
  "mail address or URL in the user agent; without it polls are 60 s apart" },
{ "pypi", "changelog", ROW_BOOL, AT(pypi.changelog), 0, 0, "yes", "", NULL,
  "follow the changelog, which loses nothing" },
{ "pypi", "rss", ROW_BOOL, AT(pypi.rss), 0, 0, "yes", "", NULL,
  "follow the feeds, as a second witness" },
{ "pypi", "simple", ROW_CHOICE, AT(pypi.simple), 0, 0, "gaps", "",
  simple_names, "compare the list of all projects: always, or while the "
  "changelog is off or fails, and after a gap" },
{ "pypi", "changelog-interval", ROW_SECONDS, AT(pypi.changelog_interval_s),
  1, 3600, "30", "s", NULL, "time between two looks at the changelog" },
{ "pypi", "rss-interval", ROW_SECONDS, AT(pypi.rss_interval_s), 1, 3600, "30",
  "s", NULL, "time between two looks at the feeds" },
{ "pypi", "simple-interval", ROW_SECONDS, AT(pypi.simple_interval_s), 1,
  86400, "600", "s", NULL, "time between two looks at that list" },
{ "pypi", "timeout", ROW_SECONDS, AT(pypi.timeout_s), 1, 600, "30", "s", NULL,
  "time for one request" },
{ "pypi", "requests-per-second", ROW_INT, AT(pypi.requests_per_second), 1,
  100, "5", "requests", NULL, "most requests a second to the index" },
{ "pypi", "popular-url", ROW_URL, AT(pypi.popular_url), 0, 0, "", "", NULL,
  "list of the most downloaded projects, fetched daily; empty: none" },

{ "http", "proxy", ROW_PROXY, AT(http.proxy), 0, 0, "", "", NULL,
  "proxy for all requests; empty: none" },
{ "http", "proxy-auth-file", ROW_FILE, AT(http.proxy_auth_file), 0, 0, "", "",
  NULL, "file holding user:password for the proxy" },
{ "http", "no-proxy", ROW_NAME, AT(http.no_proxy), 0, 0, "", "", NULL,
  "hosts reached without the proxy, separated by commas" },
{ "http", "ca-file", ROW_FILE, AT(http.ca_file), 0, 0, "", "", NULL,
  "certificates to trust, PEM; empty: the system's" },

{ "roles", "poll", ROW_BOOL, AT(roles.poll), 0, 0, "yes", "", NULL,
  "this host asks the index; of several one follows it, all look up releases" },
{ "roles", "inspect", ROW_BOOL, AT(roles.inspect), 0, 0, "yes", "", NULL,
  "this host fetches files and looks into them" },
{ "roles", "alert", ROW_BOOL, AT(roles.alert), 0, 0, "yes", "", NULL,
  "this host delivers alerts, and its sinks and judge.mode are those of all" },

{ "workers", "count", ROW_INT, AT(workers.count), 1, 64, "2", "processes",
  NULL, "worker processes" },
{ "workers", "artefacts-per-process", ROW_INT,
  AT(workers.artefacts_per_process), 1, 1, "1", "files", NULL,
  "files that one child looks at before it ends" },

{ "limits", "bytes-in-flight", ROW_BYTES, AT(limits.bytes_in_flight), 16 * MIB,
  64 * GIB, "512MiB", "bytes", NULL,
  "downloaded files held in memory at once" },
{ "limits", "artefact-bytes", ROW_BYTES, AT(limits.artefact_bytes), MIB,
  2 * GIB, "128MiB", "bytes", NULL, "largest file that is downloaded" },
{ "limits", "unpacked-bytes", ROW_BYTES, AT(limits.unpacked_bytes), MIB,
  16 * GIB, "512MiB", "bytes", NULL, "unpacked size of one file" },
{ "limits", "entry-bytes", ROW_BYTES, AT(limits.entry_bytes), 64 * KIB,
  512 * MIB, "16MiB", "bytes", NULL,
  "how much of one archive member is looked at" },
{ "limits", "entries", ROW_INT, AT(limits.entries), 100, 1000000, "20000",
  "members", NULL, "members of one archive" },
{ "limits", "nesting", ROW_INT, AT(limits.nesting), 0, UNPACK_NESTING_MAX,
  "4", "levels", NULL, "archives within archives" },
{ "limits", "child-memory", ROW_BYTES, AT(limits.child_memory), 256 * MIB,
  64 * GIB, "1GiB", "bytes", NULL,
  "address space of a worker's child, beside the file itself" },
{ "limits", "child-cpu", ROW_SECONDS, AT(limits.child_cpu_s), 1, 3600, "60",
  "s", NULL, "processor time of a worker's child" },
{ "limits", "child-wall", ROW_SECONDS, AT(limits.child_wall_s), 1, 7200, "120",
  "s", NULL, "time until a worker's child is killed" },
{ "limits", "fetch-connections", ROW_INT, AT(limits.fetch_connections), 1, 64,
  "4", "connections", NULL, "downloads at once" },
{ "limits", "fetch-low-speed", ROW_BYTES, AT(limits.fetch_low_speed), 0,
  100 * MIB, "1024", "bytes/s", NULL,
  "a download slower than this is given up" },

{ "lookalike", "alert-score", ROW_INT, AT(lookalike.alert_score), 0, 100, "60",
  "points", NULL, "names at or above it count as look-alikes" },
{ "lookalike", "popular-names-file", ROW_FILE,
  AT(lookalike.popular_names_file), 0, 0, PKGDATADIR "/popular-names.txt", "",
  NULL,
  "names that somebody might imitate; empty: only those of the database" },
{ "lookalike", "protected-names-file", ROW_FILE,
  AT(lookalike.protected_names_file), 0, 0, "", "", NULL,
  "your own names, one a line" },
{ "lookalike", "denied-names-file", ROW_FILE,
  AT(lookalike.denied_names_file), 0, 0, "", "", NULL,
  "names that are no targets, however popular a list says they are" },
{ "lookalike", "import-names-file", ROW_FILE,
  AT(lookalike.import_names_file), 0, 0, "", "", NULL,
  "more import names, and the project that installs each, by tab" },
{ "lookalike", "foreign-names-file", ROW_FILE,
  AT(lookalike.foreign_names_file), 0, 0, "", "", NULL,
  "names popular on npm, conda or in a distribution that PyPI lacks" },
{ "lookalike", "invented-names-file", ROW_FILE,
  AT(lookalike.invented_names_file), 0, 0, "", "", NULL,
  "names that language models make up" },

{ "rules", "directory", ROW_FILE, AT(rules.directory), 0, 0,
  PKGDATADIR "/rules", "", NULL, "YARA rules that came with pypiwatch" },
{ "rules", "local-directory", ROW_FILE, AT(rules.local_directory), 0, 0,
  PKGSYSCONFDIR "/rules.d", "", NULL, "your own YARA rules" },

{ "judge", "alert-score", ROW_INT, AT(judge.alert_score), 0, 100, "60",
  "points", NULL, "releases at or above it alert" },
{ "judge", "prior", ROW_REAL, AT(judge.prior), 0, 1, "0.5", "probability",
  NULL, "prior probability that scores are stated at" },
{ "judge", "mode", ROW_ENUM, AT(judge.mode), 0, 0, "alert", "", mode_names,
  "observe stores detections and alerts nobody" },
{ "judge", "weights-file", ROW_FILE, AT(judge.weights_file), 0, 0,
  PKGDATADIR "/weights.conf", "", NULL, "weight of every rule" },
{ "judge", "advisories", ROW_NAME, AT(judge.advisories), 0, 0, "", "", NULL,
  "folder or URL of published advisories (OSV), which count as true" },

{ "ingest", "listen", ROW_NAME, AT(ingest.listen), 0, 0, "127.0.0.1", "", NULL,
  "address where \"pypiwatch ingest\" serves files to pypiwatch-fetch" },
{ "ingest", "port", ROW_INT, AT(ingest.port), 1, 65535, "9381", "", NULL,
  "its TCP port" },

{ "retention", "events", ROW_SECONDS, AT(retention.events_s), 0, 36500 * DAY,
  "400d", "s", NULL, "how long what PyPI told is kept; 0: for ever" },
{ "retention", "scans", ROW_SECONDS, AT(retention.scans_s), 0, 36500 * DAY,
  "400d", "s", NULL, "how long scans and findings are kept; 0: for ever" },
{ "retention", "detections", ROW_SECONDS, AT(retention.detections_s), 0,
  36500 * DAY, "1825d", "s", NULL,
  "how long detections, alerts and triage are kept; 0: for ever" },
{ "retention", "authors", ROW_SECONDS, AT(retention.authors_s), 0,
  36500 * DAY, "400d", "s", NULL,
  "how long names and addresses of authors of releases without a detection "
  "are kept; 0: for ever" },
{ "retention", "owners", ROW_SECONDS, AT(retention.owners_s), 0, 36500 * DAY,
  "400d", "s", NULL, "how long former owners of projects are kept; 0: for "
  "ever" },

{ "evidence", "key-file", ROW_FILE, AT(evidence.key_file), 0, 0, "", "", NULL,
  "file holding the keys that seal archives of detections; empty: none are "
  "kept" },
{ "evidence", "file-bytes", ROW_BYTES, AT(evidence.file_bytes), 64 * KIB,
  2 * GIB, "32MiB", "bytes", NULL, "largest archive that is kept" },
{ "evidence", "total-bytes", ROW_BYTES, AT(evidence.total_bytes), MIB,
  64 * 1024 * GIB, "10GiB", "bytes", NULL,
  "kept in all; beyond it the oldest go" },
{ "evidence", "keep", ROW_SECONDS, AT(evidence.keep_s), 0, 36500 * DAY, "365d",
  "s", NULL, "how long an archive is kept; 0: for ever" },

{ "report", "url", ROW_URL, AT(report.url), 0, 0, "https://pypi.org", "", NULL,
  "where confirmed detections are reported, whatever index is followed" },
{ "report", "inspector-url", ROW_URL, AT(report.inspector_url), 0, 0,
  "https://inspector.pypi.io", "", NULL,
  "where a report's readers look into a file" },
{ "report", "token-file", ROW_FILE, AT(report.token_file), 0, 0, "", "", NULL,
  "file holding a token of PyPI's for observers; empty: reports go by its "
  "form" },

{ "web", "enabled", ROW_BOOL, AT(web.enabled), 0, 0, "no", "", NULL,
  "start pypiwatch-web" },
{ "web", "listen", ROW_NAME, AT(web.listen), 0, 0, "127.0.0.1", "", NULL,
  "address to listen on" },
{ "web", "port", ROW_INT, AT(web.port), 0, 65535, "9380", "", NULL,
  "TCP port; 0 takes a free one" },

{ "daemon", "sandbox-required", ROW_BOOL, AT(daemon.sandbox_required), 0, 0,
  "yes", "", NULL, "refuse to run where the kernel lacks Landlock or seccomp" },
{ "daemon", "drain", ROW_SECONDS, AT(daemon.drain_s), 1, 600, "30", "s", NULL,
  "time for a clean stop" },
{ "daemon", "recovered-after", ROW_SECONDS, AT(daemon.recovered_after_s), 1,
  86400, "300", "s", NULL,
  "a role that ended again and again is well after so long without an end" },
{ "daemon", "restart-pause", ROW_SECONDS, AT(daemon.restart_pause_s), 1, 600,
  "30", "s", NULL,
  "longest pause before a role that ended again and again is started" },
{ "daemon", "link-base", ROW_URL, AT(daemon.link_base), 0, 0, "", "", NULL,
  "base URL of links in alerts; empty: none" },
{ "daemon", "locale-directory", ROW_FILE, AT(daemon.locale_directory), 0, 0,
  LOCALEDIR, "", NULL, "message catalogues of other languages than English" },
{ "daemon", "heartbeat-url-file", ROW_FILE, AT(daemon.heartbeat_url_file), 0,
  0, "", "", NULL, "file holding a URL that is asked for while all is well, a "
  "secret; empty: none" },
{ "daemon", "heartbeat-interval", ROW_SECONDS,
  AT(daemon.heartbeat_interval_s), 20, 86400, "60", "s", NULL,
  "time between two heartbeats" },
{ "daemon", "heartbeat-private", ROW_BOOL, AT(daemon.heartbeat_private), 0, 0,
  "no", "", NULL, "the heartbeat's receiver may have a private address" },

{ "index", "url", ROW_URL, INDEX(url), 0, 0, "", "", NULL,
  "base URL of the index: what stands before /simple/; required" },
{ "index", "files-url", ROW_URL, INDEX(files_url), 0, 0, "", "", NULL,
  "what the URL of every file must begin with; empty: the host of url" },
{ "index", "basic-auth-file", ROW_FILE, INDEX(basic_auth_file), 0, 0, "", "",
  NULL, "file holding user:password for the index" },
{ "index", "bearer-file", ROW_FILE, INDEX(bearer_file), 0, 0, "", "", NULL,
  "file holding a bearer token for the index" },
{ "index", "interval", ROW_SECONDS, INDEX(interval_s), 1, 86400, "600", "s",
  NULL, "time between two looks at everything it lists" },
{ "index", "timeout", ROW_SECONDS, INDEX(timeout_s), 1, 600, "30", "s", NULL,
  "time for one request" },
{ "index", "requests-per-second", ROW_INT, INDEX(requests_per_second), 1, 100,
  "5", "requests", NULL, "most requests a second to this index" },
{ "index", "scan-existing", ROW_BOOL, INDEX(scan_existing), 0, 0, "no", "",
  NULL, "look into what it holds already, too" },
{ "index", "enabled", ROW_BOOL, INDEX(enabled), 0, 0, "yes", "", NULL,
  "follow this index" },

{ "sink", "type", ROW_CHOICE, SINK(type), 0, 0, "webhook", "", sink_types,
  "kind of receiver" },
{ "sink", "url-file", ROW_FILE, SINK(url_file), 0, 0, "", "", NULL,
  "file holding the receiver's URL, a secret" },
{ "sink", "server", ROW_SERVER, SINK(server), 0, 0, "", "", NULL,
  "email: smtp:// or smtps://; syslog: tls:// or tcp://; else the address of "
  "the API" },
{ "sink", "token-file", ROW_FILE, SINK(token_file), 0, 0, "", "", NULL,
  "slack: file holding a bot's token, instead of url-file" },
{ "sink", "channel", ROW_NAME, SINK(channel), 0, 0, "", "", NULL,
  "slack: where the bot posts, the channel's id" },
{ "sink", "secret-file", ROW_FILE, SINK(secret_file), 0, 0, "", "", NULL,
  "webhook: file holding the signing secret (whsec_...); pagerduty: the "
  "integration key" },
{ "sink", "headers-file", ROW_FILE, SINK(headers_file), 0, 0, "", "", NULL,
  "webhook: file holding extra headers, one a line" },
{ "sink", "auth-file", ROW_FILE, SINK(auth_file), 0, 0, "", "", NULL,
  "email: file holding user:password for the server" },
{ "sink", "from", ROW_NAME, SINK(from), 0, 0, "", "", NULL,
  "email: the sender's address" },
{ "sink", "to", ROW_NAME, SINK(to), 0, 0, "", "", NULL,
  "email: the recipients' addresses, separated by commas" },
{ "sink", "ca-file", ROW_FILE, SINK(ca_file), 0, 0, "", "", NULL,
  "certificates to trust for this sink; empty: the http section's" },
{ "sink", "language", ROW_CHOICE, SINK(language), 0, 0, "en", "", languages,
  "language of the messages" },
{ "sink", "team", ROW_NAME, SINK(team), 0, 0, "", "", NULL,
  "whom its messages are for; shown in them" },
{ "sink", "min-severity", ROW_CHOICE, SINK(min_severity), 0, 0, "high", "",
  severity_names, "least severity that is sent" },
{ "sink", "match", ROW_MATCH, SINK(match), 0, 0, "", "", NULL,
  "which detections, see MATCHING; empty: everything" },
{ "sink", "campaigns", ROW_CHOICE, SINK(campaigns), 0, 0, "together",
  "", campaign_names, "releases of one campaign in one message and a count, or "
  "each by itself" },
{ "sink", "campaign-wait", ROW_SECONDS, SINK(campaign_wait_s), 1, DAY, "600",
  "s", NULL, "time until more releases of a campaign are told of" },
{ "sink", "rate", ROW_INT, SINK(rate), 0, 100000, "60", "messages", NULL,
  "most messages an hour to people, the rest in one; 0: no limit" },
{ "sink", "quiet-hours", ROW_HOURS, SINK(quiet_hours), 0, 0, "", "", NULL,
  "hours in which nothing is sent, such as 22:00-07:00; empty: none" },
{ "sink", "quiet-except", ROW_CHOICE, SINK(quiet_except), 0, 0, "critical",
  "", severity_names, "least severity that is sent in quiet hours too" },
{ "sink", "time-zone", ROW_ZONE, SINK(time_zone), 0, 0, "UTC", "", NULL,
  "time zone of quiet-hours and digest-time, such as Europe/Berlin" },
{ "sink", "digest", ROW_CHOICE, SINK(digest), 0, 0, "none", "", digest_names,
  "everything in one message a day or a week instead" },
{ "sink", "digest-time", ROW_CLOCK, SINK(digest_time), 0, 0, "08:00", "",
  NULL, "when digests are sent; weekly ones on Monday" },
{ "sink", "proxy", ROW_PROXY, SINK(proxy), 0, 0, "", "", NULL,
  "proxy for this sink; empty: the http section's" },
{ "sink", "allow-private", ROW_BOOL, SINK(allow_private), 0, 0, "no", "", NULL,
  "the receiver may have a private address" },
{ "sink", "enabled", ROW_BOOL, SINK(enabled), 0, 0, "yes", "", NULL,
  "send to this sink" },
{ "sink", "timeout", ROW_SECONDS, SINK(timeout_s), 1, 120, "10", "s", NULL,
  "time for one delivery" },
{ "sink", "give-up", ROW_SECONDS, SINK(give_up_s), 60, 30 * DAY, "259200",
  "s", NULL, "time until a delivery becomes a dead letter" },
};

_Static_assert(ARRAY_LEN(config_rows) == CONFIG_ROWS, "count the rows");
