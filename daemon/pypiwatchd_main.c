/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatchd - reads the config, starts and restarts the others.
 *
 * Parses nothing from outside but the operator's config file, so that a
 * takeover of it needs a takeover of something else first.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/memfd.h"
#include "base/notify.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "roles.h"
#include "trial.h"

/* A config that waits for its trial. */
struct candidate {
	struct config	*config;
	int		 fd;
	struct trial	*trial;		/* NULL: there is none */
};

static struct {
	const char	*file;
	struct config	*config;
	int		 config_fd;
	struct loop	*loop;
	struct roles	*roles;
	struct candidate next;
	struct timer	*watchdog;
	bool		 verbose, stopping;
} daemon_ = { .file = PKGSYSCONFDIR "/pypiwatch.conf", .next = { .fd = -1 },
    .config_fd = -1 };

static const char usage_text[] =
    "usage: pypiwatchd [-c FILE] [-n] [-v]\n"
    "\n"
    "  -c FILE  the config (default " PKGSYSCONFDIR "/pypiwatch.conf)\n"
    "  -n       check the config and the kernel's sandbox, then exit:\n"
    "           0 good, 1 bad, 2 could not be read\n"
    "  -v       also log what is only of interest when looking for a fault\n"
    "\n"
    "Runs in the foreground.  SIGHUP reads the config again, SIGTERM ends,\n"
    "SIGUSR1 switches -v on and off.\n";

/* ---- config ------------------------------------------------------------- */

/*
 * What was checked is what the roles get: the bytes are read once, parsed
 * here, and handed on sealed.  0; 1 when the text is wrong, 2 when it cannot
 * be read; the complaints are logged.
 */
static int
config_take(struct config **config, int *fd)
{
	struct buf text = BUF_EMPTY, errors = BUF_EMPTY;
	int rc = 0;

	*config = NULL;
	if (file_read(daemon_.file, CONFIG_BYTES_MAX, &text) == -1) {
		log_error("%s: cannot be read: %s", daemon_.file,
		    strerror(errno));
		rc = 2;
		goto out;
	}
	*config = config_parse(daemon_.file, text.data, text.len, &errors);
	if (*config == NULL) {
		for (char *save, *line = strtok_r(errors.data, "\n", &save);
		    line != NULL; line = strtok_r(NULL, "\n", &save))
			log_error("%s", line);
		rc = 1;
		goto out;
	}
	*fd = memfd_of(daemon_.file, buf_text(&text), text.len);
	if (*fd == -1)
		fatal("memfd: %s", strerror(errno));
out:
	buf_release(&text);
	buf_release(&errors);
	return rc;
}

/* The kernel must offer the sandbox, or the operator must have allowed less. */
static bool
sandbox_suffices(const struct config *config)
{
	int		 complete;
	const char	*offer = sandbox_offer(&complete);

	if (complete)
		return true;
	log_error("sandbox incomplete: %s", offer);
	if (config->daemon.sandbox_required)
		log_error("refusing to run; \"daemon { sandbox-required = no "
		    "}\" in %s allows it", daemon_.file);
	return !config->daemon.sandbox_required;
}

/* ---- events ------------------------------------------------------------- */

static void
on_ready(void *ctx)
{
	(void)ctx;
	notify_send("READY=1\nSTATUS=watching %s", daemon_.config->pypi.url);
	log_info("ready: watching %s", daemon_.config->pypi.url);
}

static void
on_stopped(void *ctx)
{
	(void)ctx;
	loop_stop(daemon_.loop);
}

static void
on_child(void *ctx)
{
	pid_t	pid;
	int	status;

	(void)ctx;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!trial_reap(daemon_.next.trial, pid, status))
			roles_reap(daemon_.roles, pid, status);
}

static void
candidate_drop(void)
{
	trial_free(daemon_.next.trial);
	daemon_.next.trial = NULL;
	config_free(daemon_.next.config);
	daemon_.next.config = NULL;
	if (daemon_.next.fd != -1)
		close(daemon_.next.fd);
	daemon_.next.fd = -1;
}

/* The second request does not wait for work in progress. */
static void
on_end_request(void *ctx)
{
	(void)ctx;
	notify_send("STOPPING=1");
	log_info("stopping");
	candidate_drop();
	roles_stop(daemon_.roles, daemon_.stopping ? 0 :
	    (int)daemon_.config->daemon.drain_s);
	daemon_.stopping = true;
}

