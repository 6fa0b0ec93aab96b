/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_WORDS_H
#define ALERT_WORDS_H

/*
 * words - what alerts say, in the reader's language, by gettext.
 *
 * A language's words are read from its message catalogues before the sandbox
 * is entered and kept; afterwards no file is needed.  Arguments stand as {0},
 * {1}: a translation can neither ask for one that is not there nor format.
 */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct words;

enum word {
	/* severities and headlines */
	W_NONE, W_LOW, W_MEDIUM, W_HIGH, W_CRITICAL, W_ALERT, W_WITHDRAWN,
	W_REMOVED, W_QUARANTINED, W_DIGEST, W_OBSERVED, W_CAMPAIGN_HEAD,
	W_TRIAGED_HEAD, W_SUPPRESSED_HEAD, W_DEGRADED, W_RECOVERED, W_TEST,
	/* what to do */
	W_NEXT_OPENED, W_NEXT_UPDATED, W_NEXT_WITHDRAWN, W_NEXT_REMOVED,
	W_NEXT_QUARANTINED, W_NEXT_DEGRADED, W_NEXT_OBSERVED, W_NEXT_TEST,
	/* labels */
	W_SCORE, W_SCORE_OF, W_LOOKS_LIKE, W_LOOKS_LIKE_SHORT, W_TECHNIQUE,
	W_TECHNIQUE_RANK, W_INDEX, W_OURS, W_OURS_USED, W_TEAM, W_CAMPAIGN,
	W_CAMPAIGN_OF, W_WHY,
	W_INDICATORS, W_FILES, W_FILE_OUTCOME, W_OTHERS, W_NEXT, W_MORE,
	W_PYPI, W_INSPECTOR, W_DETECTION, W_DETECTION_SHOW,
	/* what changed */
	W_CHANGE_SCORE, W_CHANGE_FILES, W_CHANGE_TRIAGED, W_CHANGE_SUPPRESSED,
	W_CHANGE_CAMPAIGN, W_LEAD_REMOVED, W_LEAD_QUARANTINED, W_NOTE,
	/* how long */
	W_SECONDS, W_MINUTES, W_HOURS, W_DAYS,
	/* why many in one */
	W_SUM_DIGEST, W_SUM_OBSERVED, W_SUM_RATE, W_SUM_QUIET, W_SUM_CAMPAIGN,
	/* where a thing stands */
	W_AT_INSTALL, W_AT_STARTUP, W_AT_IMPORT, W_AT_CALL, W_IN_DATA,
	W_IN_TESTS, W_IN_METADATA, W_IN_NAME, W_IN_ARCHIVE,
	/* techniques of look-alike names */
	W_CONFUSION, W_STDLIB, W_IMPORT_NAME, W_FOREIGN, W_INVENTED,
	W_SEPARATOR, W_COLLISION, W_HOMOGLYPH, W_OMISSION, W_INSERTION,
	W_REPETITION, W_REPLACEMENT, W_KEYBOARD, W_VOWEL, W_BITFLIP,
	W_TRANSPOSITION, W_TWO_EDITS, W_PLURAL, W_VERSION, W_SPELLING,
	W_HOMOPHONE, W_WORD_ORDER, W_WORD_DROP, W_WORD_DOUBLE,
	W_PYTHON_AFFIX, W_AFFIX, W_EMBEDDED, W_EDIT_AFFIX, W_SEMANTIC,
	W_BRAND, W_TOOLING, W_COMMAND,
	/* outcomes of a file */
	W_PARTIAL, W_UNSCANNABLE, W_DEAD,
	/* verdicts of triage */
	W_OPEN, W_CONFIRMED, W_FALSE_POSITIVE, W_PENTEST, W_SPAM, W_BENIGN,
	/* the foot of a mail */
	W_MAIL_FOOT,
	WORD_COUNT
};

/* The languages there are, NULL at the end; the first is English. */
extern const char *const word_languages[];

/* English, which needs no catalogue. */
const struct words *words_english(void);
/* Of "en", "ja", "ko" or "zh_CN"; NULL with the reason when the catalogue
 * below `directory` is missing or misses a word. */
struct words *words_open(const char *language, const char *directory,
    char *why, size_t room);
void	words_free(struct words *);
const char *words_language(const struct words *);	/* "en" */

const char *word(const struct words *, enum word);
/* Appends it with its arguments: at most `n` of them. */
void	word_fill(struct buf *, const struct words *, enum word,
	    const char *const *arguments, size_t n);
char	*word_text(const struct words *, enum word,
	    const char *const *arguments, size_t n);	/* heap */
#define WORD_TEXT(w, id, ...)						\
	word_text((w), (id), (const char *const[]){ __VA_ARGS__ },	\
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))
/* The sentence of a finding's rule ("exec-decoded") or of a part of the daemon
 * ("daemon:database"), with `text` where it has {0}, or `text`, the English
 * one, where the language has none: an operator's own rule.  Heap. */
char	*word_sentence(const struct words *, const char *key,
	    const char *text);
/* With one number as {0}; heap. */
char	*word_numeral(const struct words *, enum word, int64_t);
/* The word of a name as it stands in JSON ("transposition"), or the name. */
const char *word_of(const struct words *, const char *name);

#endif
