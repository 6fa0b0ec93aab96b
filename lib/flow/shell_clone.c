/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shell_clone - scripts that copy somebody's repository, and do what stands in
 * it.
 *
 * Takes: a text.  Gives: whether, and the folders that it is copied into.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "flow/facts.h"
#include "flow/shell.h"
#include "flow/shell_words.h"

#define REMOTE_MOST 256		/* bytes of an address */

/* "git@host:u/x.git", "ssh://host/u/x": as a page's address, whose marks are
 * known. */
static bool
is_remote(const struct shell_script *s, const struct shell_word *word)
{
	struct shell_word value = shell_value(s, *word), *w = &value;
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
clones_anything(const struct shell_command *c, size_t from)
{
	static const struct { const char *program, *word; } clones[] = {
		{ "git", "clone" }, { "hg", "clone" }, { "svn", "export" },
		{ "svn", "checkout" }, { "svn", "co" } };
	struct shell_word base;

	if (from + 1 >= c->n)
		return false;
	base = shell_base(c->words[from]);
	for (size_t i = 0; i < ARRAY_LEN(clones); i++)
		if (shell_is(&base, clones[i].program) &&
		    shell_is(&c->words[from + 1], clones[i].word))
			return true;
	return false;
}

/* "git clone --depth 1 ADDRESS FOLDER", or the address's own name. */
static void
look_clone(struct shell_script *s)
{
	static const char *const valued[] = { "--depth", "-b", "--branch",
	    "-o", "-c", "-j", "-r", "--origin", "--config" };
	const struct shell_command *c = &s->command;
	struct shell_word words[2] = { { "", 0 }, { "", 0 } };
	size_t n = 0;

	if (!clones_anything(c, s->from))
		return;
	for (size_t i = s->from + 2; i < c->n && n < 2; i++) {
		if (shell_among(&c->words[i], valued, ARRAY_LEN(valued)))
			i++;
		else if (c->words[i].len != 0 && *c->words[i].at != '-' &&
		    memchr(c->words[i].at, '>', c->words[i].len) == NULL)
			words[n++] = c->words[i];
	}
	if (s->told && (n == 0 || shell_is_hole(&words[0])))
		s->clones = true;
	if (n == 0 || !is_remote(s, &words[0]))
		return;
	s->clones = true;
	words[0] = shell_base(shell_value(s, words[0]));
	if (n == 1 && words[0].len > 4 && memcmp(words[0].at + words[0].len -
	    4, ".git", 4) == 0)
		words[0].len -= 4;
	shell_add_target(s, n == 2 ? words[1] : words[0], true);
}

/* Does it do what stands in a folder: its rules, its set-up, a file? */
static bool
runs_folder(const struct shell_command *c, size_t from)
{
	static const char *const runners[] = { "make", "gmake", "ninja",
	    "cargo", "npm", "yarn", "pnpm", "pip", "pip3", "uv", "go" };
	struct shell_word base = shell_base(c->words[from]);

	return shell_among(&base, runners, ARRAY_LEN(runners)) ||
	    shell_is_shell(&c->words[from]) || shell_is_hole(&c->words[from]);
}

/* "cd": is what follows done in such a folder? */
static bool
goes_inside(const struct shell_script *s, bool inside)
{
	const struct shell_word *to = &s->command.words[s->from + 1];

	return shell_has_target(s, *to, SHELL_WHOLE) || (inside &&
	    *to->at != '/');
}

/* Is the program one that lies there, or told of what does? */
static bool
runs_clone(const struct shell_script *s, bool inside)
{
	const struct shell_command *c = &s->command;
	const struct shell_word *program = &c->words[s->from];
	bool works = runs_folder(c, s->from);

	if (inside && (works || (program->len > 2 && memcmp(program->at, "./",
	    2) == 0)))
		return true;
	if (shell_has_target(s, *program, SHELL_WHOLE))
		return true;
	for (size_t i = s->from + 1; i < c->n && works; i++)
		if (shell_has_target(s, c->words[i], SHELL_WHOLE))
			return true;
	return false;
}

bool
shell_runs_cloned(const struct endpoints *e, const char *text, size_t len)
{
	struct shell_script s = { .endpoints = e, .text = text, .len = len };
	const struct shell_command *c = &s.command;
	bool inside = false;

	while (shell_next(&s)) {
		look_clone(&s);
		if (s.from == c->n || s.ntargets == 0)
			continue;
		if (shell_is(&c->words[s.from], "cd") && s.from + 1 < c->n)
			inside = goes_inside(&s, inside);
		else if (runs_clone(&s, inside))
			return true;
	}
	return false;
}

bool
shell_clones(const struct endpoints *e, bool told, const char *text,
    size_t len, void (*each)(void *, const char *, size_t), void *ctx)
{
	struct shell_script s = { .endpoints = e, .text = text, .len = len,
	    .told = told };

	while (shell_next(&s))
		look_clone(&s);
	shell_each_target(&s, each, ctx);
	return s.clones;
}