static void
reload_refused(void)
{
	log_error("the running config stays in force");
	notify_send("READY=1");
}

static void
on_tried(void *ctx, bool good)
{
	struct candidate next = daemon_.next;

	(void)ctx;
	if (!good) {
		candidate_drop();
		reload_refused();
		return;
	}
	daemon_.next.config = NULL;
	daemon_.next.fd = -1;
	candidate_drop();
	roles_replace(daemon_.roles, next.config, next.fd);
	config_free(daemon_.config);
	close(daemon_.config_fd);
	daemon_.config = next.config;
	daemon_.config_fd = next.fd;
}

static void
on_reload_request(void *ctx)
{
	struct config	*fresh;
	int		 fd;

	(void)ctx;
	if (daemon_.stopping)
		return;
	candidate_drop();
	notify_send("RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)clock_mono_ms() * 1000);
	if (config_take(&fresh, &fd) != 0) {
		reload_refused();
		return;
	}
	log_info("config=%s read again", daemon_.file);
	daemon_.next = (struct candidate){ fresh, fd, NULL };
	daemon_.next.trial = trial_new(daemon_.loop, fresh, fd, on_tried,
	    NULL);
}

/* The environment tells the roles that are started from now on. */
static void
debug_set(bool on)
{
	log_set_level(on ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	(void)setenv(PROC_DEBUG, on ? "yes" : "no", 1);
}

static void
on_debug_request(void *ctx)
{
	(void)ctx;
	debug_set(log_get_level() != LOG_LEVEL_DEBUG);
	roles_debug(daemon_.roles);
}

static void
on_watchdog(void *ctx)
{
	(void)ctx;
	if (roles_alive(daemon_.roles))
		notify_send("WATCHDOG=1");
	timer_arm(daemon_.watchdog, notify_watchdog_ms());
}

/* ---- main --------------------------------------------------------------- */

static void
run(void)
{
	const struct roles_owner owner = { on_ready, on_stopped, NULL };

	daemon_.loop = loop_new();
	loop_signal(daemon_.loop, SIGTERM, on_end_request, NULL);
	loop_signal(daemon_.loop, SIGINT, on_end_request, NULL);
	loop_signal(daemon_.loop, SIGHUP, on_reload_request, NULL);
	loop_signal(daemon_.loop, SIGUSR1, on_debug_request, NULL);
	loop_signal(daemon_.loop, SIGCHLD, on_child, NULL);
	daemon_.roles = roles_new(daemon_.loop, &owner);
	daemon_.watchdog = timer_new(daemon_.loop, on_watchdog, NULL);
	sandbox_reads(daemon_.file);
	sandbox_enter(SANDBOX_SUPERVISOR,
	    daemon_.config->daemon.sandbox_required ? SANDBOX_REQUIRED :
	    SANDBOX_BEST_EFFORT);
	if (notify_watchdog_ms() > 0)
		on_watchdog(NULL);
	roles_start(daemon_.roles, daemon_.config, daemon_.config_fd);
	loop_run(daemon_.loop);
	candidate_drop();
	roles_free(daemon_.roles);
	timer_free(daemon_.watchdog);
	loop_free(daemon_.loop);
}

/* -1 to go on, else the exit status. */
static int
options_read(int argc, char **argv, bool *check_only)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:nvh", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			daemon_.file = optarg;
			break;
		case 'n':
			*check_only = true;
			break;
		case 'v':
			daemon_.verbose = true;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		case 'V':
			printf("pypiwatchd %s\n", VERSION);
			return 0;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	if (optind == argc)
		return -1;
	fprintf(stderr, "pypiwatchd: \"%s\" is no option\n%s", argv[optind],
	    usage_text);
	return 2;
}

int
main(int argc, char **argv)
{
	bool	check_only = false;
	int	rc;

	proc_init(argc, argv);
	rc = options_read(argc, argv, &check_only);
	if (rc != -1)
		return rc;
	log_open("pypiwatchd", log_get_level());
	debug_set(daemon_.verbose || log_get_level() == LOG_LEVEL_DEBUG);
	notify_open();
	rc = config_take(&daemon_.config, &daemon_.config_fd);
	if (rc == 0 && !sandbox_suffices(daemon_.config))
		rc = 1;
	if (rc == 0 && check_only)
		printf("%s: good\n", daemon_.file);
	if (rc == 0 && !check_only) {
		proc_title("supervisor");
		run();
	}
	config_free(daemon_.config);
	return rc;
}
