/* SPDX-License-Identifier: Apache-2.0 */
/*
 * places - where a wheel's .data folder puts its files.
 *
 * Takes: views of members.  Gives: findings; the context of what lies there.
 * Runs in: worker child, command.
 *
 * "data" is copied below the prefix of the installation, which is the user's
 * own folder as often as not; "scripts" become commands (PEP 427).
 */
#include "inspect/places.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "inspect/builds.h"
#include "names/name.h"

/* Who may install a command: the first words of names of projects. */
static const struct { const char *command, *owners; } commands[] = {
	{ "pip", "pip" }, { "pip3", "pip" }, { "python", "" },
	{ "python3", "" }, { "aws", "awscli aws-cli" }, { "git", "" },
	{ "ssh", "" }, { "sudo", "" }, { "su", "" }, { "ls", "" },
	{ "cat", "" }, { "curl", "" }, { "wget", "wget" },
	{ "docker", "docker" }, { "kubectl", "kubectl kubernetes" },
	{ "terraform", "terraform" }, { "gcloud", "" }, { "az", "azure-cli" },
	{ "node", "node" }, { "npm", "node npm" }, { "npx", "node npm" },
	{ "yarn", "node yarn" }, { "bash", "bash" }, { "sh", "" },
	{ "zsh", "" }, { "gh", "" }, { "gpg", "" }, { "openssl", "" },
	{ "scp", "" }, { "ps", "" }, { "grep", "" }, { "make", "" },
	{ "gcc", "" }, { "conda", "conda" }, { "poetry", "poetry" },
	{ "uv", "uv" }, { "twine", "twine" }, { "pytest", "pytest" },
	{ "ansible", "ansible" }, { "vault", "" }, { "claude", "claude" },
	{ "code", "" },
};

/* Is the project one of the owners, or "OWNER-something"? */
static bool
is_owner(const char *owners, const char *project)
{
	for (size_t len; *owners != '\0'; owners += len) {
		owners += strspn(owners, " ");
		len = strcspn(owners, " ");
		if (len != 0 && strncmp(project, owners, len) == 0 &&
		    (project[len] == '\0' || project[len] == '-'))
			return true;
	}
	return false;
}

bool
places_is_shadow(const struct inspection *in, const char *command)
{
	struct project_name own;
	const char *why;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (str_equal(commands[i].command, command))
			return in->project == NULL ||
			    name_normalize(in->project, &own, &why) == -1 ||
			    !is_owner(commands[i].owners, own.text);
	return false;
}

void
places_say_shadow(struct inspection *in, const struct view *v,
    const char *command, uint32_t line)
{
	inspection_report(in, v, &(struct report){ .rule = "command-shadow",
	    .category = "command-shadow", .tactic = "TA0005",
	    .text = "installs a command under the name of a well-known one",
	    .snippet = command, .snippet_len = strlen(command),
	    .line = line });
}

/* ---- files below the prefix --------------------------------------------- */

struct place {
	const char	*part;		/* of "/" and the path below the
					   prefix */
	const char	*rule, *category, *tactic, *text;
};

#define STARTS "plants-startup", "persistence", "TA0003", "installs a file " \
	"that a shell, a scheduler or a tool runs or obeys by itself"
#define SERVES "plants-service", "service-file", "TA0003", "installs a " \
	"service or a program that starts with the session"
#define ORDERS "agent-file-planted", "prompt", "TA0001", "installs orders " \
	"for AI tools outside of its own folder"

/* Honest packages bring these; what is in them runs with a shell, or when a
 * notebook is opened. */
#define LOADS NULL, "loaded", NULL, NULL

static const struct place places[] = {
	{ "/etc/profile.d/", STARTS }, { "/etc/cron", STARTS },
	{ "/spool/cron/", STARTS }, { "/etc/ld.so.preload", STARTS },
	{ "/etc/sudoers", STARTS }, { "/etc/pam.d/", STARTS },
	{ "/etc/rc.local", STARTS }, { "/.bashrc", STARTS },
	{ "/.bash_profile", STARTS }, { "/.bash_login", STARTS },
	{ "/.profile", STARTS }, { "/.zshrc", STARTS }, { "/.zshenv", STARTS },
	{ "/.zprofile", STARTS }, { "/.xprofile", STARTS },
	{ "/fish/config.fish", STARTS }, { "/.config/fish/conf.d/", STARTS },
	{ "/.vimrc", STARTS }, { "/.tmux.conf", STARTS },
	{ "/.gdbinit", STARTS }, { "/.Rprofile", STARTS },
	{ "/.config/plasma-workspace/env/", STARTS },
	{ "/.config/environment.d/", STARTS },
	{ "/profile_default/startup/", STARTS },
	{ "/etc/update-motd.d/", STARTS }, { "/etc/apt/apt.conf.d/", STARTS },
	{ "/git-core/templates/hooks/", STARTS },
	{ "/.config/autostart/", STARTS }, { "/.ssh/", STARTS },
	{ "/.git/hooks/", STARTS }, { "/.gitconfig", STARTS },
	{ "/.vscode/tasks.json", STARTS }, { "/LaunchAgents/", STARTS },
	{ "/LaunchDaemons/", STARTS }, { "/Programs/Startup/", STARTS },
	{ "/pip.conf", STARTS }, { "/pip.ini", STARTS },
	{ "/.pypirc", STARTS }, { "/.condarc", STARTS }, { "/.npmrc", STARTS },
	{ "/systemd/system/", SERVES }, { "/systemd/user/", SERVES },
	{ "/etc/init.d/", SERVES }, { "/xdg/autostart/", SERVES },
	{ "/dbus-1/", SERVES }, { "/udev/rules.d/", SERVES },
	{ "/bash-completion/completions/", LOADS },
	{ "/bash_completion.d/", LOADS }, { "/vendor_conf.d/", LOADS },
	{ "/vendor_completions.d/", LOADS }, { "/site-functions/", LOADS },
	{ "/jupyter/kernels/", LOADS },
	{ "/.cursor/", ORDERS }, { "/.cursorrules", ORDERS },
	{ "/.claude/", ORDERS }, { "/CLAUDE.md", ORDERS },
	{ "/AGENTS.md", ORDERS }, { "/GEMINI.md", ORDERS },
	{ "/.windsurf", ORDERS }, { "/.clinerules", ORDERS },
	{ "/.codex/", ORDERS }, { "/.gemini/", ORDERS },
	{ "/.github/copilot", ORDERS }, { "/.mcp.json", ORDERS },
};

