/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * log - one line an event, key=value, to standard error.
 *
 * Every line starts with journald's priority prefix "<N>" unless standard
 * error is a terminal.  Anything that came from outside passes through vis()
 * (vis.h) on its way into a line; line breaks are made visible here all the
 * same, so that no value can forge a second line.  Tokens and webhook URLs
 * never appear.
 */
#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG };

/* Name of the process as the lines show it ("poll"), and the least level. */
void	log_open(const char *process, enum log_level);
void	log_set_level(enum log_level);
enum log_level log_get_level(void);

void	log_error(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

/*
 * Said once per spell: log_spell_begin prints the line when `spell` is not
 * already begun, log_spell_end prints only when it had begun.  For outages:
 * one line when it starts, one when it is over.
 */
struct log_spell { bool begun; int64_t since_ms; unsigned long repeats; };
void	log_spell_begin(struct log_spell *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	log_spell_end(struct log_spell *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/*
 * Our own bug, or our machine out of memory: says why and exits 70, the
 * supervisor restarts us.  Never reached by a byte from outside.
 */
_Noreturn void fatal(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
