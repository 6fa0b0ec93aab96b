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

#define GROWN_MOST 16		/* pieces of a sum, and sums of a line */
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

/* find DIR -name X -exec xgettext -o %s {} \;: what it has started is a tool,
 * too, and what stands at its place is named there. */
static bool
is_find_line(const char *line)
{
	const char *exec = strstr(line, " -exec "), *word, *end, *at;

	if (exec == NULL || strstr(exec + 1, " -exec") != NULL ||
	    strstr(line, " -ok") != NULL)
		return false;
	word = exec + strlen(" -exec ");
	end = strstr(word, " \\;");
	at = strpbrk(line, "|&;`$()<>\n\\");
	return end != NULL && at == end + 1 && end[strlen(" \\;")] == '\0' &&
	    flow_is_tool(word, strcspn(word, " "));
}

/* "git clone --quiet %s %s", "(cd %s && git checkout %s)" */
static bool
is_tool_line(const struct flow_text *line)
{
	const char *from = line->bytes, *next;

	if (memchr(from, ' ', line->len) == NULL || *from == ' ' ||
	    strlen(from) != line->len)
		return false;
	if (str_starts(from, "find "))
		return is_find_line(from);
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

/* Does nothing of a shell's stand there, if a text does? */
static bool
is_quiet_piece(const struct flow *f, uint32_t node)
{
	return flow_at(f, node)->kind != NODE_STRING || strpbrk(
	    f->texts[f->vals[node].text].bytes, "|&;`$()<>\n\\") == NULL;
}

/* x + " " + y: what it begins with, or 0 where that may go on as one word or a
 * shell would do something between. */
static uint32_t
begin_of_sum(const struct flow *f, uint32_t node)
{
	const struct flow_text *t;
	uint32_t behind = 0;
	bool ends;

	for (int n = 0; n < GROWN_MOST && flow_at(f, node)->kind ==
	    NODE_BINARY && flow_at(f, node)->op == '+'; n++) {
		node = flow_at(f, node)->kid;
		behind = flow_at(f, node)->next;
		if (!is_quiet_piece(f, behind))
			return 0;
	}
	t = &f->texts[f->vals[node].text];
	ends = flow_at(f, node)->kind == NODE_STRING && t->len != 0 &&
	    t->bytes[t->len - 1] == ' ';
	return behind == 0 || ends || (flow_at(f, behind)->kind ==
	    NODE_STRING && *f->texts[f->vals[behind].text].bytes == ' ') ?
	    node : 0;
}

static bool
begins_tool(const struct flow *f, uint32_t node)
{
	const struct flow_text *t = &f->texts[f->vals[node].text];

	return flow_at(f, node)->kind == NODE_STRING && !t->open &&
	    t->len != 0 && is_tool_command(t->bytes, t->bytes + t->len);
}

/* line = "msgcat", line = line + " " + path, line += " -q" */
static bool
stays_tool(const struct flow *f, const struct binding *to, uint32_t name,
    bool *begins)
{
	uint32_t value = to->value, first;

	if (to->kind == BINDING_AUGMENT && flow_at(f, value)->kind ==
	    NODE_AUGMENT)
		value = flow_at(f, flow_at(f, value)->kid)->next;
	else if (to->kind != BINDING_VALUE)
		return false;
	first = begin_of_sum(f, value);
	if (to->kind == BINDING_AUGMENT)
		return first != 0 && flow_at(f, first)->kind == NODE_STRING &&
		    *f->texts[f->vals[first].text].bytes == ' ' &&
		    is_quiet_piece(f, first);
	if (first != 0 && flow_at(f, first)->kind == NODE_NAME)
		return flow_at(f, first)->name == name && first != value;
	*begins = first != 0 && begins_tool(f, first);
	return *begins;
}

bool
flow_grows_tool(const struct flow *f, uint32_t sum)
{
	uint32_t first = begin_of_sum(f, sum), b;
	bool begins = false;
	int n = 0;

	if (first == 0 || flow_at(f, first)->kind != NODE_NAME)
		return first != 0 && begins_tool(f, first);
	for (b = tree_lookup(f->tree, first); b != 0; b =
	    f->tree->bindings[b].before)
		if (n++ == GROWN_MOST || !stays_tool(f,
		    &f->tree->bindings[b], flow_at(f, first)->name, &begins))
			return false;
	return begins;
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
