/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_INSPECTION_H
#define INSPECT_INSPECTION_H

/*
 * inspection - what the inspectors share while one file is looked at.
 *
 * A view is one way to look at bytes: an entry as it is, or a layer decoded
 * out of it.  Every inspector sees every view; only rules and context say how
 * much what it finds counts.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "data/entry.h"
#include "data/finding.h"
#include "data/upload.h"

struct compiled;
struct costs;
struct endpoints;
struct flow_span;
struct package;
struct reading;
struct rules;
struct targets;

enum view_kind {
	VIEW_PYTHON,		/* Python source that is text */
	VIEW_SCRIPT,		/* shell, batch, PowerShell, JavaScript */
	VIEW_TEXT,		/* any other text */
	VIEW_BINARY
};

struct view {
	const struct entry *entry;
	const char	*path;		/* as findings show it */
	enum context	 context;
	enum view_kind	 kind;
	const uint8_t	*data;
	const uint8_t	*code;		/* without comments and docstrings */
	size_t		 size;
	const char	*layers;	/* "base64 > zlib", NULL: as it is */
	unsigned int	 depth;		/* layers taken off */
	uint32_t	 line;		/* where a layer's text began, else 0 */
	uint32_t	 lines_before;	/* of a piece of a large source */
	const char	*module;	/* "pkg.net", or NULL */
	bool		 imported;	/* another module loads it */
	struct reading	*reading;	/* of Python source, or NULL */
	const struct view *outer;	/* of which it is a layer or piece */
};

/* One finding as an inspector words it; the rest comes from the view. */
struct report {
	const char	*rule, *category, *tactic, *text;
	const void	*snippet;
	size_t		 snippet_len;
	uint32_t	 line;
	const char	*layers;	/* below the view's own, or NULL */
	bool		 elsewhere;	/* `context` counts, not the view's */
	enum context	 context;
};

/* A text that the code at hand executes and that stands nowhere as such. */
struct folded {
	void		*text;
	size_t		 len;
	uint32_t	 line;
	enum context	 context;
	bool		 code;		/* Python, and no pickle */
};

/* An encoded program that may stand in the package as source. */
struct bundled {
	char		*path;
	uint8_t		*text;
	size_t		 size;
};

struct inspection {
	const struct rules *rules;
	const struct endpoints *endpoints;
	const struct targets *targets;	/* or NULL */
	struct features	*out;
	char		*project, *version, *filename;
	enum packagetype packagetype;
	uint64_t	 decoded;	/* bytes of layers so far */
	unsigned int	 metadata_rank;	/* how good the one we hold is */
	bool		 looked;	/* at a member that is a file */
	struct buf	 sources, bytecode; /* paths seen, one a line */
	struct package	*package;	/* its modules, for a second look */
	struct flow_span *later;	/* of the Python view at hand */
	size_t		 nlater;
	struct folded	*folded;	/* executed texts, not looked at yet */
	size_t		 nfolded;
	struct bundled	*bundled;	/* BUNDLED_MOST of room, or NULL */
	size_t		 nbundled;	/* that were found; more than fit: no
					   matter what they are */
	uint64_t	*known;		/* layers looked at, by digest */
	size_t		 nknown;
	struct buf	 modules;	/* "DIGEST PATH", one a line */
	struct buf	 tops;		/* modules at the top, one a line */
	unsigned int	 npayloads;	/* lines of out->payloads */
	struct compiled	*compiled;	/* bytecode and sources, or NULL */
	bool		 acts;		/* the Python view at hand runs or
					   sends */
	bool		 acts_early;	/* ... or writes, without being
					   called */
	bool		 writes;	/* ... any text, whoever calls it */
	enum context	 runs_at;	/* when it first starts a program;
					   CONTEXT_COUNT: never */
	bool		 findings_full;
	bool		 uses_network;	/* the look at hand says so of an
					   installation */
	bool		 foreign_index;	/* a file of requirements names one */
	bool		 installs_file;	/* setup.py has pip read such a file */
	struct costs	*costs;		/* NULL: nobody measures */
};

/* One row of the table in inspect.c; either may be NULL. */
struct inspector_row {
	const char	*name;
	void	(*view)(struct inspection *, const struct view *);
	void	(*end)(struct inspection *);
};

void	inspection_report(struct inspection *, const struct view *,
	    const struct report *);
/* Looks at a view with every inspector. */
void	inspection_look(struct inspection *, struct view *);
/* Looks at a decoded layer with every inspector. */
void	inspection_layer(struct inspection *, const struct view *parent,
	    const char *name, uint32_t line, const void *, size_t);
/* Keeps an executed text until the view's own layers were looked at. */
void	inspection_fold(struct inspection *, enum context, uint32_t line,
	    bool code, const void *, size_t);
/* Looks at what was kept; once, after the view. */
void	inspection_folded(struct inspection *, const struct view *);
/* The same for bytes that are of a kind whatever they look like. */
void	inspection_layer_as(struct inspection *, const struct view *parent,
	    const char *name, uint32_t line, const void *, size_t,
	    enum view_kind);
/* Line of an offset, from 1. */
uint32_t view_line(const struct view *, size_t offset);
/* The line around `offset`, cut to what a person reads. */
void	view_snippet(const struct view *, size_t offset, const void **,
	    size_t *len);

#endif
