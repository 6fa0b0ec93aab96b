/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anomalies - files that are not what their name says.
 *
 * Takes: views.  Gives: findings about hidden executables, source that is no
 * text, bytecode without source, code pushed out of sight, characters that
 * cannot be seen.
 * Runs in: worker child, command.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"
#include "inspect/compiled.h"
#include "inspect/context.h"
#include "inspect/disguise.h"
#include "inspect/inspectors.h"

/* Bits a byte: honest source stays below 5.5, base64 below 6. */
#define ENTROPY_SOURCE_MOST 6.0
#define ENTROPY_SAMPLE_LEAST 2048	/* shorter texts say nothing */
/* Emoji use up to 7 in a row.  A selector can be a byte, the others are bits:
 * shorter runs hold no program. */
#define SELECTORS_RUN 16
#define INVISIBLE_RUN 64
#define APPLE_DOUBLE_MAX 4096	/* with attributes it is padded to that */

static const char *
ending(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash != NULL ? slash : path, '.');

	return dot != NULL ? dot : "";
}

/* Endings under which nobody expects a native executable. */
static bool
is_innocent(const char *end)
{
	static const char *const endings[] = { ".py", ".pyi", ".pyw", ".txt",
	    ".md", ".rst", ".json", ".png", ".jpg", ".jpeg", ".gif", ".ico",
	    ".bmp", ".svg", ".webp", ".log", ".cfg", ".ini", ".xml", ".yml",
	    ".yaml", ".toml", ".html", ".css", ".csv", ".ttf", ".woff",
	    ".woff2", ".otf", ".mp3", ".wav", ".ogg", ".mp4", ".pdf", ".doc",
	    ".docx", ".js", ".sql", ".pem", ".lock", ".tmp", ".bak" };

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (strcasecmp(end, endings[i]) == 0)
			return true;
	return false;
}

static bool
is_python_ending(const char *end)
{
	return str_equal(end, ".py") || str_equal(end, ".pyw");
}

static double
entropy(const uint8_t *data, size_t size)
{
	size_t counts[256] = { 0 };
	double sum = 0;

	for (size_t i = 0; i < size; i++)
		counts[data[i]]++;
	for (int i = 0; i < 256; i++) {
		double p = (double)counts[i] / (double)size;

		if (counts[i] != 0)
			sum -= p * log2(p);
	}
	return sum;
}

/* ---- executables --------------------------------------------------------- */

static void
report_disguise(struct inspection *in, const struct view *v,
    const struct disguise *d)
{
	char text[200], snippet[100];
	int n;

	(void)snprintf(text, sizeof(text), "%s hidden behind %s in a %s file",
	    executable_name(d->kind),
	    str_equal(d->cipher, "reversed") ? "reversed bytes" :
	    strlen(d->cipher) == strlen("xor:0xe8") &&
	    str_starts(d->cipher, "xor:") ? "a one-byte XOR" :
	    "a simple cipher", *ending(v->path) != '\0' ? ending(v->path) :
	    "plain");
	n = snprintf(snippet, sizeof(snippet), "%s of %zu bytes",
	    d->cipher, v->size);
	inspection_report(in, v, &(struct report){ .rule = "xor-executable",
	    .category = "hidden-executable", .tactic = "TA0005",
	    .text = text, .layers = d->cipher, .snippet = snippet,
	    .snippet_len = (size_t)n });
}

/* Endings of data; anything else may be a library of some system. */
static bool
is_data_ending(const char *end)
{
	static const char *const endings[] = { ".dat", ".data", ".db", ".idx",
	    ".tbl", ".res", ".cache", ".pak", ".model", ".onnx", ".npy",
	    ".npz", ".pkl", ".pickle", ".h5", ".mo", ".po", ".tpl", ".dic",
	    ".raw", ".tar", ".gz", ".zip", ".map", ".crt", ".key", ".cer",
	    ".mmdb", ".sqlite", ".sqlite3", ".parquet", ".arrow", ".feather",
	    ".tflite", ".pt", ".ckpt", ".safetensors", ".gguf", ".shp",
	    ".geo", ".tzdata", ".lang", ".dict", ".vocab", ".weights",
	    ".pem", ".lock", ".msg", ".avro", ".bank" };

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (strcasecmp(end, endings[i]) == 0)
			return true;
	return false;
}

