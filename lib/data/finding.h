/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_FINDING_H
#define DATA_FINDING_H

/*
 * finding - one thing an inspector saw; features - all that the worker says
 * about one file.
 *
 * All text is already visible UTF-8 (vis.h): it may go into JSON, SQL and a
 * terminal as it is.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/wire.h"

/*
 * Where the thing stands, strongest first: code that runs when the package is
 * installed, when any Python starts, when it is imported, when somebody calls
 * it, and so on.
 */
enum context { CONTEXT_INSTALL, CONTEXT_STARTUP, CONTEXT_IMPORT, CONTEXT_CALL,
	CONTEXT_DATA, CONTEXT_TEST, CONTEXT_METADATA, CONTEXT_NAME,
	CONTEXT_ARCHIVE, CONTEXT_COUNT };

struct suppression;	/* data/verdict.h */

struct finding {
	char		*rule;		/* "xor-executable" */
	char		*category;	/* "hidden-executable" */
	char		*tactic;	/* MITRE ATT&CK, "TA0005"; or NULL */
	enum context	 context;
	char		*path;		/* in the archive, "!/" between;
					   or NULL */
	uint32_t	 line;		/* from 1; 0: none */
	char		*layers;	/* "base64 > xor:0xe8", or NULL */
	double		 weight;	/* 0 to 1, set by judge; 0 from
					   worker */
	bool		 novel;		/* new to the project; set by judge */
	char		*text;		/* one sentence for a person */
	char		*snippet;	/* what was seen, or NULL */
	const struct suppression *suppressed; /* why it does not count, set by
					   judge, borrowed; or NULL */
};

/* A project whose name this one resembles (lib/names). */
struct name_match {
	char		*target;	/* normalised */
	uint32_t	 rank;		/* 1 = most downloaded; 0 not ranked */
	char		*technique;	/* "transposition", "affix", ... */
	uint32_t	 distance;	/* edits, where that means something */
	uint32_t	 score;		/* 0 to 100, the name scale */
	bool		 is_protected;	/* the operator's own name */
};

struct indicator {
	char		*type;		/* "url", "domain", "ip",
					   "email", ... */
	char		*value;		/* raw; sinks de-fang it */
	char		*path;
	uint32_t	 line;
};

/* What a part of looking took; only where somebody asked. */
struct cost {
	char		*name;		/* "unpacking", or a rule's id */
	bool		 is_rule;	/* else a stage */
	int64_t		 ns;		/* of processor time */
};

enum scan_outcome { SCAN_SCANNED, SCAN_PARTIAL, SCAN_UNSCANNABLE, SCAN_COUNT };

/* What the file's own METADATA or PKG-INFO says; any text may be NULL. */
struct metadata {
	char		*name, *version, *summary;
	char		*author, *author_email, *maintainer, *maintainer_email;
	char		*home_page, *license;
	struct text	{ char *text; } *project_urls, *requires, *classifiers;
	size_t		 nproject_urls, nrequires, nclassifiers;
	uint32_t	 description_bytes;
};

struct features {
	char		 sha256[SHA256_HEX + 1]; /* as the worker hashed it */
	enum scan_outcome outcome;
	char		*why;		/* unscannable, partial: what and
					   where */
	struct metadata	 metadata;
	struct finding	*findings;
	size_t		 nfindings;
	uint32_t	 findings_dropped; /* repeats, or over FINDINGS_MAX */
	struct name_match *names;	/* best first */
	size_t		 nnames;
	struct indicator *indicators;
	size_t		 nindicators;
	char		*modules;	/* "DIGEST PATH", one a line: the Python
					   it holds; NULL: none, or too many */
	char		*imports;	/* what code imports of it, by the
					   names' normal form, spaces
					   between; NULL */
	char		*payloads;	/* "DIGEST PATH", one a line: members in
					   which something was found, their
					   own name taken out; or NULL */
	char		*platforms;	/* "windows,linux", or NULL: any */
	char		*ruleset;	/* "2026.1+3f2c" */
	uint32_t	 entries, layers, ms;
	int64_t		 bytes;		/* unpacked */
	struct cost	*costs;		/* stages in order, then rules, the
					   costliest first */
	size_t		 ncosts;
	int64_t		 cost_bytes;	/* that rules were measured on */
	uint32_t	 measuring_ms;	/* of rules, beside the rest */
};

extern const struct wire_desc features_desc;
extern const struct wire_desc finding_desc;
extern const struct wire_desc name_match_desc;

const char *context_name(enum context);
int	context_from_name(const char *);	/* or -1 */
const char *scan_outcome_name(enum scan_outcome);
int	scan_outcome_from_name(const char *);	/* or -1 */

/*
 * The next finding to fill in.  When FINDINGS_MAX is reached one that repeats
 * another makes room: what counts in a verdict is never pushed out.  NULL when
 * there is none (the caller then raises `partial` with a reason of its own).
 * Text is set with the fields below, which make it visible and cut it to its
 * bound.
 */
struct finding *features_add_finding(struct features *);
/* The same rule was found elsewhere in a context that counts as much. */
bool	finding_is_redundant(const struct features *, size_t i);
void	finding_drop(struct features *, size_t i);
/* Looking ended before the file's end: partial, with a finding of `rule`. */
void	features_end_early(struct features *, const char *rule,
	    const char *why);
struct name_match *features_add_name(struct features *);
struct indicator *features_add_indicator(struct features *);
/* More than COSTS_MAX are left out. */
void	features_add_cost(struct features *, const char *name, bool is_rule,
	    int64_t ns);
void	features_release(struct features *);
void	finding_set(char **field, const void *bytes, size_t len, size_t most);

#endif
