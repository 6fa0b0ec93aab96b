/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_RULES_H
#define INSPECT_RULES_RULES_H

/*
 * rules - YARA rules: ours and the operator's, compiled once, warm.
 *
 * Meta fields: `id` (else the rule's name), `category`, `tactic`, `text`;
 * `context` names the contexts it is for ("install startup import"), `on` the
 * kinds of view ("python script text binary").  Without them: everywhere.
 * `needs = "deed"`: in Python only where the file runs, executes or sends
 * something: a list of dangerous command lines is not an attack.
 * `called = "back"`: functions that it describes are called by a library; all
 * of a match must stand in code that somebody must call for it to count so.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct inspection;
struct rules;
struct view;

struct rules *rules_load(const char *folder, const char *local,
	    struct buf *errors);
void	rules_free(struct rules *);
const char *rules_id(const struct rules *);	/* "2026.1+3f2c" */
size_t	rules_count(const struct rules *);
/* Are rules that cannot match told before (sieve.h)?  Findings are the same;
 * shipped rules with conditions that it does not understand cost more time. */
bool	rules_are_sieved(const struct rules *);
void	rules_view(struct inspection *, const struct view *);

#define RULE_PLACES 64		/* more of them: counted as run */

struct rule_match {
	const char	*id, *category, *tactic, *text;
	const char	*contexts, *kinds;	/* NULL: all */
	const char	*needs;			/* "deed", or NULL */
	bool		 called_back;
	bool		 is_code;	/* what it matches runs, or is quoted */
	bool		 is_kept;	/* ... in a source that writes
					   no text */
	size_t		 places[RULE_PLACES], nplaces; /* of all strings */
	size_t		 offset, len;		/* of the first string, or 0 */
};
/* Every rule that matches, whatever its context; 0, or -1 on a time-out. */
int	rules_scan(const struct rules *, const uint8_t *, size_t,
	    void (*each)(void *, const struct rule_match *), void *);

#endif
