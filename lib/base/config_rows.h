/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CONFIG_ROWS_H
#define BASE_CONFIG_ROWS_H

/*
 * config_rows - the table of every key, and what its values may be.
 *
 * For config.c alone.  A row tells where in struct config (or config_sink)
 * its value is kept.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum row_type {
	ROW_TEXT,	/* printable; may be "" */
	ROW_NAME,	/* the same, NULL when "" */
	ROW_FILE,	/* a path, NULL when "" */
	ROW_URL,	/* http or https, NULL when "" */
	ROW_PROXY,	/* the same, and socks5h */
	ROW_SERVER,	/* the same, and smtp, smtps, tcp, tls; may have
			   a path */
	ROW_MATCH,	/* a match expression, NULL when "" */
	ROW_HOURS,	/* "22:00-07:00", NULL when "" */
	ROW_CLOCK,	/* "08:00" */
	ROW_ZONE,	/* a time zone's name */
	ROW_CONNINFO,	/* libpq's, without a password */
	ROW_CHOICE,	/* heap text out of `names` */
	ROW_ENUM,	/* int, an index into `names` */
	ROW_BOOL,
	ROW_INT,
	ROW_BYTES,	/* takes KiB, MiB, GiB */
	ROW_SECONDS,	/* takes s, m, h, d */
	ROW_REAL
};

struct row {
	const char	*section, *key;
	enum row_type	 type;
	size_t		 at;		/* in struct config, _sink or _index */
	int64_t		 least, most;
	const char	*def;
	const char	*unit;		/* "" if it has none */
	const char	*const *names;
	const char	*help;
};

extern const struct row config_rows[];
#define CONFIG_ROWS 110		/* sizes the arrays of one parse */

/* Sets the row's field in `base`; NULL, or what is wrong ("" for "must be
 * what row_range says"). */
const char *row_set(const struct row *, void *base, const char *value);
/* "1 to 9", "a, b or c": for complaints and help. */
void	row_range(const struct row *, struct buf *out);
/* The value as it is written in a config. */
void	row_value(const struct row *, const void *base, struct buf *out);
/* -1 with what is wrong: a key that the sink's type needs, or has no
 * use for. */
struct config_sink;
int	config_sink_check(const struct config_sink *, char *why, size_t room);
/* The field holds a string of its own. */
bool	row_is_text(const struct row *);

#endif
