/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_VERDICT_H
#define DATA_VERDICT_H

/* verdict - what judge makes of findings and history. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum severity { SEVERITY_NONE, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH,
	SEVERITY_CRITICAL, SEVERITY_COUNT };

/* Findings that shall not count: somebody answers for it.  Project and digest
 * were compared before; path and rule may hold * and ?, and NULL is any. */
struct suppression {
	int64_t		 id;
	const char	*path, *rule;
	const char	*owner, *reason, *until;	/* RFC 3339 */
	bool		 alone;		/* names nothing but a path: no code */
};

/* What queue knows about the project; all zero for a lone local file. */
struct history {
	bool		 known;		/* false: nothing is known, judge
					   as new */
	uint32_t	 releases;	/* earlier ones that we or PyPI know */
	int64_t		 age_s;		/* of the project, -1 unknown */
	uint32_t	 rank;		/* among the popular, 0 none */
	bool		 owner_changed;	/* in the last days */
	bool		 revived;	/* removed, then created again */
	bool		 changed_bytes;	/* same file name, other digest */
	bool		 new_requirement; /* requires a project days old */
	bool		 index_differs;	/* index and file name other people */
	/* rule ids that fired on the previous release: not novel */
	const char *const *seen_rules;
	size_t		 nseen_rules;
	const struct suppression *suppressions;	/* that may concern the file */
	size_t		 nsuppressions;
};

/* One line of the explanation; contributions add up to the score. */
struct reason {
	char		*rule;
	char		*category;
	double		 points;	/* its share of the score */
	char		*text;
};

struct verdict {
	uint32_t	 score;		/* 0 to 100 */
	enum severity	 severity;
	bool		 alert;
	struct reason	*reasons;	/* largest share first */
	size_t		 nreasons;
};

/* What an analyst may say of a detection, as text everywhere. */
#define TRIAGE_COUNT 6
extern const char *const triage_names[TRIAGE_COUNT];

extern const char *const severity_names[SEVERITY_COUNT];
const char *severity_name(enum severity);
int	severity_from_name(const char *);	/* or -1 */
enum severity severity_of(uint32_t score);	/* design 4.4 */
void	verdict_release(struct verdict *);

#endif
