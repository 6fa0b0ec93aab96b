/* SPDX-License-Identifier: Apache-2.0 */
/* config: what is written is what counts, and every mistake is named. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/proc.h"
#include "base/str.h"

#define SINK_END "url-file = \"/u\" }\n"

/* Texts that are refused, and what the complaint must hold. */
static const struct { const char *text, *complaint; } refused[] = {
	{ "pypi {\n  colour = red\n}\n", "t.conf:2: no such option 'colour'" },
	{ "# one\npypi {\n  # two\n  colour = red # three\n}\n",
	  "t.conf:4: no such option 'colour'" },
	{ "colour {\n}\n", "t.conf:1: no such option 'colour'" },
	{ "timeout = 5\n", "t.conf:1: no such option 'timeout'" },
	{ "pypi {\n  timeout = 5\n  timeout = 6\n}\n",
	  "t.conf:3: timeout is given twice" },
	{ "pypi {\n}\nhttp {\n}\npypi {\n}\n", "t.conf:6: section pypi is given" },
	{ "\npypi {\n  timeout = 5\n", "t.conf:2: this section is never closed" },
	{ "sink \"a\" {\n  " SINK_END "pypi {\n",
	  "t.conf:3: this section is never closed" },
	{ "pypi {\n}\n}\n", "t.conf:3: " },
	{ "pypi {\n  timeout = 0\n}\n", "t.conf:2: timeout must be 1 to 600 s" },
	{ "pypi { timeout = 601 }", "timeout must be" },
	{ "pypi { timeout = 99999999999999999999 }", "timeout must be" },
	{ "pypi { timeout = 99999999999999999d }", "timeout must be" },
	{ "pypi { timeout = -1 }", "timeout must be" },
	{ "pypi { timeout = 5MiB }", "timeout must be" },
	{ "pypi { timeout = \"\" }", "timeout must be" },
	{ "pypi { timeout = fast }", "timeout must be" },
	{ "pypi { timeout }", "t.conf:1: " },
	{ "pypi { rss = maybe }", "rss must be yes or no" },
	{ "pypi { rss = no changelog = no simple = no }", "are all off" },
	{ "pypi { rss = no changelog = no simple = no }\n"
	    "index \"a\" { url = \"https://x\" enabled = no }", "all off" },
	{ "pypi { simple = maybe }", "simple must be no, gaps or yes" },
	{ "index { url = \"https://x\" }", "t.conf:1: " },
	{ "index \"a\" { }", "t.conf:1: index \"a\" needs url" },
	{ "index \"a/b\" { url = \"https://x\" }", "index name \"a/b\"" },
	{ "index \"pypi\" { url = \"https://x\" }", "and not \"pypi\"" },
	{ "index \"a\" { url = \"https://u:p@x/\" }", "no user or password" },
	{ "index \"a\" { url = \"https://x\" bearer-file = \"/a\" "
	    "basic-auth-file = \"/b\" }", "not both" },
	{ "pypi { url = \"ftp://x\" }", "url must begin with https://" },
	{ "pypi { url = \"https://\" }", "url names no host" },
	{ "pypi { url = \"https:///x\" }", "url names no host" },
	{ "pypi { url = \"https://a:b@x\" }", "may hold no user" },
	{ "pypi { url = \"https://x/?a\" }", "no place in a base URL" },
	{ "pypi { url = \"https://x y\" }", "no place in a base URL" },
	{ "pypi { url = \"\" }", "may not be empty" },
	{ "pypi { contact = \"a\\nb\" }", "holds a control character" },
	{ "pypi { contact = \"\xff\" }", "is not UTF-8" },
	{ "http { proxy = \"http://u:p@x\" }", "use proxy-auth-file" },
	{ "http { proxy = \"gopher://x\" }", "socks5h://" },
	{ "http { proxy-auth-file = \"/x\" }", "without proxy" },
	{ "database { conninfo = \"host=x password=y\" }", "may hold no pass" },
	{ "database { conninfo = \"PassWord = y\" }", "may hold no pass" },
	{ "database { conninfo = \"postgresql://a:b@h/d\" }", "hold no pass" },
	{ "judge { mode = shout }", "mode must be observe or alert" },
	{ "judge { prior = 1 }", "prior must be between 0 and 1" },
	{ "judge { prior = 0 }", "prior must be between 0 and 1" },
	{ "judge { prior = nan }", "prior must be between 0 and 1" },
	{ "judge { weights-file = \"\" }", "may not be empty" },
	{ "workers { artefacts-per-process = 2 }", "must be 1 to 1" },
	{ "limits { artefact-bytes = 1GiB }", "artefact-bytes is above" },
	{ "limits { entry-bytes = 8MiB unpacked-bytes = 4MiB }", "entry-bytes is" },
	{ "limits { child-cpu = 300 }", "child-cpu is above child-wall" },
	{ "limits { entries = 1k }", "entries must be 100 to 1000000 members" },
	{ "web { listen = \"\" }", "listen may not be empty" },
	{ "sink \"a\" {\n}\n", "t.conf:2: sink \"a\": type webhook needs url-file" },
	{ "sink {\n}\n", "t.conf:1: " },
	{ "sink \"a b\" { " SINK_END, "sink name \"a b\" must be" },
	{ "sink \"\" { " SINK_END, "sink name \"\" must be" },
	{ "sink \"a\" { " SINK_END "sink \"a\" { " SINK_END, "t.conf:2: " },
	{ "sink \"a\" { type = pigeon " SINK_END, "type must be slack, discord, teams, mattermost, pagerduty, webhook, email, syslog or journal" },
	{ "sink \"a\" { type = slack token-file = \"/t\" channel = C1 " SINK_END,
	  "either url-file, or token-file and channel" },
	{ "sink \"a\" { type = slack token-file = \"/t\" }\n",
	  "token-file and channel go together" },
	{ "sink \"a\" { type = email server = \"smtp://m\" from = a@b }\n",
	  "type email needs to" },
	{ "sink \"a\" { match = \"colour:red\" " SINK_END,
	  "\"colour\" is none of the keys" },
	{ "sink \"a\" { match = \"(project:a\" " SINK_END, "is missing" },
	{ "sink \"a\" { match = \"a or\" " SINK_END, "a test is missing" },
	{ "sink \"a\" { match = \"a) b\" " SINK_END, "\")\" without" },
	{ "sink \"a\" { match = \"((((((((((((((((((((((a\" " SINK_END,
	  "nested too deeply" },
	{ "sink \"a\" { quiet-hours = \"22-07\" " SINK_END,
	  "must look like 22:00-07:00" },
	{ "sink \"a\" { quiet-hours = \"24:00-07:00\" " SINK_END,
	  "must look like 22:00-07:00" },
	{ "sink \"a\" { quiet-hours = \"07:00-07:00\" " SINK_END,
	  "begins and ends at once" },
	{ "sink \"a\" { digest-time = \"8:00\" " SINK_END,
	  "must look like 08:00" },
	{ "sink \"a\" { time-zone = \"../../etc\" " SINK_END,
	  "must be a time zone's name" },
	{ "sink \"a\" { rate = 100001 " SINK_END, "0 to 100000" },
	{ "sink \"a\" { type = email server = \"ftp://m\" }\n",
	  "must begin with smtp://" },
	{ "sink \"a\" { type = syslog server = \"tcp://u:p@m\" }\n",
	  "holds a character that has no place there" },
	{ "sink \"a\" { type = journal " SINK_END,
	  "type journal has no use for url-file" },
	{ "sink \"a\" { type = slack secret-file = \"/s\" " SINK_END,
	  "type slack has no use for secret-file" },
	{ "sink \"a\" { min-severity = bad " SINK_END, "min-severity must be none" },
	{ "sink \"a\" { url = \"https://x\" " SINK_END, "no such option 'url'" },
	{ "sink \"a\" { give-up = 31d " SINK_END, "give-up must be" },
	{ "pypi { contact = \"${HOME}\" }", "t.conf:1: ${...} is not replaced" },
	{ "pypi {\n contact = ${HOME} }", "t.conf:2: ${...} is not replaced" },
	{ "include(\"/etc/passwd\")\n", "t.conf:1: " },
	{ "pypi { contact = \"abc\n", "t.conf:" },
	{ "/* abc\n", "t.conf:" },
	{ "pypi = 3\n", "t.conf:1: " },
	{ "pypi { timeout += 3 }\n", "t.conf:1: " },
	{ "pypi { timeout = {1, 2} }\n", "t.conf:1: " },
	{ "\"(context)\" = 3\n", "t.conf:1: no such option" },
	{ "pypi { \"(context)\" = 3 }\n", "t.conf:1: no such option" },
};

