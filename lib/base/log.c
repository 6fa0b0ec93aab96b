/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log - one line an event, key=value, to standard error.
 * Takes: formats.  Gives: lines of at most LOG_LINE_MAX bytes.
 * Runs in: every process.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

static struct {
	const char	*process;
	enum log_level	 level;
	bool		 terminal;
} logger = { "pypiwatch", LOG_LEVEL_INFO, false };

static const struct { int priority; const char *name; } levels[] = {
	[LOG_LEVEL_ERROR] = { 3, "error" },
	[LOG_LEVEL_WARN] = { 4, "warn" },
	[LOG_LEVEL_INFO] = { 6, "info" },
	[LOG_LEVEL_DEBUG] = { 7, "debug" },
};

void
log_open(const char *process, enum log_level level)
{
	logger.process = process;
	logger.level = level;
	logger.terminal = isatty(STDERR_FILENO) == 1;
}

void
log_set_level(enum log_level level)
{
	logger.level = level;
}

enum log_level
log_get_level(void)
{
	return logger.level;
}

/* One write(2) a line, so that lines of several processes do not mix. */
static void __attribute__((format(printf, 2, 0)))
log_write(enum log_level level, const char *fmt, va_list ap)
{
	char	line[LOG_LINE_MAX];
	int	head, body;
	size_t	len;

	if (logger.terminal)
		head = snprintf(line, sizeof(line), "%s: ", logger.process);
	else
		head = snprintf(line, sizeof(line), "<%d>%s: level=%s ",
		    levels[level].priority, logger.process,
		    levels[level].name);
	body = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, fmt, ap);
	if (body < 0)
		return;
	len = strnlen(line, sizeof(line) - 2);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[len] = '\n';
	(void)!write(STDERR_FILENO, line, len + 1);
}

#define LOG_FUNCTION(name, at)						\
void									\
name(const char *fmt, ...)						\
{									\
	va_list ap;							\
									\
	if (logger.level < (at))					\
		return;							\
	va_start(ap, fmt);						\
	log_write((at), fmt, ap);					\
	va_end(ap);							\
}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void
log_spell_begin(struct log_spell *spell, const char *fmt, ...)
{
	va_list ap;

	spell->repeats++;
	if (spell->begun)
		return;
	spell->begun = true;
	spell->since_ms = clock_mono_ms();
	va_start(ap, fmt);
	log_write(LOG_LEVEL_WARN, fmt, ap);
	va_end(ap);
}

void
log_spell_end(struct log_spell *spell, const char *fmt, ...)
{
	va_list ap;

	if (!spell->begun)
		return;
	va_start(ap, fmt);
	log_write(LOG_LEVEL_INFO, fmt, ap);
	va_end(ap);
	*spell = (struct log_spell){ 0 };
}

void
fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_write(LOG_LEVEL_ERROR, fmt, ap);
	va_end(ap);
	_exit(70);
}