static bool
is_program_ending(const char *end)
{
	static const char *const endings[] = { "", ".exe", ".dll", ".pyd",
	    ".sys", ".ocx", ".cpl", ".scr", ".com", ".efi", ".so", ".mui",
	    ".node", ".ax", ".drv", ".xll", ".pyc" };

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (strcasecmp(end, endings[i]) == 0)
			return true;
	return false;
}

static void
report_plain(struct inspection *in, const struct view *v, enum executable kind)
{
	const char *end = ending(v->path);
	struct report r = { .category = "hidden-executable",
	    .tactic = "TA0005" };
	char text[200];

	if (v->layers != NULL) {
		r.rule = "executable-encoded";
		(void)snprintf(text, sizeof(text), "%s encoded in a file",
		    executable_name(kind));
	} else if (is_innocent(end)) {
		r.rule = "executable-disguised";
		(void)snprintf(text, sizeof(text), "%s under the name of a "
		    "%s file", executable_name(kind), end);
	} else if (is_data_ending(end) || (kind == EXECUTABLE_PE &&
	    !is_program_ending(end))) {
		r.rule = "executable-odd-name";
		(void)snprintf(text, sizeof(text), "%s under the name of a "
		    "%s file", executable_name(kind), end);
	} else {
		r.rule = "native-executable";
		r.category = "native";
		r.tactic = NULL;
		(void)snprintf(text, sizeof(text), "holds %s",
		    executable_name(kind));
	}
	r.text = text;
	inspection_report(in, v, &r);
}

/* An executable or a program text behind a picture or a sound. */
static void
look_behind(struct inspection *in, const struct view *v)
{
	static const char stub[] = "This program cannot be run in DOS mode";

	if (v->kind != VIEW_BINARY || !is_innocent(ending(v->path)) ||
	    memmem(v->data, v->size, stub, sizeof(stub) - 1) == NULL)
		return;
	inspection_report(in, v, &(struct report){
	    .rule = "executable-appended", .category = "hidden-executable",
	    .tactic = "TA0005", .text = "a Windows executable inside a file "
	    "of another kind", .snippet = stub,
	    .snippet_len = sizeof(stub) - 1 });
}

static void
look_executable(struct inspection *in, const struct view *v)
{
	enum executable kind = executable_of(v->data, v->size);
	struct disguise d;

	if (kind != EXECUTABLE_NONE)
		report_plain(in, v, kind);
	else if (v->kind == VIEW_BINARY &&
	    disguise_find(v->data, v->size, &d))
		report_disguise(in, v, &d);
	else
		look_behind(in, v);
}

/* ---- source that is no text --------------------------------------------- */

#define APPLE_ENTRIES 12	/* bytes of each, after the header */
#define APPLE_HEADER 26

static uint32_t
big_endian(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

/*
 * "._x.py" beside x.py: what macOS knows of that file, not the file (RFC 1740,
 * AppleDouble).  Every entry lies in it, and more than attributes is no such
 * thing here.
 */
static bool
is_apple_double(const struct view *v)
{
	const char *slash = strrchr(v->path, '/');
	size_t n;

	if (!str_starts(slash != NULL ? slash + 1 : v->path, "._") ||
	    v->size < APPLE_HEADER || v->size > APPLE_DOUBLE_MAX ||
	    big_endian(v->data) != 0x00051607 ||
	    big_endian(v->data + 4) != 0x00020000)
		return false;
	n = (size_t)v->data[24] << 8 | v->data[25];
	if (n == 0 || n > (v->size - APPLE_HEADER) / APPLE_ENTRIES)
		return false;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *e = v->data + APPLE_HEADER + i * APPLE_ENTRIES;
		uint32_t from = big_endian(e + 4), len = big_endian(e + 8);

		if (from > v->size || len > v->size - from)
			return false;
	}
	return true;
}

