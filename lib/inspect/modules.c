/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modules - what Python a file installs: a list to hold against the other
 * files of its release, and modules that belong to somebody else.
 *
 * Takes: views.  Gives: features.modules, findings.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/inspectors.h"
#include "names/name.h"
#include "names/targets.h"

#define RANK_MOST 3000		/* below it nobody knows what belongs to whom */
#define SHARED_LEAST 5		/* letters in common that make names kin */

/* ---- the list ----------------------------------------------------------- */

/* Builds on Windows turn line ends: what else differs is another text. */
static void
digest_of(const uint8_t *data, size_t size, char hex[SHA256_HEX + 1])
{
	struct buf unix_text = BUF_EMPTY;
	size_t from = 0;

	if (memchr(data, '\r', size) == NULL) {
		sha256_hex(data, size, hex);
		return;
	}
	for (size_t i = 0; i < size; i++)
		if (data[i] == '\r') {
			buf_add(&unix_text, data + from, i - from);
			from = i + 1;
		}
	buf_add(&unix_text, data + from, size - from);
	sha256_hex(buf_text(&unix_text), unix_text.len, hex);
	buf_release(&unix_text);
}

static void
list_add(struct inspection *in, const struct view *v, const char *path)
{
	char hex[SHA256_HEX + 1];

	if (in->modules.full)
		return;
	in->modules.most = MODULES_TEXT_MAX;
	digest_of(v->data, v->size, hex);
	hex[MODULES_DIGEST] = '\0';
	buf_addf(&in->modules, "%s %s\n", hex, path);
}

/* The module that "x.py", "x.abi3.so" and "x/__init__.py" are.  A folder
 * without the last adds to somebody's package: plugins do. */
static void
top_add(struct inspection *in, const char *path)
{
	size_t len = strcspn(path, "/.");
	struct buf line = BUF_EMPTY;

	in->tops.most = MODULES_TOPS_MAX;
	if (len == 0 || (path[len] == '.' && strchr(path, '/') != NULL) ||
	    (path[len] == '/' && !str_equal(path + len, "/__init__.py")))
		return;
	buf_addc(&line, '\n');
	buf_add(&line, path, len);
	buf_addc(&line, '\n');
	if (strstr(buf_text(&in->tops), line.data) == NULL)
		buf_adds(&in->tops, line.data);
	buf_release(&line);
}

void
modules_view(struct inspection *in, const struct view *v)
{
	const char *path = v->entry != NULL && v->entry->inner != NULL ?
	    v->entry->inner : v->path;

	if (v->layers != NULL || v->entry == NULL || v->entry->depth != 0)
		return;
	if (str_starts(path, "./"))
		path += 2;
	if (str_ends(path, ".py") || str_ends(path, ".pth"))
		list_add(in, v, path);
	if (v->entry->installed && (str_ends(path, ".py") ||
	    str_ends(path, ".so") || str_ends(path, ".pyd")))
		top_add(in, path);
}

/* ---- modules of others -------------------------------------------------- */

/*
 * Modules that are not named like the project they come with: who installs
 * them, and the first part of the names of its whole family.
 */
static const struct { const char *module, *owners; } known[] = {
	{ "attr", " attrs " }, { "bs4", " beautifulsoup4 bs4 " },
	{ "certifi", " certifi " }, { "crypto", " pycrypto pycryptodome " },
	{ "cryptodome", " pycryptodomex " }, { "cv2", " opencv " },
	{ "dateutil", " python-dateutil " }, { "docx", " python-docx " },
	{ "dotenv", " python-dotenv " }, { "fitz", " pymupdf " },
	{ "git", " gitpython " }, { "github", " pygithub " },
	{ "jose", " python-jose " }, { "jwt", " pyjwt " },
	{ "mysqldb", " mysqlclient " }, { "nacl", " pynacl " },
	{ "openssl", " pyopenssl " }, { "pil", " pillow " },
	{ "pkg-resources", " setuptools distribute " },
	{ "pptx", " python-pptx " }, { "serial", " pyserial " },
	{ "skimage", " scikit-image " }, { "sklearn", " scikit-learn " },
	{ "telegram", " python-telegram-bot " },
	{ "usb", " pyusb " }, { "websocket", " websocket-client " },
	{ "yaml", " pyyaml " }, { "zmq", " pyzmq " },
	{ "tensorflow", " tensorflow tf " }, { "torch", " torch pytorch " },
	{ "google", " google protobuf " }, { "psycopg2", " psycopg2 " },
};

