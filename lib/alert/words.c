/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - what alerts say, in the reader's language, by gettext.
 * Takes: a language.  Gives: its words.
 * Runs in: alert (before its sandbox), the command.
 */
#include "alert/words.h"

#include <inttypes.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

#define N_(s) s
#define DOMAIN "pypiwatch"
#define DOMAIN_RULES "pypiwatch-rules"	/* msgid: a rule, daemon:PART */
#define RULE_ALWAYS "lookalike-name"	/* no catalogue of rules is without */

const char *const word_languages[] = { "en", "ja", "ko", "zh_CN", NULL };

/* xgettext takes them from here. */
static const char *const english[WORD_COUNT] = {
	[W_NONE] = N_("NONE"),
	[W_LOW] = N_("LOW"),
	[W_MEDIUM] = N_("MEDIUM"),
	[W_HIGH] = N_("HIGH"),
	[W_CRITICAL] = N_("CRITICAL"),
	[W_ALERT] = N_("ALERT"),
	[W_WITHDRAWN] = N_("WITHDRAWN"),
	[W_REMOVED] = N_("REMOVED FROM PYPI"),
	[W_QUARANTINED] = N_("QUARANTINED BY PYPI"),
	[W_DIGEST] = N_("SUMMARY"),
	[W_OBSERVED] = N_("OBSERVED ONLY"),
	[W_CAMPAIGN_HEAD] = N_("CAMPAIGN"),
	[W_TRIAGED_HEAD] = N_("TRIAGED"),
	[W_SUPPRESSED_HEAD] = N_("SUPPRESSED"),
	[W_DEGRADED] = N_("PYPIWATCH DEGRADED"),
	[W_RECOVERED] = N_("PYPIWATCH RECOVERED"),
	[W_TEST] = N_("TEST"),

	[W_NEXT_OPENED] = N_("Do not install it. Look for it in lock files, "
	    "mirrors and build logs, block it in your proxy, and report it "
	    "to PyPI if you agree."),
	[W_NEXT_UPDATED] = N_("The verdict changed: compare it with what you "
	    "decided before."),
	[W_NEXT_WITHDRAWN] = N_("The detection was taken back; lift what you "
	    "blocked because of it."),
	[W_NEXT_REMOVED] = N_("It can no longer be installed from PyPI. Look "
	    "for copies in mirrors and caches."),
	[W_NEXT_QUARANTINED] = N_("PyPI holds it back. Look for copies in "
	    "mirrors and caches."),
	[W_NEXT_DEGRADED] = N_("Look at the log of pypiwatchd and at the "
	    "output of \"pypiwatch status\"."),
	[W_NEXT_OBSERVED] = N_("Nobody was alerted, because the mode is "
	    "\"observe\". Set judge.mode to alert when this list looks "
	    "right."),
	[W_NEXT_TEST] = N_("Nothing to do: this sink works."),

	[W_SCORE] = N_("Score"),
	[W_SCORE_OF] = N_("{0} of 100"),
	[W_LOOKS_LIKE] = N_("Looks like"),
	[W_LOOKS_LIKE_SHORT] = N_("looks like {0}"),
	[W_TECHNIQUE] = N_("({0})"),
	[W_TECHNIQUE_RANK] = N_("({0}, rank {1})"),
	[W_INDEX] = N_("Index"),
	[W_OURS] = N_("Concerns us"),
	[W_OURS_USED] = N_("in use: {0}"),
	[W_TEAM] = N_("Team"),
	[W_CAMPAIGN] = N_("Campaign"),
	[W_CAMPAIGN_OF] = N_("{0} releases so far"),
	[W_WHY] = N_("Why"),
	[W_INDICATORS] = N_("It names (made harmless)"),
	[W_FILES] = N_("Files"),
	[W_FILE_OUTCOME] = N_("({0})"),
	[W_OTHERS] = N_("Releases"),
	[W_NEXT] = N_("What to do"),
	[W_MORE] = N_("and {0} more"),
	[W_PYPI] = N_("PyPI"),
	[W_INSPECTOR] = N_("Inspector"),
	[W_DETECTION] = N_("Detection {0}"),
	[W_DETECTION_SHOW] = N_("Detection {0}: run \"pypiwatch show {0}\""),

	[W_CHANGE_SCORE] = N_("The score changed from {0} to {1}."),
	[W_CHANGE_FILES] = N_("Files were added to the release: {0}."),
	[W_CHANGE_TRIAGED] = N_("Triaged by {1}: {0}."),
	[W_CHANGE_SUPPRESSED] = N_("Suppressed by {0}: nothing more will be "
	    "said about it."),
	[W_CHANGE_CAMPAIGN] = N_("More releases of the same campaign: {0} new, "
	    "{1} in all."),
	[W_LEAD_REMOVED] = N_("We alerted {0} before PyPI removed it."),
	[W_LEAD_QUARANTINED] = N_("We alerted {0} before PyPI quarantined "
	    "it."),
	[W_NOTE] = N_("Note"),

	[W_SECONDS] = N_("{0} s"),
	[W_MINUTES] = N_("{0} min"),
	[W_HOURS] = N_("{0} h {1} min"),
	[W_DAYS] = N_("{0} d {1} h"),

	[W_SUM_DIGEST] = N_("Alerts since the last summary: {0}."),
	[W_SUM_OBSERVED] = N_("What would have alerted: {0}."),
	[W_SUM_RATE] = N_("There were more alerts than this sink's hourly "
	    "limit. In this one message: {0}."),
	[W_SUM_QUIET] = N_("Alerts during quiet hours: {0}."),
	[W_SUM_CAMPAIGN] = N_("Releases of one campaign: {0}."),

	[W_AT_INSTALL] = N_("runs at install"),
	[W_AT_STARTUP] = N_("runs whenever Python starts"),
	[W_AT_IMPORT] = N_("runs on import"),
	[W_AT_CALL] = N_("runs when called"),
	[W_IN_DATA] = N_("in data"),
	[W_IN_TESTS] = N_("in tests"),
	[W_IN_METADATA] = N_("in the metadata"),
	[W_IN_NAME] = N_("in the name"),
	[W_IN_ARCHIVE] = N_("in the archive"),

	[W_CONFUSION] = N_("the name of an internal project"),
	[W_STDLIB] = N_("a module of Python itself"),
	[W_IMPORT_NAME] = N_("the import name of another project"),
	[W_FOREIGN] = N_("a name known from other registries"),
	[W_INVENTED] = N_("a name that language models make up"),
	[W_SEPARATOR] = N_("other separators"),
	[W_COLLISION] = N_("the same once similar characters "
	    "count as one"),
	[W_HOMOGLYPH] = N_("letters that look alike"),
	[W_OMISSION] = N_("a letter left out"),
	[W_INSERTION] = N_("a letter added"),
	[W_REPETITION] = N_("a letter doubled"),
	[W_REPLACEMENT] = N_("a letter replaced"),
	[W_KEYBOARD] = N_("a neighbouring key"),
	[W_VOWEL] = N_("another vowel"),
	[W_BITFLIP] = N_("one bit flipped"),
	[W_TRANSPOSITION] = N_("letters swapped"),
	[W_TWO_EDITS] = N_("two letters changed"),
	[W_PLURAL] = N_("another ending"),
	[W_VERSION] = N_("a version number added or changed"),
	[W_SPELLING] = N_("another spelling"),
	[W_HOMOPHONE] = N_("sounds the same"),
	[W_WORD_ORDER] = N_("words in another order"),
	[W_WORD_DROP] = N_("a word left out"),
	[W_WORD_DOUBLE] = N_("a word doubled"),
	[W_PYTHON_AFFIX] = N_("\"python\" or \"py\" added"),
	[W_AFFIX] = N_("a word added"),
	[W_EMBEDDED] = N_("the name inside a longer one"),
	[W_EDIT_AFFIX] = N_("a word added and a letter changed"),
	[W_SEMANTIC] = N_("a word of similar meaning"),
	[W_BRAND] = N_("a brand's name"),
	[W_TOOLING] = N_("a packaging tool's name"),
	[W_COMMAND] = N_("a slip in an install command"),

	[W_PARTIAL] = N_("looked at in part"),
	[W_UNSCANNABLE] = N_("broken, not looked at"),
	[W_DEAD] = N_("given up"),

	[W_OPEN] = N_("open again"),
	[W_CONFIRMED] = N_("confirmed as malicious"),
	[W_FALSE_POSITIVE] = N_("false alarm"),
	[W_PENTEST] = N_("penetration test"),
	[W_SPAM] = N_("spam"),
	[W_BENIGN] = N_("harmless"),

	[W_MAIL_FOOT] = N_("Sent by pypiwatch to the sink {0}."),
};