static struct config *
parse(const char *text, struct buf *errors)
{
	return config_parse("t.conf", text, strlen(text), errors);
}

static void
refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct buf	 errors = BUF_EMPTY;
		struct config	*c = parse(refused[i].text, &errors);

		if (c != NULL || strstr(buf_text(&errors),
		    refused[i].complaint) == NULL)
			fail_msg("%s\ngave: %s\nnot: %s", refused[i].text,
			    c != NULL ? "no error" : buf_text(&errors),
			    refused[i].complaint);
		buf_release(&errors);
	}
}

static void
refuses_nul_and_size(void **state)
{
	struct buf	 errors = BUF_EMPTY;
	char		*big = mem_alloc(CONFIG_BYTES_MAX + 2);

	(void)state;
	assert_null(config_parse("t.conf", "pypi {}\0x", 9, &errors));
	assert_non_null(strstr(errors.data, "holds a NUL byte"));
	memset(big, '\n', CONFIG_BYTES_MAX + 1);
	assert_null(config_parse("t.conf", big, CONFIG_BYTES_MAX + 1, &errors));
	assert_non_null(strstr(errors.data, "larger than"));
	free(big);
	buf_release(&errors);
}

/* Several mistakes, one run. */
static void
names_every_mistake(void **state)
{
	struct buf errors = BUF_EMPTY;

	(void)state;
	assert_null(parse("pypi {\n timeout = 0\n rss = 7\n}\n"
	    "judge {\n prior = 2\n}\n", &errors));
	assert_non_null(strstr(errors.data, "t.conf:2: timeout"));
	assert_non_null(strstr(errors.data, "t.conf:3: rss"));
	assert_non_null(strstr(errors.data, "t.conf:6: prior"));
	buf_release(&errors);
}

