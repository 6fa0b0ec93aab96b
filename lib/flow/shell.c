/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shell - what the commands of a script do one after the other.
 *
 * No shell's grammar: lines, words and the signs between commands are enough
 * to see that what one command writes another starts.
 *
 * Takes: a text.  Gives: whether it fetches what it starts.
 * Runs in: worker child, command.
 */
#include "flow/shell.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "flow/facts.h"

#define REMOTE_MOST 256		/* bytes of an address */
#define WORDS_MAX 24		/* of one command; the rest is not read */

struct word {
	const char	*at;
	size_t		 len;
};

struct command {
	struct word	 words[WORDS_MAX];
	size_t		 n;
	size_t		 at;
	bool		 behind;	/* nobody waits for it */
	bool		 piped;		/* reads what the one before it says */
};

struct script {
	const struct endpoints *endpoints;
	struct word	 names[SHELL_TARGETS_MAX];	/* of variables */
	struct word	 values[SHELL_TARGETS_MAX];
	size_t		 nnames;
	struct word	 targets[SHELL_TARGETS_MAX];
	bool		 folders[SHELL_TARGETS_MAX];
	size_t		 ntargets;
	bool		 fetches;	/* the command before does */
	bool		 told;		/* holes are somebody's own address */
	bool		 clones;	/* copied such a repository */
};

/* ---- words --------------------------------------------------------------- */

static bool
is_word(const struct word *w, const char *text)
{
	return strlen(text) == w->len && strncasecmp(w->at, text, w->len) == 0;
}

static bool
is_one_of(const struct word *w, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_word(w, names[i]))
			return true;
	return false;
}

/* "/usr/bin/curl" is curl. */
static struct word
base_of(struct word w)
{
	for (size_t i = w.len; i > 0; i--)
		if (w.at[i - 1] == '/' || w.at[i - 1] == '\\') {
			w.at += i;
			w.len -= i;
			break;
		}
	return w;
}

static struct word
trimmed(struct word w)
{
	while (w.len > 0 && strchr("\"'@({", *w.at) != NULL) {
		w.at++;
		w.len--;
	}
	while (w.len > 0 && strchr("\"'", w.at[w.len - 1]) != NULL)
		w.len--;
	if (w.len > 0 && w.at[w.len - 1] == ')' &&
	    memchr(w.at, '(', w.len) == NULL)
		w.len--;
	return w;
}

static bool
is_end(char c)
{
	return c == '\n' || c == ';' || c == '|' || c == '&';
}

/* The command at *at, and what stands between it and the next. */
static void
read_command(const char *text, size_t len, size_t *at, struct command *c)
{
	bool piped = c->piped;

	*c = (struct command){ .at = *at, .piped = piped };
	while (*at < len && !is_end(text[*at])) {
		size_t from = *at;

		/* "2>&1" and "&>" belong to the command. */
		while (*at < len && !isspace((unsigned char)text[*at]) &&
		    (!is_end(text[*at]) || (text[*at] == '&' &&
		    ((*at > from && text[*at - 1] == '>') ||
		    (*at + 1 < len && text[*at + 1] == '>')))))
			++*at;
		if (*at > from && c->n < WORDS_MAX)
			c->words[c->n++] = trimmed((struct word){ text + from,
			    *at - from });
		while (*at < len && isspace((unsigned char)text[*at]) &&
		    text[*at] != '\n')
			++*at;
	}
	c->piped = *at + 1 < len && text[*at] == '|' && text[*at + 1] != '|';
	c->behind = *at < len && text[*at] == '&' &&
	    (*at + 1 == len || text[*at + 1] != '&');
	*at += *at + 1 < len && text[*at] == text[*at + 1] &&
	    text[*at] != '\n' ? 2 : 1;
}

/* ---- fetching ------------------------------------------------------------ */