static void
look_source(struct inspection *in, const struct view *v)
{
	double bits;

	if (v->layers != NULL || !is_python_ending(ending(v->path)) ||
	    v->size == 0 || v->entry->cut || is_apple_double(v))
		return;
	if (v->kind == VIEW_BINARY) {
		bool nul = memchr(v->data, 0, v->size) != NULL;

		inspection_report(in, v, &(struct report){
		    .rule = v->context != CONTEXT_TEST && (nul ||
		    v->size >= ENTROPY_SAMPLE_LEAST) ?
		    "python-not-text" : "python-odd-bytes",
		    .category = "disguised-file", .tactic = "TA0005",
		    .text = nul ? "a .py file with NUL bytes: no Python can "
		    "read it, so something else must" :
		    "a .py file that is no text in any encoding" });
		return;
	}
	if (v->size < ENTROPY_SAMPLE_LEAST)
		return;
	bits = entropy(v->data, v->size);
	if (bits > ENTROPY_SOURCE_MOST && memchr(v->data, 0, v->size) == NULL)
		inspection_report(in, v, &(struct report){
		    .rule = "source-entropy", .category = "obfuscation-shape",
		    .tactic = "TA0005", .text = "a .py file as dense as packed "
		    "data" });
}

/* ---- characters nobody sees ---------------------------------------------- */

static bool
is_bidi(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Variation selectors and tags: enough of them for a byte each. */
static bool
is_selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) ||
	    (c >= 0xe0000 && c <= 0xe007f);
}

static bool
is_invisible(uint32_t c)
{
	return c == 0x3164 || c == 0xffa0 ||
	    c == 0x115f || c == 0x1160 || (c >= 0x200b && c <= 0x200d) ||
	    (c >= 0x2060 && c <= 0x2064);
}

static void
look_invisible(struct inspection *in, const struct view *v)
{
	size_t run = 0, selectors = 0, n;
	bool bidi = false;
	uint32_t c;

	if (v->kind != VIEW_PYTHON && v->kind != VIEW_SCRIPT)
		return;
	for (size_t i = 0; i < v->size; i += n) {
		n = 1;
		if (v->data[i] < 0x80) {
			run = selectors = 0;
			n += ascii_run(v->data + i + 1, v->size - i - 1);
			continue;
		}
		n = utf8_next(v->data + i, v->size - i, &c);
		if (n == 0) {
			n = 1;
			continue;
		}
		bidi = bidi || is_bidi(c);
		selectors = is_selector(c) ? selectors + 1 : 0;
		run = is_invisible(c) ? run + 1 : 0;
		if (run < INVISIBLE_RUN && selectors < SELECTORS_RUN)
			continue;
		inspection_report(in, v, &(struct report){
		    .rule = "invisible-payload", .category = "obfuscation",
		    .tactic = "TA0005", .line = view_line(v, i),
		    .text = "a long run of characters that cannot be seen: "
		    "data hidden in plain sight" });
		return;
	}
	if (bidi)
		inspection_report(in, v, &(struct report){
		    .rule = "bidi-control", .category = "obfuscation-shape",
		    .tactic = "TA0005", .text = "characters that reorder how "
		    "the source reads" });
}

/* ---- bytecode ----------------------------------------------------------- */

/* Remembers paths for the end, one a line. */
static void
remember(struct buf *list, const char *path)
{
	list->most = PATHS_BYTES_MAX;
	buf_addc(list, '\n');
	buf_adds(list, path);
	buf_addc(list, '\n');
}

static void
note_path(struct inspection *in, const struct view *v)
{
	const char *end = ending(v->path);

	if (v->layers != NULL)
		return;
	if (is_python_ending(end))
		remember(&in->sources, v->path);
	else if (str_equal(end, ".pyc"))
		remember(&in->bytecode, v->path);
}

void
anomalies_end(struct inspection *in)
{
	const char *at = buf_text(&in->bytecode);
	struct buf want = BUF_EMPTY;

	while (*at != '\0') {
		const char *end;
		struct view v = { .context = CONTEXT_IMPORT };
		struct buf path = BUF_EMPTY;

		at++;
		end = strchr(at, '\n');
		if (end == NULL)
			break;
		buf_reset(&want);
		buf_addc(&want, '\n');
		compiled_source_path(at, (size_t)(end - at), &want);
		buf_addc(&want, '\n');
		if (strstr(buf_text(&in->sources), want.data) == NULL) {
			buf_add(&path, at, (size_t)(end - at));
			v.path = path.data;
			inspection_report(in, &v, &(struct report){
			    .rule = "bytecode-only", .category = "no-source",
			    .tactic = "TA0005", .text = "compiled Python "
			    "without its source" });
			buf_release(&path);
			break;
		}
		at = end + 1;
	}
	buf_release(&want);
}

void
anomalies_view(struct inspection *in, const struct view *v)
{
	note_path(in, v);
	look_executable(in, v);
	look_source(in, v);
	look_invisible(in, v);
}
