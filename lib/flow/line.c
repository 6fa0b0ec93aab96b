/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line - which part of a command line is run, and what is only worked on.
 *
 * Takes: the beginning of a line, or its first word.  Gives: whether what comes
 * after it is run as well.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "flow/programs.h"
#include "flow/state.h"
#include "flow/values.h"

#define PROGRAM_LEAST 2		/* "hg" */
#define PROGRAM_MOST 24		/* of one word, without a folder */

bool
flow_launches(const char *name)
{
	static const char *const names[] = { "python", "python3", "pythonw",
	    "bash", "sh", "zsh", "cmd", "cmd.exe", "powershell",
	    "powershell.exe", "pwsh", "rundll32", "rundll32.exe", "regsvr32",
	    "wscript", "cscript", "mshta", "start", "chmod", "open",
	    "xdg-open", "node", "java", "perl", "ruby", "sudo", "nohup",
	    "env", "explorer", "msiexec", "osascript", "setsid" };

	return str_index(names, ARRAY_LEN(names), name) >= 0;
}

/* Programs that run what one of their arguments says. */
bool
flow_starts_others(const char *name)
{
	static const char *const names[] = { "ant", "at", "awk", "batch",
	    "bazel", "bun", "busybox", "bwrap", "call", "cargo", "certutil",
	    "chroot", "chrt", "cmake", "cp", "crontab", "csh", "curl",
	    "daemonize", "dash", "deno", "doas", "docker", "dotnet", "echo",
	    "emacs", "eval", "exec", "expect", "fakeroot", "find", "firejail",
	    "fish", "flock", "forfiles", "gawk", "gdb", "gnuplot", "go",
	    "gradle", "insmod", "install", "installutil", "ionice", "just",
	    "ksh", "launchctl", "linux32", "ltrace", "lua", "make", "mawk",
	    "meson", "mono", "msbuild", "mv", "mvn", "nice", "ninja", "npm",
	    "npx", "nsenter", "octave", "parallel", "php", "pip", "pip3",
	    "pipx", "pnpm", "podman", "poetry", "printf", "proot", "py",
	    "pypy3", "rake", "reg", "regasm", "runuser", "sc", "scala",
	    "schtasks", "screen", "script", "setarch", "setpriv", "source",
	    "sqlite3", "ssh", "stdbuf", "strace", "su", "systemctl",
	    "systemd-run", "taskset", "tclsh", "tcsh", "tee", "time", "timeout",
	    "tmux", "tox", "unbuffer", "unshare", "uv", "uvx", "valgrind",
	    "vim", "watch", "wget", "wine", "wish", "wsl", "xargs", "xvfb-run",
	    "yarn" };

	return flow_launches(name) || str_starts(name, "python") ||
	    str_index(names, ARRAY_LEN(names), name) >= 0;
}

/* What a line of Python begins with. */
static bool
begins_code(const char *word)
{
	static const char *const words[] = { "assert", "async", "await",
	    "class", "def", "del", "for", "from", "global", "if", "import",
	    "lambda", "not", "print", "raise", "return", "try", "while",
	    "with", "yield" };

	return str_index(words, ARRAY_LEN(words), word) >= 0;
}

/* A program by its name, and one that leaves alone what it is given. */
bool
flow_is_tool(const char *word, size_t len)
{
	char name[PROGRAM_MOST + 1];

	if (len < PROGRAM_LEAST || len > PROGRAM_MOST || !islower(
	    (unsigned char)word[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!islower((unsigned char)word[i]) && !isdigit(
		    (unsigned char)word[i]) && word[i] != '-')
			return false;
	memcpy(name, word, len);
	name[len] = '\0';
	return !flow_starts_others(name) && !begins_code(name);
}

/* One command: its first word, and no doing of a shell's. */
static bool
is_tool_command(const char *from, const char *end)
{
	const char *blank;

	while (from < end && (*from == ' ' || *from == '('))
		from++;
	while (from < end && (end[-1] == ' ' || end[-1] == ')'))
		end--;
	for (const char *p = from; p < end; p++)
		if (strchr("|&;`$()<>\n", *p) != NULL)
			return false;
	blank = memchr(from, ' ', (size_t)(end - from));
	return flow_is_tool(from, (size_t)((blank != NULL ? blank : end) -
	    from));
}

/* "git clone --quiet %s %s", "(cd %s && git checkout %s)" */
static bool
is_tool_line(const struct flow_text *line)
{
	const char *from = line->bytes, *next;

	if (memchr(from, ' ', line->len) == NULL || *from == ' ' ||
	    strlen(from) != line->len)
		return false;
	for (; from != NULL; from = next) {
		const char *end = strstr(from, "&&");

		next = end != NULL ? end + 2 : NULL;
		if (end == NULL && (end = strchr(from, ';')) != NULL)
			next = end + 1;
		if (!is_tool_command(from, end != NULL ? end : from +
		    strlen(from)))
			return false;
	}
	return true;
}

/* "msguniq %s -o %s": the tool is started, and none of what it is given. */
void
flow_fill_line(const struct flow *f, uint32_t template, struct taint *line)
{
	if (!(line->marks & MARKS_WORKED_ON) && !(line->held & HELD_PLANTED))
		return;
	if (!is_tool_line(&f->texts[template]))
		return;
	taint_drop(line, MARKS_WORKED_ON);
	taint_release(line, HELD_PLANTED);
}

/* [program, *sys.argv[1:]], [program] + arguments */
static bool
adds_words(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t k = n->kind == NODE_LIST || n->kind == NODE_TUPLE ||
	    n->kind == NODE_BINARY ? n->kid : 0;
	uint32_t more = k != 0 ? flow_at(f, k)->next : 0;

	if (more == 0)
		return false;
	if (n->kind == NODE_BINARY)
		return n->op == '+' && flow_at(f, k)->kind == NODE_LIST &&
		    flow_at(f, more)->kind != NODE_LIST &&
		    !(f->vals[more].marks & MARK_DROPPED);
	for (; more != 0; more = flow_at(f, more)->next)
		if (flow_at(f, more)->kind == NODE_STAR &&
		    !(f->vals[more].marks & MARK_DROPPED))
			return true;
	return false;
}

bool
flow_passes_on(const struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs && i < 2; i++)
		if (fr->keywords[i] == 0 && adds_words(f, fr->nodes[i]))
			return true;
	return false;
}