static bool
is_fetcher(const struct word *program)
{
	static const char *const names[] = { "curl", "curl.exe", "wget",
	    "wget.exe", "aria2c", "certutil", "certutil.exe" };
	struct word base = base_of(*program);

	return is_one_of(&base, names, ARRAY_LEN(names));
}

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* NAME=VALUE before a command, or as one. */
static void
note_variables(struct script *s, const struct command *c)
{
	for (size_t i = 0; i < c->n && s->nnames < SHELL_TARGETS_MAX; i++) {
		const struct word *w = &c->words[i];
		size_t name = 0;

		while (name < w->len && is_name(w->at[name]))
			name++;
		if (name == 0 || name == w->len || w->at[name] != '=')
			continue;
		s->names[s->nnames] = (struct word){ w->at, name };
		s->values[s->nnames++] = trimmed((struct word){
		    w->at + name + 1, w->len - name - 1 });
	}
}

/* "$NAME", "${NAME}/more": what the variable holds, or the word itself. */
static struct word
value_of(const struct script *s, struct word w)
{
	struct word name = { w.at + 1, 0 };

	if (w.len < 2 || *w.at != '$')
		return w;
	name.at += *name.at == '{';
	while (name.at + name.len < w.at + w.len && is_name(name.at[name.len]))
		name.len++;
	for (size_t i = s->nnames; i > 0; i--)
		if (s->names[i - 1].len == name.len &&
		    memcmp(s->names[i - 1].at, name.at, name.len) == 0)
			return s->values[i - 1];
	return w;
}

/* Somebody's own address: no forge, no toolchain, no hole. */
static bool
is_address(const struct script *s, const struct word *word)
{
	struct word value = value_of(s, *word), *w = &value;
	uint64_t marks = memmem(w->at, w->len, "://", 3) != NULL ?
	    fact_of_text(s->endpoints, w->at, w->len) : 0;

	return (marks & (MARK_URL | MARK_RAW_IP)) && !(marks & MARK_FORGE);
}

static void
add_target(struct script *s, struct word w, bool folder)
{
	if (w.len == 0 || *w.at == '-' || is_word(&w, "/dev/null") ||
	    s->ntargets == SHELL_TARGETS_MAX)
		return;
	s->folders[s->ntargets] = folder;
	s->targets[s->ntargets++] = w;
}

/* "-o FILE", "-oFILE", "-qO FILE", "> FILE", "-O" (the address's name). */
static void
note_outputs(struct script *s, const struct command *c, size_t from)
{
	struct word url = { "", 0 }, last = { "", 0 };
	bool own = false, cert = false;

	for (size_t i = from; i < c->n; i++) {
		const struct word *w = &c->words[i];
		bool more = i + 1 < c->n;

		cert = cert || is_word(w, "-urlcache");
		last = *w;
		if (memmem(w->at, w->len, "://", 3) != NULL)
			url = *w;
		if (w->len > 1 && w->at[0] == '-' && w->at[1] != '-' &&
		    memchr("oO", w->at[w->len - 1], 2) != NULL) {
			own = own || w->at[w->len - 1] == 'O';
			if (more)
				add_target(s, c->words[i + 1], false);
		} else if (more && (is_word(w, "--output") ||
		    is_word(w, "--output-document") || is_word(w, ">"))) {
			add_target(s, c->words[i + 1], false);
		} else if (w->len > 2 && w->at[0] == '-' && w->at[1] == 'o') {
			add_target(s, (struct word){ w->at + 2, w->len - 2 },
			    false);
		}
	}
	if (own || is_word(&c->words[from - 1], "wget"))
		add_target(s, base_of(url), false);
	if (cert)
		add_target(s, last, false);
}

/* Returns whether it fetches from somebody's address. */
static bool
look_fetch(struct script *s, const struct command *c, size_t from)
{
	bool address = false;

	if (from == c->n || !is_fetcher(&c->words[from]))
		return false;
	for (size_t i = from + 1; i < c->n; i++)
		address = address || is_address(s, &c->words[i]);
	if (address)
		note_outputs(s, c, from + 1);
	return address;
}

/* ---- starting ------------------------------------------------------------ */

/* Words before the program that is started. */
static size_t
skip_front(const struct command *c)
{
	static const char *const front[] = { "sudo", "nohup", "setsid", "env",
	    "exec", "start", "call", "/b", "/min", "/wait", "then", "do",
	    "else", "if", "&&", "-E", "command", "time", "cmd", "cmd.exe",
	    "/c", "!" };
	size_t i = 0;

	while (i < c->n && (c->words[i].len == 0 || is_one_of(&c->words[i],
	    front, ARRAY_LEN(front)) || (c->words[i].at[0] != '-' &&
	    memchr(c->words[i].at, '=', c->words[i].len) != NULL)))
		i++;
	return i;
}