/* Names as they stand in JSON. */
static const struct { const char *name; enum word word; } names[] = {
	{ "install", W_AT_INSTALL }, { "startup", W_AT_STARTUP },
	{ "import", W_AT_IMPORT }, { "call", W_AT_CALL },
	{ "data", W_IN_DATA }, { "test", W_IN_TESTS },
	{ "metadata", W_IN_METADATA }, { "name", W_IN_NAME },
	{ "archive", W_IN_ARCHIVE },
	{ "dependency-confusion", W_CONFUSION },
	{ "stdlib", W_STDLIB },
	{ "import-name", W_IMPORT_NAME },
	{ "foreign-registry", W_FOREIGN },
	{ "invented", W_INVENTED },
	{ "separator", W_SEPARATOR },
	{ "collision", W_COLLISION },
	{ "homoglyph", W_HOMOGLYPH },
	{ "omission", W_OMISSION },
	{ "insertion", W_INSERTION },
	{ "repetition", W_REPETITION },
	{ "replacement", W_REPLACEMENT },
	{ "keyboard", W_KEYBOARD },
	{ "vowel", W_VOWEL },
	{ "bitflip", W_BITFLIP },
	{ "transposition", W_TRANSPOSITION },
	{ "two-edits", W_TWO_EDITS },
	{ "plural", W_PLURAL },
	{ "version", W_VERSION },
	{ "spelling", W_SPELLING },
	{ "homophone", W_HOMOPHONE },
	{ "word-order", W_WORD_ORDER },
	{ "word-drop", W_WORD_DROP },
	{ "word-double", W_WORD_DOUBLE },
	{ "python-affix", W_PYTHON_AFFIX },
	{ "affix", W_AFFIX },
	{ "embedded", W_EMBEDDED },
	{ "edit-affix", W_EDIT_AFFIX },
	{ "semantic", W_SEMANTIC },
	{ "brand", W_BRAND },
	{ "tooling", W_TOOLING },
	{ "command-slip", W_COMMAND },
	{ "partial", W_PARTIAL }, { "unscannable", W_UNSCANNABLE },
	{ "dead", W_DEAD },
	{ "open", W_OPEN }, { "confirmed", W_CONFIRMED },
	{ "false_positive", W_FALSE_POSITIVE }, { "pentest", W_PENTEST },
	{ "spam", W_SPAM }, { "benign", W_BENIGN },
};

