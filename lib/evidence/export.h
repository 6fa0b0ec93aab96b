/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EVIDENCE_EXPORT_H
#define EVIDENCE_EXPORT_H

/*
 * export - detections in the formats that others read.
 *
 * Takes objects of analyst.export_page(), one after the other; the same ones
 * give the same bytes.  Text out of packages is made visible.
 */
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct buf;

enum blocklist_style { BLOCK_PIP, BLOCK_NAMES, BLOCK_PURL, BLOCK_SHA256,
	BLOCK_FILES, BLOCK_BANDERSNATCH, BLOCK_ARTIFACTORY, BLOCK_NEXUS,
	BLOCK_STYLES };
extern const char *const blocklist_styles[BLOCK_STYLES];

/* One OSV record (schema 1.7) and a line break.  What is not confirmed any
 * more is withdrawn.  False, and nothing is added, for what OSV has no name
 * for: a project of another index than PyPI. */
bool	osv_add(const json_t *detection, struct buf *out);

/* A STIX 2.1 bundle: new, add ..., print. */
struct stix;
struct stix *stix_new(void);
void	stix_add(struct stix *, const json_t *detection);
/* Appends the bundle and a line break. */
void	stix_print(const struct stix *, struct buf *out);
void	stix_free(struct stix *);

/* A list that a package manager, a proxy or a mirror takes: lines are
 * collected, and put in order at the end, each once. */
void	blocklist_add(enum blocklist_style, const json_t *detection,
    struct buf *lines);
void	blocklist_end(enum blocklist_style, struct buf *lines, struct buf *out);

/* A row of analyst.vectors as a line: schema pypiwatch.vector/1, keys in
 * order, as `scan --vectors` prints them. */
void	vector_add(const json_t *vector, struct buf *out);

/* ---- what the formats share ---- */
const char *export_text(const json_t *, const char *key);	/* "" if none */
json_t	*export_visible(const char *);
/* Is it on PyPI itself, where others can find it? */
bool	export_is_pypi(const json_t *detection);
/* Calls `each` for every indicator of the files that alert, each value once
 * and in order of type and value; types as in the scan object. */
void	export_indicators(const json_t *detection,
    void (*each)(void *ctx, const char *type, const char *value), void *ctx);
/* "pkg:pypi/name@version", heap. */
char	*export_purl(const json_t *detection);
void	export_print(const json_t *, struct buf *out);	/* compact */

#endif