static struct config *
good(const char *text)
{
	struct buf	 errors = BUF_EMPTY;
	struct config	*c = parse(text, &errors);

	if (c == NULL)
		fail_msg("%s\ngave: %s", text, buf_text(&errors));
	buf_release(&errors);
	return c;
}

static void
defaults(void **state)
{
	struct config *c = config_parse("defaults", "", 0, NULL);

	(void)state;
	assert_non_null(c);
	assert_string_equal(c->file, "defaults");
	assert_string_equal(c->database.conninfo, "");
	assert_string_equal(c->pypi.url, "https://pypi.org");
	assert_string_equal(c->pypi.files_url,
	    "https://files.pythonhosted.org/");
	assert_string_equal(c->pypi.contact, "");
	assert_true(c->pypi.rss && c->pypi.changelog);
	assert_string_equal(c->pypi.simple, "gaps");
	assert_int_equal(c->nindexes, 0);
	assert_int_equal(c->limits.bytes_in_flight, 512 * 1024 * 1024);
	assert_null(c->http.proxy);
	assert_int_equal(c->judge.mode, MODE_ALERT);
	assert_true(c->judge.prior > 0.49 && c->judge.prior < 0.51);
	assert_true(c->daemon.sandbox_required);
	assert_false(c->web.enabled);
	assert_int_equal(c->nsinks, 0);
	config_free(c);
}