struct words {
	char		*language;
	char		*texts[WORD_COUNT];	/* NULL: English */
};

const struct words *
words_english(void)
{
	static const struct words none = { .language = NULL };

	return &none;
}

void
words_free(struct words *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < WORD_COUNT; i++)
		free(w->texts[i]);
	free(w->language);
	free(w);
}

const char *
words_language(const struct words *w)
{
	return w->language != NULL ? w->language : word_languages[0];
}

#define TEXT_COUNT (WORD_COUNT + 1)	/* the rules' catalogue is one */

/* Every word as gettext gives it now; how many are missing.  It keeps the
 * catalogue of the rules, once asked, for as long as the process lives. */
static size_t
read_all(struct words *w)
{
	static const char	always[] = RULE_ALWAYS;
	size_t			missing = dgettext(DOMAIN_RULES, always) ==
				    always;

	for (size_t i = 0; i < WORD_COUNT; i++) {
		const char *text = dgettext(DOMAIN, english[i]);

		/* gettext gives back its argument when it finds nothing. */
		missing += text == english[i];
		w->texts[i] = mem_strdup(text);
	}
	return missing;
}

/* What gettext asks, as it was before a language was asked for. */
struct asked {
	char	*locale, *language;
};

/*
 * gettext asks the environment for the language, and only in a locale that is
 * not "C"; both are put back afterwards, so that nothing else changes.
 */