static bool
is_shell(const struct word *program)
{
	static const char *const names[] = { "sh", "bash", "dash", "zsh",
	    "ksh", "python", "python3", "perl", "node", "ruby", "php",
	    "source", ".", "powershell", "pwsh", "rundll32", "regsvr32",
	    "wscript", "cscript", "msiexec" };
	struct word base = base_of(*program);

	/* "${Python3_EXECUTABLE}" */
	return is_one_of(&base, names, ARRAY_LEN(names)) ||
	    is_word(program, ".") || (program->len > 8 &&
	    *program->at == '$' && strncasecmp(program->at + 2, "python",
	    6) == 0);
}

/* "./tool" is "tool". */
static struct word
plain_path(struct word w)
{
	bool here = w.len > 2 && memcmp(w.at, "./", 2) == 0;

	return here ? (struct word){ w.at + 2, w.len - 2 } : w;
}

static bool
is_target(const struct script *s, struct word w, bool behind)
{
	w = plain_path(w);
	for (size_t i = 0; i < s->ntargets; i++) {
		struct word t = plain_path(s->targets[i]);

		if (!s->folders[i] && t.len == w.len &&
		    memcmp(t.at, w.at, w.len) == 0)
			return true;
		if (s->folders[i] && behind && w.len > t.len &&
		    memcmp(t.at, w.at, t.len) == 0 && w.at[t.len] == '/')
			return true;
	}
	return false;
}

/* "%s", "{}", "$1", or what folding could not tell: sys.executable is
 * written so. */
static bool
is_hole(const struct word *w)
{
	return is_word(w, "%s") || is_word(w, "") || is_word(w, "?") ||
	    (w->len > 2 && w->at[0] == '%' && w->at[1] == '(') ||
	    (w->len > 0 && *w->at == '{' && w->at[w->len - 1] == '}');
}

/* The program, or the first argument of an interpreter that is no option. */
static bool
starts_target(const struct script *s, const struct command *c, size_t from)
{
	if (from == c->n)
		return false;
	if (is_target(s, c->words[from], c->behind))
		return true;
	if (!is_shell(&c->words[from]) && !is_hole(&c->words[from]))
		return false;
	for (size_t i = from + 1; i < c->n; i++)
		if (c->words[i].len == 0 || *c->words[i].at != '-')
			return is_target(s, c->words[i], c->behind);
	return false;
}

/* "curl ... | tar xz -C FOLDER" */
static void
look_unpack(struct script *s, const struct command *c, size_t from)
{
	if (from == c->n || !is_word(&c->words[from], "tar"))
		return;
	for (size_t i = from + 1; i + 1 < c->n; i++)
		if (is_word(&c->words[i], "-C"))
			add_target(s, c->words[i + 1], true);
}

static bool
checks_digest(const char *text, size_t len)
{
	static const char *const words[] = { "sha256sum", "sha512sum",
	    "shasum", "md5sum", "--verify", "dgst -", "minisign", "cosign" };

	return str_any_in(words, ARRAY_LEN(words), text, len);
}

bool
shell_runs_fetched(const struct endpoints *e, const char *text, size_t len,
    size_t *at)
{
	struct script s = { .endpoints = e };
	struct command c = { .n = 0 };
	bool piped;

	if (checks_digest(text, len))
		return false;
	for (size_t next = 0; next < len;) {
		size_t from;

		piped = c.piped;
		read_command(text, len, &next, &c);
		note_variables(&s, &c);
		from = skip_front(&c);
		*at = c.at;
		/* "sh -c curl ..." */
		if (from + 2 < c.n && is_shell(&c.words[from]) &&
		    is_word(&c.words[from + 1], "-c"))
			from += 2;
		if (piped && s.fetches && from < c.n &&
		    is_shell(&c.words[from]))
			return true;
		if (starts_target(&s, &c, from))
			return true;
		if (piped && s.fetches)
			look_unpack(&s, &c, from);
		s.fetches = look_fetch(&s, &c, from);
	}
	return false;
}