/* A part that ends in "/" is a folder; another, the start of a name. */
static const struct place *
place_of(const char *inner)
{
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		const char *part = places[i].part;

		if (strncmp(inner, part + 1, strlen(part) - 1) == 0 ||
		    strstr(inner, part) != NULL)
			return &places[i];
	}
	return NULL;
}

/* What a unit, a desktop file, a rule or a property list has started. */
static void
started_lines(const struct view *v, struct buf *out)
{
	const char *at = (const char *)v->data, *end = at + v->size;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at)), *from;

		if (stop == NULL)
			stop = end;
		from = memchr(at, '=', (size_t)(stop - at));
		if (from != NULL && (strncmp(at, "Exec", 4) == 0 ||
		    memmem(at, (size_t)(stop - at), "RUN", 3) != NULL)) {
			/* Signs of systemd before the program. */
			for (from++; from < stop && strchr("=@-+!:\" ",
			    *from) != NULL; from++)
				;
			buf_add(out, from, (size_t)(stop - from));
			buf_addc(out, '\n');
		}
		/* Several may stand in one line of a property list. */
		while ((from = memmem(at, (size_t)(stop - at), "<string>",
		    8)) != NULL) {
			from += 8;
			at = memchr(from, '<', (size_t)(stop - from));
			buf_add(out, from, (size_t)((at != NULL ? at : stop) -
			    from));
			buf_addc(out, ' ');
			at = from;
		}
		at = stop < end ? stop + 1 : end;
	}
}

static void
look_service(struct inspection *in, struct view *v)
{
	if (v->kind == VIEW_SCRIPT)	/* of init.d */
		v->context = CONTEXT_STARTUP;
	else if (v->kind == VIEW_TEXT && v->size <= BUILD_COMMANDS_MAX)
		builds_look(in, v, started_lines);
}

static void
look_data(struct inspection *in, struct view *v, const char *inner)
{
	const struct place *p = place_of(inner);

	if (p == NULL)
		return;
	if (p->rule != NULL)
		inspection_report(in, v, &(struct report){ .rule = p->rule,
		    .category = p->category, .tactic = p->tactic,
		    .text = p->text, .snippet = inner,
		    .snippet_len = strlen(inner) });
	if (str_equal(p->category, "service-file"))
		look_service(in, v);
	else if (builds_is_settings(inner, v->data, v->size))
		builds_look(in, v, builds_commands);
	if (str_equal(p->category, "service-file") ||
	    str_equal(p->category, "prompt"))
		return;
	v->context = CONTEXT_STARTUP;
	if (v->kind == VIEW_TEXT)
		v->kind = VIEW_SCRIPT;
}

/* "pip" for "bin/pip" and "bin/pip.exe". */
static void
look_command(struct inspection *in, struct view *v, const char *name)
{
	char command[64];
	size_t len = strcspn(name, ".");

	if (v->context == CONTEXT_DATA)
		v->context = CONTEXT_CALL;
	if (len == 0 || len >= sizeof(command))
		return;
	memcpy(command, name, len);
	command[len] = '\0';
	if (!places_is_shadow(in, command))
		return;
	places_say_shadow(in, v, command, 0);
	v->context = CONTEXT_IMPORT;	/* somebody's habit calls it */
}

void
places_look(struct inspection *in, struct view *v)
{
	const struct entry *e = v->entry;

	if (e->depth != 0 || e->inner == NULL ||
	    in->packagetype != PACKAGE_WHEEL)
		return;
	if (strstr(e->path, ".data/scripts/") == NULL &&
	    strstr(e->path, ".data/data/") == NULL)
		return;
	if (str_starts(e->inner, "bin/"))
		look_command(in, v, e->inner + strlen("bin/"));
	else
		look_data(in, v, e->inner);
}