/* Left at the top by careless packing; whoever owns the name on the index. */
static const char stray[] = " test tests testing doc docs example examples "
    "script scripts src source tool tools util utils common config build dist "
    "data lib libs bin benchmark benchmarks setup conftest sample samples demo "
    "static templates resources main app core version typing-extensions six "
    "helpers models tasks plugins extras contrib misc notebooks ";

static bool
is_word_of(const char *list, const char *word)
{
	char spaced[PROJECT_NAME_MAX + 3];

	(void)snprintf(spaced, sizeof(spaced), " %s ", word);
	return strstr(list, spaced) != NULL;
}

static bool
are_kin(const char *a, const char *b)
{
	size_t n = 0;

	if (strstr(a, b) != NULL || strstr(b, a) != NULL)
		return true;
	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n >= SHARED_LEAST;
}

/* Is the project one of the owners, or of their family? */
static bool
is_owned(const char *owners, const char *project)
{
	char owner[PROJECT_NAME_MAX + 1];
	size_t len;

	for (; *owners != '\0'; owners += len) {
		owners += strspn(owners, " ");
		len = strcspn(owners, " ");
		if (len == 0 || len >= sizeof(owner))
			return false;
		memcpy(owner, owners, len);
		owner[len] = '\0';
		if (are_kin(owner, project))
			return true;
	}
	return false;
}

/* Whose module is it, unless it may be this project's?  NULL: nobody's. */
static const char *
owner_of(const struct inspection *in, const char *module, const char *own)
{
	uint32_t rank;

	if (is_word_of(stray, module) || are_kin(module, own))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_equal(known[i].module, module))
			return is_owned(known[i].owners, own) ? NULL :
			    known[i].owners;
	rank = in->targets != NULL ? targets_rank(in->targets, module) : 0;
	return rank != 0 && rank <= RANK_MOST ? module : NULL;
}

/* The author of the family's other packages may say so in the metadata. */
static bool
names_owner(const struct inspection *in, const char *owner)
{
	const struct metadata *m = &in->out->metadata;
	char first[PROJECT_NAME_MAX + 1];

	(void)snprintf(first, sizeof(first), "%.*s",
	    (int)strcspn(owner + strspn(owner, " "), " "),
	    owner + strspn(owner, " "));
	for (size_t i = 0; i < m->nrequires; i++)
		if (strncasecmp(m->requires[i].text, first, strlen(first)) == 0)
			return true;
	return m->home_page != NULL && strcasestr(m->home_page, first) != NULL;
}

static void
top_check(struct inspection *in, const char *module, const char *name,
    const char *own)
{
	char text[FINDING_TEXT_MAX];
	const char *owner = owner_of(in, name, own);

	if (owner == NULL || names_owner(in, owner))
		return;
	(void)snprintf(text, sizeof(text), "installs the module %.60s, which "
	    "belongs to %.60s", module, owner + strspn(owner, " "));
	inspection_report(in, NULL, &(struct report){ .rule = "foreign-module",
	    .category = "impersonation", .tactic = "TA0005", .text = text,
	    .context = CONTEXT_IMPORT, .snippet = module,
	    .snippet_len = strlen(module) });
}

/* Who reads the import may take it for the project's name. */
static void
import_add(struct buf *imports, const char *name, const char *own)
{
	imports->most = MODULES_TOPS_MAX;
	if (name[0] == '_' || str_equal(name, own) || is_word_of(stray, name))
		return;
	if (imports->len > 0)
		buf_addc(imports, ' ');
	buf_adds(imports, name);
}

static void
top_look(struct inspection *in, const char *top, size_t len, const char *own,
    struct buf *imports)
{
	char module[PROJECT_NAME_MAX + 1];
	struct project_name name;

	if (len == 0 || len >= sizeof(module))
		return;
	memcpy(module, top, len);
	module[len] = '\0';
	if (name_normalize(module, &name, NULL) == -1)
		return;
	top_check(in, module, name.text, own);
	import_add(imports, name.text, own);
}

void
modules_end(struct inspection *in)
{
	struct project_name own;
	struct buf imports = BUF_EMPTY;
	const char *at = buf_text(&in->tops), *why;

	if (!in->modules.full && in->modules.len != 0)
		in->out->modules = buf_steal(&in->modules);
	if (in->project == NULL ||
	    name_normalize(in->project, &own, &why) == -1)
		return;
	for (size_t len; *at != '\0'; at += len) {
		at += strspn(at, "\n");
		len = strcspn(at, "\n");
		top_look(in, at, len, own.text, &imports);
	}
	if (imports.len > 0 && !imports.full)
		in->out->imports = buf_steal(&imports);
	buf_release(&imports);
}