void
shell_fetched_files(const struct endpoints *e, const char *text, size_t len,
    void (*each)(void *, const char *, size_t), void *ctx)
{
	struct script s = { .endpoints = e };
	struct command c = { .n = 0 };

	for (size_t next = 0; next < len;) {
		read_command(text, len, &next, &c);
		note_variables(&s, &c);
		(void)look_fetch(&s, &c, skip_front(&c));
	}
	for (size_t i = 0; i < s.ntargets; i++)
		each(ctx, s.targets[i].at, s.targets[i].len);
}

bool
shell_fetches(const char *text, size_t len)
{
	struct command c = { .n = 0 };

	for (size_t next = 0, from; next < len;) {
		read_command(text, len, &next, &c);
		from = skip_front(&c);
		if (from < c.n && is_fetcher(&c.words[from]))
			return true;
	}
	return false;
}

bool
shell_is_fetcher(const char *text, size_t len)
{
	return is_fetcher(&(struct word){ text, len });
}

/* ---- clones ---------------------------------------------------------------- */

/* "git@host:u/x.git", "ssh://host/u/x": as a page's address, whose marks are
 * known. */
static bool
is_remote(const struct script *s, const struct word *word)
{
	struct word value = value_of(s, *word), *w = &value;
	const char *host = memmem(w->at, w->len, "://", 3);
	char page[REMOTE_MOST] = "https://";
	size_t len, at = strlen(page);
	uint64_t marks;

	if (host != NULL)
		host += 3;
	else if ((host = memchr(w->at, '@', w->len)) != NULL &&
	    memchr(w->at, ':', w->len) != NULL)
		host++;
	len = host != NULL ? w->len - (size_t)(host - w->at) : 0;
	if (len == 0 || len >= sizeof(page) - at)
		return false;
	memcpy(page + at, host, len);
	for (size_t i = 0; i < len; i++)
		if (page[at + i] == ':' && i + 1 < len &&
		    !isdigit((unsigned char)host[i + 1]))
			page[at + i] = '/';
	marks = fact_of_text(s->endpoints, page, at + len);
	return (marks & (MARK_URL | MARK_RAW_IP)) && !(marks & MARK_FORGE);
}

/* "git clone", "svn co" */
static bool
clones_anything(const struct command *c, size_t from)
{
	static const struct { const char *program, *word; } clones[] = {
		{ "git", "clone" }, { "hg", "clone" }, { "svn", "export" },
		{ "svn", "checkout" }, { "svn", "co" } };
	struct word base;

	if (from + 1 >= c->n)
		return false;
	base = base_of(c->words[from]);
	for (size_t i = 0; i < ARRAY_LEN(clones); i++)
		if (is_word(&base, clones[i].program) &&
		    is_word(&c->words[from + 1], clones[i].word))
			return true;
	return false;
}

/* "git clone --depth 1 ADDRESS FOLDER", or the address's own name. */
static void
look_clone(struct script *s, const struct command *c, size_t from)
{
	static const char *const valued[] = { "--depth", "-b", "--branch",
	    "-o", "-c", "-j", "-r", "--origin", "--config" };
	struct word words[2] = { { "", 0 }, { "", 0 } };
	size_t n = 0;

	if (!clones_anything(c, from))
		return;
	for (size_t i = from + 2; i < c->n && n < 2; i++) {
		if (is_one_of(&c->words[i], valued, ARRAY_LEN(valued)))
			i++;
		else if (c->words[i].len != 0 && *c->words[i].at != '-' &&
		    memchr(c->words[i].at, '>', c->words[i].len) == NULL)
			words[n++] = c->words[i];
	}
	if (s->told && (n == 0 || is_hole(&words[0])))
		s->clones = true;
	if (n == 0 || !is_remote(s, &words[0]))
		return;
	s->clones = true;
	words[0] = base_of(value_of(s, words[0]));
	if (n == 1 && words[0].len > 4 && memcmp(words[0].at + words[0].len -
	    4, ".git", 4) == 0)
		words[0].len -= 4;
	add_target(s, n == 2 ? words[1] : words[0], true);
}

/* The folder itself, or what lies in it. */
static bool
is_in_clone(const struct script *s, struct word w)
{
	w = plain_path(w);
	for (size_t i = 0; i < s->ntargets; i++) {
		struct word t = plain_path(s->targets[i]);

		if (w.len >= t.len && memcmp(t.at, w.at, t.len) == 0 &&
		    (w.len == t.len || w.at[t.len] == '/'))
			return true;
	}
	return false;
}

