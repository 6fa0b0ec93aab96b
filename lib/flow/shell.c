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

#include <string.h>

#include "base/str.h"
#include "flow/facts.h"
#include "flow/shell_words.h"

/* ---- fetching ------------------------------------------------------------ */

static bool
is_fetcher(const struct shell_word *program)
{
	static const char *const names[] = { "curl", "curl.exe", "wget",
	    "wget.exe", "aria2c", "certutil", "certutil.exe" };
	struct shell_word base = shell_base(*program);

	return shell_among(&base, names, ARRAY_LEN(names));
}

/* Somebody's own address: no forge, no toolchain, no hole. */
static bool
is_address(const struct shell_script *s, const struct shell_word *word)
{
	struct shell_word value = shell_value(s, *word), *w = &value;
	uint64_t marks = memmem(w->at, w->len, "://", 3) != NULL ?
	    fact_of_text(s->endpoints, w->at, w->len) : 0;

	return (marks & (MARK_URL | MARK_RAW_IP)) && !(marks & MARK_FORGE);
}

/* "-o FILE", "-oFILE", "-qO FILE", "> FILE", "-O" (the address's name). */
static void
note_outputs(struct shell_script *s, const struct shell_command *c, size_t from)
{
	struct shell_word url = { "", 0 }, last = { "", 0 };
	bool own = false, cert = false;

	for (size_t i = from; i < c->n; i++) {
		const struct shell_word *w = &c->words[i];
		bool more = i + 1 < c->n;

		cert = cert || shell_is(w, "-urlcache");
		last = *w;
		if (memmem(w->at, w->len, "://", 3) != NULL)
			url = *w;
		if (w->len > 1 && w->at[0] == '-' && w->at[1] != '-' &&
		    memchr("oO", w->at[w->len - 1], 2) != NULL) {
			own = own || w->at[w->len - 1] == 'O';
			if (more)
				shell_add_target(s, c->words[i + 1], false);
		} else if (more && (shell_is(w, "--output") ||
		    shell_is(w, "--output-document") || shell_is(w, ">"))) {
			shell_add_target(s, c->words[i + 1], false);
		} else if (w->len > 2 && w->at[0] == '-' && w->at[1] == 'o') {
			shell_add_target(s, (struct shell_word){ w->at + 2,
			    w->len - 2 }, false);
		}
	}
	if (own || shell_is(&c->words[from - 1], "wget"))
		shell_add_target(s, shell_base(url), false);
	if (cert)
		shell_add_target(s, last, false);
}

/* Returns whether it fetches from somebody's address. */
static bool
look_fetch(struct shell_script *s)
{
	const struct shell_command *c = &s->command;
	size_t from = s->from;
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

/* Installers start what they unpacked, too, but wait for it. */
static bool
is_filled(const struct shell_script *s, const struct shell_word *w)
{
	return shell_has_target(s, *w, s->command.behind ? SHELL_INSIDE :
	    SHELL_FILE);
}

/* The program, or the first argument of an interpreter that is no option. */
static bool
starts_target(const struct shell_script *s)
{
	const struct shell_command *c = &s->command;
	size_t from = s->from;

	if (from == c->n)
		return false;
	if (is_filled(s, &c->words[from]))
		return true;
	if (!shell_is_shell(&c->words[from]) && !shell_is_hole(&c->words[from]))
		return false;
	for (size_t i = from + 1; i < c->n; i++)
		if (c->words[i].len == 0 || *c->words[i].at != '-')
			return is_filled(s, &c->words[i]);
	return false;
}

/* "curl ... | tar xz -C FOLDER" */
static void
look_unpack(struct shell_script *s)
{
	const struct shell_command *c = &s->command;
	size_t from = s->from;

	if (from == c->n || !shell_is(&c->words[from], "tar"))
		return;
	for (size_t i = from + 1; i + 1 < c->n; i++)
		if (shell_is(&c->words[i], "-C"))
			shell_add_target(s, c->words[i + 1], true);
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
	struct shell_script s = { .endpoints = e, .text = text, .len = len };
	const struct shell_command *c = &s.command;

	if (checks_digest(text, len))
		return false;
	while (shell_next(&s)) {
		*at = c->at;
		if (s.piped && s.fetches && s.from < c->n &&
		    shell_is_shell(&c->words[s.from]))
			return true;
		if (starts_target(&s))
			return true;
		if (s.piped && s.fetches)
			look_unpack(&s);
		s.fetches = look_fetch(&s);
	}
	return false;
}

void
shell_fetched_files(const struct endpoints *e, const char *text, size_t len,
    void (*each)(void *, const char *, size_t), void *ctx)
{
	struct shell_script s = { .endpoints = e, .text = text, .len = len };

	while (shell_next(&s))
		(void)look_fetch(&s);
	shell_each_target(&s, each, ctx);
}

bool
shell_fetches(const char *text, size_t len)
{
	struct shell_script s = { .text = text, .len = len };

	while (shell_next(&s))
		if (s.from < s.command.n &&
		    is_fetcher(&s.command.words[s.from]))
			return true;
	return false;
}

bool
shell_is_fetcher(const char *text, size_t len)
{
	return is_fetcher(&(struct shell_word){ text, len });
}

/* ---- what is printed ----------------------------------------------------- */

static bool
has_word(const struct shell_command *c, size_t from, const char *word)
{
	for (size_t i = from; i < c->n; i++)
		if (shell_is(&c->words[i], word))
			return true;
	return false;
}

/* curl prints unless it is told a file, wget if it is told none: "-qO-". */
static bool
fetches_to_output(const struct shell_command *c, size_t from)
{
	struct shell_word base = shell_base(c->words[from]);
	bool file = false, output = !shell_is(&base, "wget");

	for (size_t i = from + 1; i < c->n; i++) {
		const struct shell_word *w = &c->words[i];
		bool more = i + 1 < c->n;

		if (w->len > 2 && w->at[0] == '-' && w->at[1] != '-' &&
		    memcmp(w->at + w->len - 2, "O-", 2) == 0)
			return true;
		if (w->len < 2 || w->at[0] != '-' || (w->at[1] == '-' &&
		    strncmp(w->at, "--output", 8) != 0) ||
		    strchr("oOet", w->at[w->len - 1]) == NULL)
			continue;
		if (more && shell_is(&c->words[i + 1], "-"))
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
	struct shell_script s = { .text = text, .len = len };

	while (shell_next(&s)) {
		struct shell_word base;

		if (s.from == s.command.n)
			continue;
		base = shell_base(s.command.words[s.from]);
		if (shell_among(&base, resolvers, ARRAY_LEN(resolvers)) ||
		    (shell_among(&base, windows, ARRAY_LEN(windows)) &&
		    asks_web(text, len)))
			return true;
		if ((shell_is(&base, "curl") || shell_is(&base, "curl.exe") ||
		    shell_is(&base, "wget")) && fetches_to_output(&s.command,
		    s.from))
			return true;
	}
	return false;
}