static void
values(void **state)
{
	struct config *c = good(
	    "# a comment with } and ${HOME}\n"
	    "database { conninfo = \"host=/run/x dbname=y\" } // }\n"
	    "pypi { url = http://127.0.0.1:8080/pypi timeout = 2m\n"
	    "  contact = 'sec@example.invalid ${x}' rss = off /* } */ }\n"
	    "limits { artefact-bytes = 64MiB entries = 500 }\n"
	    "judge { mode = observe prior = 0.25 }\n"
	    "sink \"team\" { type = slack url-file = \"/run/u\"\n"
	    "  min-severity = low give-up = 2h }\n"
	    "sink \"hook.2\" { url-file = hook allow-private = yes }\n"
	    "index \"corp\" { url = \"https://py.example.invalid/root/\"\n"
	    "  bearer-file = t }\n"
	    "index \"mirror\" { url = \"http://m:8080\" interval = 1h\n"
	    "  files-url = \"https://f.example.invalid/p/\" }\n");

	(void)state;
	assert_int_equal(c->nindexes, 2);
	assert_string_equal(c->indexes[0].name, "corp");
	assert_string_equal(c->indexes[0].files_url,
	    "https://py.example.invalid/");
	assert_string_equal(c->indexes[0].bearer_file, "t");
	assert_true(c->indexes[0].enabled);
	assert_int_equal(c->indexes[1].interval_s, 3600);
	assert_string_equal(c->indexes[1].files_url,
	    "https://f.example.invalid/p/");
	assert_string_equal(c->database.conninfo, "host=/run/x dbname=y");
	assert_string_equal(c->pypi.url, "http://127.0.0.1:8080/pypi");
	assert_int_equal(c->pypi.timeout_s, 120);
	assert_string_equal(c->pypi.contact, "sec@example.invalid ${x}");
	assert_false(c->pypi.rss);
	assert_int_equal(c->limits.artefact_bytes, 64 * 1024 * 1024);
	assert_int_equal(c->limits.entries, 500);
	assert_int_equal(c->judge.mode, MODE_OBSERVE);
	assert_int_equal(c->nsinks, 2);
	assert_string_equal(c->sinks[0].name, "team");
	assert_string_equal(c->sinks[0].type, "slack");
	assert_string_equal(c->sinks[0].min_severity, "low");
	assert_int_equal(c->sinks[0].give_up_s, 7200);
	assert_string_equal(c->sinks[1].type, "webhook");
	assert_string_equal(c->sinks[1].url_file, "hook");
	assert_true(c->sinks[1].allow_private && c->sinks[1].enabled);
	assert_int_equal(c->sinks[1].timeout_s, 10);
	config_free(c);
}

/* What config_show prints is itself a config, and the same one. */
static void
shows_a_config(void **state)
{
	struct config	*c = good("sink \"a\" { url-file = '/x \"${q}\" \\\\' }\n"
	    "judge { mode = observe prior = 0.125 }\n");
	struct config	*again;
	struct buf	 one = BUF_EMPTY, two = BUF_EMPTY, keys = BUF_EMPTY;

	(void)state;
	config_show(c, &one);
	again = good(buf_text(&one));
	config_show(again, &two);
	assert_string_equal(buf_text(&one), buf_text(&two));
	assert_string_equal(again->sinks[0].url_file, "/x \"${q}\" \\");
	config_keys(&keys);
	assert_non_null(strstr(keys.data, "pypi.files-url\n"));
	assert_non_null(strstr(keys.data, "sink.give-up\n"));
	buf_release(&one);
	buf_release(&two);
	buf_release(&keys);
	config_free(c);
	config_free(again);
}

static void
file_put(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(name, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(name, mode), 0);
}