/* Does it do what stands in a folder: its rules, its set-up, a file? */
static bool
runs_folder(const struct command *c, size_t from)
{
	static const char *const runners[] = { "make", "gmake", "ninja",
	    "cargo", "npm", "yarn", "pnpm", "pip", "pip3", "uv", "go" };
	struct word base = base_of(c->words[from]);

	return is_one_of(&base, runners, ARRAY_LEN(runners)) ||
	    is_shell(&c->words[from]) || is_hole(&c->words[from]);
}

bool
shell_runs_cloned(const struct endpoints *e, const char *text, size_t len)
{
	struct script s = { .endpoints = e };
	struct command c = { .n = 0 };
	bool inside = false;

	for (size_t next = 0, from; next < len;) {
		read_command(text, len, &next, &c);
		note_variables(&s, &c);
		from = skip_front(&c);
		if (from + 2 < c.n && is_shell(&c.words[from]) &&
		    is_word(&c.words[from + 1], "-c"))
			from += 2;
		look_clone(&s, &c, from);
		if (from == c.n || s.ntargets == 0)
			continue;
		if (is_word(&c.words[from], "cd") && from + 1 < c.n) {
			inside = is_in_clone(&s, c.words[from + 1]) ||
			    (inside && *c.words[from + 1].at != '/');
			continue;
		}
		if (inside && (runs_folder(&c, from) || (c.words[from].len >
		    2 && memcmp(c.words[from].at, "./", 2) == 0)))
			return true;
		if (is_in_clone(&s, c.words[from]))
			return true;
		for (size_t i = from + 1; i < c.n && runs_folder(&c, from);
		    i++)
			if (is_in_clone(&s, c.words[i]))
				return true;
	}
	return false;
}

bool
shell_clones(const struct endpoints *e, bool told, const char *text,
    size_t len, void (*each)(void *, const char *, size_t), void *ctx)
{
	struct script s = { .endpoints = e, .told = told };
	struct command c = { .n = 0 };

	for (size_t next = 0; next < len;) {
		read_command(text, len, &next, &c);
		note_variables(&s, &c);
		look_clone(&s, &c, skip_front(&c));
	}
	for (size_t i = 0; i < s.ntargets; i++)
		each(ctx, s.targets[i].at, s.targets[i].len);
	return s.clones;
}

/* ---- what is printed ------------------------------------------------------ */

static bool
has_word(const struct command *c, size_t from, const char *word)
{
	for (size_t i = from; i < c->n; i++)
		if (is_word(&c->words[i], word))
			return true;
	return false;
}

/* curl prints unless it is told a file, wget if it is told none: "-qO-". */
static bool
fetches_to_output(const struct command *c, size_t from)
{
	struct word base = base_of(c->words[from]);
	bool file = false, output = !is_word(&base, "wget");

	for (size_t i = from + 1; i < c->n; i++) {
		const struct word *w = &c->words[i];
		bool more = i + 1 < c->n;

		if (w->len > 2 && w->at[0] == '-' && w->at[1] != '-' &&
		    memcmp(w->at + w->len - 2, "O-", 2) == 0)
			return true;
		if (w->len < 2 || w->at[0] != '-' || (w->at[1] == '-' &&
		    strncmp(w->at, "--output", 8) != 0) ||
		    strchr("oOet", w->at[w->len - 1]) == NULL)
			continue;
		if (more && is_word(&c->words[i + 1], "-"))
			output = true;
		else if (memchr("oO", w->at[w->len - 1], 2) != NULL ||
		    w->at[1] == '-')
			file = true;
	}
	return output && !file && !has_word(c, from, ">");
}

/* PowerShell, by what it calls. */
static bool
asks_web(const char *text, size_t len)
{
	static const char *const words[] = { "DownloadString(", "irm ",
	    "Invoke-RestMethod", "Invoke-WebRequest", "iwr ",
	    "Resolve-DnsName" };
	static const char *const files[] = { "-OutFile", "-o ", ".exe" };

	return str_any_in(words, ARRAY_LEN(words), text, len) &&
	    !str_any_in(files, ARRAY_LEN(files), text, len);
}

