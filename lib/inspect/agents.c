/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agents - files that AI tools read and obey.
 *
 * Such a file may say how to work on the package.  One that has the tool hide
 * what it does and reach for secrets, or fetch what it runs, is an attack on
 * whoever opens the package in an editor.
 *
 * Takes: views.  Gives: findings.  Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/facts.h"
#include "inspect/builds.h"
#include "inspect/inspectors.h"

#define READ_MOST (64 * 1024)	/* such files are a few pages long */

/* Parts of "/" and the path; the last ones are whole names. */
static bool
is_obeyed(const char *path)
{
	static const char *const folders[] = { "/.cursor/", "/.claude/",
	    "/.codex/", "/.gemini/", "/.windsurf/", "/.clinerules/",
	    "/.roo/", "/.kiro/", "/.continue/", "/.junie/" };
	static const char *const names[] = { "AGENTS.md", "CLAUDE.md",
	    "GEMINI.md", "SKILL.md", ".cursorrules", ".windsurfrules",
	    ".clinerules", "copilot-instructions.md", ".mcp.json", "mcp.json",
	    "mcp_config.json", "claude_desktop_config.json",
	    ".aider.conf.yml" };
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (strstr(path, folders[i]) != NULL ||
		    str_starts(path, folders[i] + 1))
			return true;
	return str_ends(path, ".instructions.md") || str_ends(path, ".mdc") ||
	    str_index(names, ARRAY_LEN(names),
	    slash != NULL ? slash + 1 : path) >= 0;
}

static bool
has_any(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(text, words[i]) != NULL)
			return true;
	return false;
}

/* In small letters. */
static bool
hides(const char *text)
{
	static const char *const words[] = { "not tell the user",
	    "n't tell the user", "not inform the user", "not mention this",
	    "n't mention this", "not mention it", "not reveal this",
	    "without telling", "without asking", "without informing",
	    "without confirmation", "without the user", "not show the user",
	    "not ask the user", "not ask for confirmation", "silently run",
	    "silently execute", "silently read", "silently send",
	    "in the background and do not", "hide this from",
	    "ignore all previous", "ignore previous instr",
	    "ignore prior instr", "disregard previous", "disregard all" };

	return has_any(text, words, ARRAY_LEN(words));
}

static bool
takes_secrets(const char *text, uint64_t marks)
{
	static const char *const sends[] = { "curl", "wget", "post ", "send",
	    "upload", "http://", "https://", "webhook", "include the content",
	    "as a parameter", "in a comment" };

	return (marks & (MARK_SECRET | MARK_TOKEN | MARK_ENVIRON)) &&
	    has_any(text, sends, ARRAY_LEN(sends));
}

static char *
small_letters(const struct view *v)
{
	size_t n = v->size < READ_MOST ? v->size : READ_MOST;
	char *text = mem_strndup((const char *)v->data, n);

	for (char *c = text; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return text;
}

/* Capital letters are rare in source, and libc finds one letter fastest. */
static bool
stands(const uint8_t *data, size_t n, const char *word)
{
	const uint8_t *end = data + n, *at = data;
	size_t len = strlen(word);

	if (!isupper((unsigned char)*word))
		return memmem(data, n, word, len) != NULL;
	for (; (at = memchr(at, *word, (size_t)(end - at))) != NULL; at++)
		if ((size_t)(end - at) < len)
			return false;
		else if (memcmp(at, word, len) == 0)
			return true;
	return false;
}

/* Does a comment or docstring speak to such tools?  The code does not: who
 * tests them has their attacks in it. */
static bool
is_addressed(const struct view *v)
{
	static const char *const words[] = { "AI assistant", "AI ASSISTANT",
	    "AI agent", "AI AGENT", "coding assistant", "language model",
	    "LLMs ", "LLM " };
	size_t n = v->size < READ_MOST ? v->size : READ_MOST;

	for (size_t i = 0; v->kind == VIEW_PYTHON && i < ARRAY_LEN(words); i++)
		if (stands(v->data, n, words[i]) &&
		    !stands(v->code, n, words[i]))
			return true;
	return false;
}

static void
say(struct inspection *in, const struct view *v, const char *rule,
    const char *text)
{
	inspection_report(in, v, &(struct report){ .rule = rule,
	    .category = "prompt", .tactic = "TA0001", .text = text });
}

/* What builds_look() made of such a file, whose own text was looked at. */
static bool
is_commands(const struct view *v)
{
	return v->kind == VIEW_SCRIPT && v->layers != NULL &&
	    str_ends(v->layers, BUILDS_LAYER);
}

void
agents_view(struct inspection *in, const struct view *v)
{
	bool obeyed = is_obeyed(v->path);
	uint64_t marks;
	char *text;

	if (v->kind == VIEW_BINARY || (!obeyed && !is_addressed(v)) ||
	    is_commands(v))
		return;
	/* Servers and hooks are started with the tool that reads of them. */
	if (obeyed && v->kind == VIEW_TEXT && v->layers == NULL &&
	    builds_is_settings(v->path, v->data, v->size))
		builds_look(in, v, builds_commands);
	marks = fact_of_text(in->endpoints, (const char *)v->data, v->size);
	text = small_letters(v);
	if (!obeyed && hides(text) && takes_secrets(text, marks))
		say(in, v, "comment-orders", "a comment orders AI tools that "
		    "read the code to take secrets unseen");
	else if (obeyed && hides(text) && ((marks & MARK_COMMAND) ||
	    ((marks & MARK_ORDERS) && (marks & (MARK_SECRET | MARK_TOKEN))) ||
	    takes_secrets(text, marks)))
		say(in, v, "agent-file-orders", "a file that AI tools obey "
		    "orders them to take secrets or run commands unseen");
	else if (obeyed &&
	    marks & (MARK_COMMAND | MARK_BIN | MARK_HOOK | MARK_DROP))
		say(in, v, "agent-file-fetches", "a file that AI tools obey "
		    "has them run what is fetched, or talk to a service for "
		    "anonymous senders");
	free(text);
}