static void
loads_a_file(void **state)
{
	struct buf	 errors = BUF_EMPTY;
	bool		 unreadable;
	struct config	*c;

	(void)state;
	file_put("a.conf", "workers { count = 3 }\n", 0600);
	c = config_load("a.conf", &errors, &unreadable);
	assert_non_null(c);
	assert_int_equal(c->workers.count, 3);
	config_free(c);
	assert_null(config_load("none.conf", &errors, &unreadable));
	assert_true(unreadable);
	assert_non_null(strstr(errors.data, "none.conf: cannot be read: "));
	file_put("a.conf", "workers { count = 0 }\n", 0600);
	assert_null(config_load("a.conf", &errors, &unreadable));
	assert_false(unreadable);
	assert_null(config_load(".", &errors, &unreadable));
	assert_true(unreadable);
	buf_release(&errors);
}

static void
inherits(void **state)
{
	const char	*text = "workers { count = 5 }\n";
	struct config	*c;
	int		 fd;

	(void)state;
	close(ROLE_CONFIG_FD);
	c = config_inherited();
	assert_int_equal(c->workers.count, 2);
	config_free(c);
	fd = memfd_of("config", text, strlen(text));
	if (fd != ROLE_CONFIG_FD) {
		assert_int_equal(dup2(fd, ROLE_CONFIG_FD), ROLE_CONFIG_FD);
		close(fd);
	}
	for (int i = 0; i < 2; i++) {
		c = config_inherited();
		assert_int_equal(c->workers.count, 5);
		config_free(c);
	}
	close(ROLE_CONFIG_FD);
}

static const struct {
	const char	*text;
	mode_t		 mode;
	const char	*secret, *why;
} secrets[] = {
	{ "abc\n", 0600, "abc", NULL },
	{ "abc", 0400, "abc", NULL },
	{ "abc\r\nsecond\n", 0640, "abc", NULL },
	{ "", 0600, NULL, "first line is empty" },
	{ "\nabc\n", 0600, NULL, "first line is empty" },
	{ "abc\n", 0604, NULL, "open to every user" },
	{ "abc\n", 0602, NULL, "open to every user" },
	{ "abc\n", 0620, NULL, "writable by its group" },
};

static void
keeps_secrets(void **state)
{
	char why[200], *got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
		file_put("secret", secrets[i].text, secrets[i].mode);
		got = config_secret("secret", why, sizeof(why));
		if (secrets[i].secret != NULL)
			assert_string_equal(got, secrets[i].secret);
		else {
			assert_null(got);
			assert_non_null(strstr(why, secrets[i].why));
		}
		free(got);
		unlink("secret");
	}
	assert_null(config_secret("none", why, sizeof(why)));
	assert_string_equal(why, "none: No such file or directory");
	assert_null(config_secret(".", why, sizeof(why)));
	assert_null(config_secret("/dev/null", why, sizeof(why)));
}

static void
credentials_come_first(void **state)
{
	char why[200], *got;

	(void)state;
	assert_int_equal(mkdir("credentials", 0700), 0);
	file_put("credentials/hook", "theirs\n", 0600);
	file_put("hook", "ours\n", 0600);
	file_put("only", "here\n", 0600);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "credentials", 1), 0);
	got = config_secret("hook", why, sizeof(why));
	assert_string_equal(got, "theirs");
	free(got);
	got = config_secret("only", why, sizeof(why));
	assert_string_equal(got, "here");
	free(got);
	unsetenv("CREDENTIALS_DIRECTORY");
}

static char folder[] = "/tmp/pypiwatch-test-XXXXXX";

static int
enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int
leave_folder(void **state)
{
	static const char *const made[] = { "a.conf", "credentials/hook",
	    "credentials", "hook", "only" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(made); i++)
		(void)remove(made[i]);
	return chdir("/") == 0 ? rmdir(folder) : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_nul_and_size),
		cmocka_unit_test(names_every_mistake),
		cmocka_unit_test(defaults),
		cmocka_unit_test(values),
		cmocka_unit_test(shows_a_config),
		cmocka_unit_test(loads_a_file),
		cmocka_unit_test(inherits),
		cmocka_unit_test(keeps_secrets),
		cmocka_unit_test(credentials_come_first),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