bool
shell_prints_fetched(const char *text, size_t len)
{
	static const char *const resolvers[] = { "nslookup", "nslookup.exe",
	    "dig", "host", "drill", "kdig" };
	static const char *const windows[] = { "powershell",
	    "powershell.exe", "pwsh" };
	struct command c = { .n = 0 };

	for (size_t next = 0; next < len;) {
		struct word base;
		size_t from;

		read_command(text, len, &next, &c);
		from = skip_front(&c);
		if (from + 2 < c.n && is_shell(&c.words[from]) &&
		    is_word(&c.words[from + 1], "-c"))
			from += 2;
		if (from == c.n)
			continue;
		base = base_of(c.words[from]);
		if (is_one_of(&base, resolvers, ARRAY_LEN(resolvers)) ||
		    (is_one_of(&base, windows, ARRAY_LEN(windows)) &&
		    asks_web(text, len)))
			return true;
		if ((is_word(&base, "curl") || is_word(&base, "curl.exe") ||
		    is_word(&base, "wget")) && fetches_to_output(&c, from))
			return true;
	}
	return false;
}

/* ---- what is a script ---------------------------------------------------- */

static bool
begins_command(const char *line, size_t len)
{
	static const char *const words[] = { "curl ", "wget ", "chmod ",
	    "nohup ", "setsid ", "mkdir ", "cd ", "export ", "rm ", "cp ",
	    "mv ", "echo ", "set ", "sleep ", "tar ", "sudo ", "crontab ",
	    "(crontab ", "systemctl ", "launchctl ", "start ", "del ",
	    "powershell ", "certutil ", "reg ", "schtasks ", "if [", "copy ",
	    "Invoke-", "Start-", "Set-", "New-", "iwr ", "bash ", "sh ",
	    "python3 ", "pip ", "fi", "done", "else", "exec ", "#", "$", "~/",
	    "./", "/" };
	size_t name = 0;

	for (size_t i = 0; len > 0 && i < ARRAY_LEN(words); i++)
		if (*line == *words[i] && len >= strlen(words[i]) &&
		    memcmp(line, words[i], strlen(words[i])) == 0)
			return true;
	while (name < len && (isalnum((unsigned char)line[name]) ||
	    line[name] == '_'))
		name++;
	return name > 0 && name + 1 < len && line[name] == '=' &&
	    line[name + 1] != ' ' && line[name + 1] != '=';
}

/* JavaScript, Perl, Ruby and PHP on one line are told by what they ask for. */
static bool
is_inline(const char *text, size_t len)
{
	static const char *const words[] = { "fetch(", "require(", "import(",
	    "LWP::", "URI.open(", "Net::HTTP", "file_get_contents(",
	    "HTTP::Tiny", "IO::Socket", "Invoke-WebRequest", "DownloadFile(",
	    "DownloadString(", "Invoke-RestMethod" };
	static const char *const acts[] = { "eval", "Function(", "runIn",
	    "import(", "exec", "spawn", "system", "_compile", "load",
	    "process.env", "readFile", "Start-Process", "iex",
	    "Invoke-Expression" };

	return str_any_in(words, ARRAY_LEN(words), text, len) &&
	    str_any_in(acts, ARRAY_LEN(acts), text, len);
}

/* Most of its lines are commands: messages that hold one are none. */
static bool
is_commands(const char *text, size_t len)
{
	unsigned int lines = 0, commands = 0;

	for (const char *at = text, *end = text + len; at < end;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		while (at < stop && (*at == ' ' || *at == '\t' || *at == '@' ||
		    *at == '\r'))
			at++;
		lines += at < stop;
		commands += begins_command(at, (size_t)(stop - at));
		at = stop < end ? stop + 1 : end;
	}
	return commands >= 2 && commands * 3 >= lines * 2;
}

bool
shell_is_script(const char *text, size_t len)
{
	if (len > 12 && (memcmp(text, "#!/", 3) == 0 ||
	    strncasecmp(text, "@echo off", 9) == 0))
		return memmem(text, len < 64 ? len : 64, "python", 6) == NULL;
	return is_commands(text, len) || is_inline(text, len);
}
