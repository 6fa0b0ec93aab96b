/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_EVIDENCE_COMMAND_H
#define DAEMON_EVIDENCE_COMMAND_H

/*
 * evidence_command - what the commands do that open kept archives.
 */
#include <stddef.h>
#include <stdint.h>

struct command_env;
struct db_rows;
struct keyring;
struct seal_head;
struct sealed_file;
struct statement;

/* Of evidence.key-file; NULL after a message. */
struct keyring *evidence_keys(struct command_env *);
/* Row `i` as what seal_open takes, borrowed from the rows; 0, or -1 after a
 * message. */
int	evidence_head_take(const struct db_rows *, size_t i,
    struct sealed_file *, struct seal_head *);
/*
 * The bytes of the archive in row `i`, by the statement that gives a part, in
 * order, whole parts at a time; they are what was sealed, or it is -1 after a
 * message. `each` returns -1 to stop, after a message.
 */
int	evidence_read(struct command_env *, const struct statement *part,
    const struct keyring *, const struct db_rows *, size_t i,
    int (*each)(void *ctx, const uint8_t *, size_t), void *ctx);

#endif
