/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

/*
 * wire - structs as bytes between our own processes, described once.
 *
 * A struct that travels has one `struct wire_desc`: a table with a row per
 * field.  Writing, reading, bounds and freeing all follow the table, so a
 * field cannot be read differently from how it was written, and a reader
 * never trusts the writer: a message that is short, long, or out of bounds
 * leaves the object empty and gives -1.  Integers are little-endian on the
 * wire; strings are a length and bytes without NUL.  Versions of one program
 * talk to each other only through the protocol number in their hello.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct wire_desc;

enum wire_type {
	WIRE_BOOL,	/* bool */
	WIRE_ENUM,	/* an enum (unsigned int); most: its largest value */
	WIRE_U32,	/* uint32_t; most: its largest value, 0 for any */
	WIRE_I64,	/* int64_t */
	WIRE_F64,	/* double; NaN and infinities are refused */
	WIRE_STR,	/* char *, heap, may be NULL; most: bytes */
	WIRE_TEXT,	/* char[most + 1] inside the struct */
	WIRE_BYTES,	/* uint8_t *, heap; its size_t at `count` */
	WIRE_LIST,	/* sub-structs, heap array; its size_t at `count` */
	WIRE_STRUCT	/* one sub-struct, embedded */
};

struct wire_field {
	enum wire_type	 type;
	size_t		 at;		/* offset in the struct */
	size_t		 most;		/* bound, meaning by type */
	size_t		 count;		/* offset of the count */
	const struct wire_desc *sub;	/* of a list's elements, of a struct */
};

struct wire_desc {
	size_t		 size;		/* of the struct */
	size_t		 n;
	const struct wire_field *fields;
};

#define WIRE_FIELD(type_, s, field, most_) \
	{ .type = (type_), .at = offsetof(struct s, field), .most = (most_) }
#define WIRE_FIELD_BYTES(s, field, count_, most_)			\
	{ .type = WIRE_BYTES, .at = offsetof(struct s, field),		\
	  .most = (most_), .count = offsetof(struct s, count_) }
#define WIRE_FIELD_LIST(s, field, count_, most_, sub_)			\
	{ .type = WIRE_LIST, .at = offsetof(struct s, field),		\
	  .most = (most_), .count = offsetof(struct s, count_),		\
	  .sub = &(sub_) }
/* Defines `name`, the description of struct `s`, from its table. */
#define WIRE_DESC(name, s, table)					\
	const struct wire_desc name = { sizeof(struct s),		\
	    sizeof(table) / sizeof(*(table)), (table) }

/* Appends the object.  A string or list over its bound is cut to it. */
void	wire_put(const struct wire_desc *, const void *object, struct buf *);
/*
 * Fills *object (which need not be initialised) from exactly `len` bytes.
 * 0, or -1 with *object zeroed.  The caller releases it.
 */
int	wire_get(const struct wire_desc *, void *object, const void *bytes,
	    size_t len) __attribute__((warn_unused_result));
/* Makes *to a copy that owns all its fields; the caller releases it.  What is
 * over its bound is cut to it. */
void	wire_copy(const struct wire_desc *, const void *from, void *to);
/* Frees what the fields own and zeroes the object. */
void	wire_release(const struct wire_desc *, void *object);

#endif