static bool
ask_begin(struct asked *before, const char *language)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);

	before->locale = mem_strdup(locale != NULL ? locale : "C");
	before->language = mem_strdup(getenv("LANGUAGE"));
	return setlocale(LC_MESSAGES, "C.UTF-8") != NULL &&
	    setenv("LANGUAGE", language, 1) == 0;
}

static void
ask_end(struct asked *before)
{
	if (before->language != NULL)
		(void)setenv("LANGUAGE", before->language, 1);
	else
		(void)unsetenv("LANGUAGE");
	(void)setlocale(LC_MESSAGES, before->locale);
	free(before->language);
	free(before->locale);
}

static size_t
read_language(struct words *w, const char *directory)
{
	static const char *const domains[] = { DOMAIN, DOMAIN_RULES };
	struct asked	before;
	size_t		missing = TEXT_COUNT;

	if (ask_begin(&before, w->language)) {
		for (size_t i = 0; i < ARRAY_LEN(domains); i++) {
			(void)bindtextdomain(domains[i], directory);
			(void)bind_textdomain_codeset(domains[i], "UTF-8");
		}
		missing = read_all(w);
	}
	ask_end(&before);
	return missing;
}

struct words *
words_open(const char *language, const char *directory, char *why, size_t room)
{
	struct words	*w = mem_alloc(sizeof(*w));
	size_t		 missing;

	w->language = mem_strdup(language);
	if (str_equal(language, word_languages[0]))
		return w;
	missing = read_language(w, directory);
	if (missing == 0)
		return w;
	snprintf(why, room, "language %s: %zu of %d texts are missing below %s",
	    vis(language), missing, (int)TEXT_COUNT, vis(directory));
	words_free(w);
	return NULL;
}

const char *
word(const struct words *w, enum word id)
{
	return w->texts[id] != NULL ? w->texts[id] : english[id];
}

void
word_fill(struct buf *b, const struct words *w, enum word id,
    const char *const *arguments, size_t n)
{
	for (const char *s = word(w, id); *s != '\0'; s++) {
		size_t at = (size_t)((unsigned char)s[1] - '0');

		if (*s != '{' || at > 9 || s[2] != '}') {
			buf_addc(b, *s);
			continue;
		}
		if (at < n)
			buf_adds(b, arguments[at]);
		s += 2;
	}
}

char *
word_sentence(const struct words *w, const char *key, const char *text)
{
	const char	*here = key, *at;
	struct asked	 before;

	/* The empty msgid is the catalogue's own header. */
	if (w->language != NULL && key[0] != '\0') {
		if (ask_begin(&before, w->language))
			here = dgettext(DOMAIN_RULES, key);
		ask_end(&before);
	}
	if (here == key)
		return mem_strdup(text);
	at = strstr(here, "{0}");
	return at == NULL ? mem_strdup(here) : mem_printf("%.*s%s%s",
	    (int)(at - here), here, text, at + strlen("{0}"));
}

char *
word_text(const struct words *w, enum word id, const char *const *arguments,
    size_t n)
{
	struct buf b = BUF_EMPTY;

	buf_adds(&b, "");
	word_fill(&b, w, id, arguments, n);
	return buf_steal(&b);
}

char *
word_numeral(const struct words *w, enum word id, int64_t n)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, n);
	return WORD_TEXT(w, id, number);
}

const char *
word_of(const struct words *w, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_equal(names[i].name, name))
			return word(w, names[i].word);
	return name;
}
