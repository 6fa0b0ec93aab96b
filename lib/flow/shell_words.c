/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shell_words - the commands of a script, their words, and what the variables
 * before them hold.
 *
 * Takes: a text.  Gives: one command after the other.
 * Runs in: worker child, command.
 */
#include "flow/shell_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* ---- words --------------------------------------------------------------- */

bool
shell_is(const struct shell_word *w, const char *text)
{
	return strlen(text) == w->len && strncasecmp(w->at, text, w->len) == 0;
}

bool
shell_among(const struct shell_word *w, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (shell_is(w, names[i]))
			return true;
	return false;
}

struct shell_word
shell_base(struct shell_word w)
{
	for (size_t i = w.len; i > 0; i--)
		if (w.at[i - 1] == '/' || w.at[i - 1] == '\\') {
			w.at += i;
			w.len -= i;
			break;
		}
	return w;
}

static struct shell_word
trimmed(struct shell_word w)
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

/* "./tool" is "tool". */
static struct shell_word
shell_plain(struct shell_word w)
{
	bool here = w.len > 2 && memcmp(w.at, "./", 2) == 0;

	return here ? (struct shell_word){ w.at + 2, w.len - 2 } : w;
}

bool
shell_is_hole(const struct shell_word *w)
{
	return shell_is(w, "%s") || shell_is(w, "") || shell_is(w, "?") ||
	    (w->len > 2 && w->at[0] == '%' && w->at[1] == '(') ||
	    (w->len > 0 && *w->at == '{' && w->at[w->len - 1] == '}');
}

/* ---- commands ------------------------------------------------------------ */

static bool
is_end(char c)
{
	return c == '\n' || c == ';' || c == '|' || c == '&';
}

/* The command at *at, and what stands between it and the next. */
static void
read_command(const char *text, size_t len, size_t *at, struct shell_command *c)
{
	*c = (struct shell_command){ .at = *at };
	while (*at < len && !is_end(text[*at])) {
		size_t from = *at;

		/* "2>&1" and "&>" belong to the command. */
		while (*at < len && !isspace((unsigned char)text[*at]) &&
		    (!is_end(text[*at]) || (text[*at] == '&' &&
		    ((*at > from && text[*at - 1] == '>') ||
		    (*at + 1 < len && text[*at + 1] == '>')))))
			++*at;
		if (*at > from && c->n < SHELL_WORDS_MAX)
			c->words[c->n++] = trimmed((struct shell_word){
			    text + from, *at - from });
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

/* Words before the program that is started. */
static size_t
front_of(const struct shell_command *c)
{
	static const char *const front[] = { "sudo", "nohup", "setsid", "env",
	    "exec", "start", "call", "/b", "/min", "/wait", "then", "do",
	    "else", "if", "&&", "-E", "command", "time", "cmd", "cmd.exe",
	    "/c", "!" };
	size_t i = 0;

	while (i < c->n && (c->words[i].len == 0 || shell_among(&c->words[i],
	    front, ARRAY_LEN(front)) || (c->words[i].at[0] != '-' &&
	    memchr(c->words[i].at, '=', c->words[i].len) != NULL)))
		i++;
	return i;
}

bool
shell_is_shell(const struct shell_word *program)
{
	static const char *const names[] = { "sh", "bash", "dash", "zsh",
	    "ksh", "python", "python3", "perl", "node", "ruby", "php",
	    "source", ".", "powershell", "pwsh", "rundll32", "regsvr32",
	    "wscript", "cscript", "msiexec" };
	struct shell_word base = shell_base(*program);

	/* "${Python3_EXECUTABLE}" */
	return shell_among(&base, names, ARRAY_LEN(names)) ||
	    shell_is(program, ".") || (program->len > 8 &&
	    *program->at == '$' && strncasecmp(program->at + 2, "python",
	    6) == 0);
}

/* ---- what is known so far ------------------------------------------------ */

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* NAME=VALUE before a command, or as one. */
static void
note_variables(struct shell_script *s, const struct shell_command *c)
{
	for (size_t i = 0; i < c->n && s->nnames < SHELL_TARGETS_MAX; i++) {
		const struct shell_word *w = &c->words[i];
		size_t name = 0;

		while (name < w->len && is_name(w->at[name]))
			name++;
		if (name == 0 || name == w->len || w->at[name] != '=')
			continue;
		s->names[s->nnames] = (struct shell_word){ w->at, name };
		s->values[s->nnames++] = trimmed((struct shell_word){
		    w->at + name + 1, w->len - name - 1 });
	}
}

struct shell_word
shell_value(const struct shell_script *s, struct shell_word w)
{
	struct shell_word name = { w.at + 1, 0 };

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

void
shell_add_target(struct shell_script *s, struct shell_word w, bool folder)
{
	if (w.len == 0 || *w.at == '-' || shell_is(&w, "/dev/null") ||
	    s->ntargets == SHELL_TARGETS_MAX)
		return;
	s->folders[s->ntargets] = folder;
	s->targets[s->ntargets++] = w;
}

/* ---- the script ---------------------------------------------------------- */

bool
shell_next(struct shell_script *s)
{
	struct shell_command *c = &s->command;

	if (s->next >= s->len)
		return false;
	s->piped = c->piped;
	read_command(s->text, s->len, &s->next, c);
	note_variables(s, c);
	s->from = front_of(c);
	if (s->from + 2 < c->n && shell_is_shell(&c->words[s->from]) &&
	    shell_is(&c->words[s->from + 1], "-c"))
		s->from += 2;
	return true;
}

void
shell_each_target(const struct shell_script *s,
    void (*each)(void *, const char *, size_t), void *ctx)
{
	for (size_t i = 0; i < s->ntargets; i++)
		each(ctx, s->targets[i].at, s->targets[i].len);
}

bool
shell_has_target(const struct shell_script *s, struct shell_word w,
    enum shell_part part)
{
	w = shell_plain(w);
	for (size_t i = 0; i < s->ntargets; i++) {
		struct shell_word t = shell_plain(s->targets[i]);
		bool folder = s->folders[i];

		if (w.len < t.len || memcmp(t.at, w.at, t.len) != 0)
			continue;
		if (w.len == t.len ? part == SHELL_WHOLE || !folder :
		    folder && part != SHELL_FILE && w.at[t.len] == '/')
			return true;
	}
	return false;
}
