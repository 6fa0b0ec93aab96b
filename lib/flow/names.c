/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - what names are for, and room for names and texts.
 *
 * A name is looked up in the tables once; what is known of it is kept by its
 * word.  Bounded: what does not fit is not known.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/names.h"
#include "flow/secrets.h"
#include "flow/state.h"

#define HEADS_LEAST 64		/* powers of two */
#define HEADS_MOST 1024
#define ROOM_AHEAD 32		/* words that folding may still make, ... */
#define AHEAD_SHARE 3		/* and one for so many that are there */

uint32_t
flow_word(struct flow *f, const char *text)
{
	return words_add(&f->tree->words, (const uint8_t *)text, strlen(text),
	    true);
}

static uint32_t
heads_for(uint32_t nodes)
{
	uint32_t n = HEADS_LEAST;

	while (n < nodes / 4 && n < HEADS_MOST)
		n *= 2;
	return n;
}

void
flow_names_init(struct flow *f)
{
	f->names_room = f->tree->words.n + f->tree->words.n / AHEAD_SHARE +
	    ROOM_AHEAD;
	f->names = mem_array(f->names_room, sizeof(*f->names));
	f->text_mask = heads_for(f->tree->nnodes) - 1;
	f->text_heads = mem_array((size_t)f->text_mask + 1,
	    sizeof(*f->text_heads));
	f->texts_room = 16;
	f->texts = mem_array(f->texts_room, sizeof(*f->texts));
	f->texts[0].bytes = "";
	f->ntexts = 1;
	arena_init(&f->arena, FLOW_BYTES_MAX);
}

void
flow_names_release(struct flow *f)
{
	free(f->names);
	free(f->text_heads);
	free(f->texts);
	arena_release(&f->arena);
}

size_t
flow_names_memory(const struct flow *f)
{
	return f->names_room * sizeof(*f->names) +
	    ((size_t)f->text_mask + 1) * sizeof(*f->text_heads) +
	    f->texts_room * sizeof(*f->texts) +
	    f->arena.total;
}

/* ---- names -------------------------------------------------------------- */

const char *
flow_spelled(const struct flow *f, uint32_t word, size_t *len)
{
	struct word_text w = tree_word(f->tree, word);

	*len = word != 0 ? w.len : 0;
	return (const char *)w.text;
}

const char *
flow_string(const struct flow *f, uint32_t word, char out[FLOW_NAME_MOST + 1])
{
	size_t len;
	const char *text = flow_spelled(f, word, &len);

	if (len > FLOW_NAME_MOST)
		len = 0;
	memcpy(out, text, len);
	out[len] = '\0';
	return out;
}

uint32_t
flow_make_dotted(struct flow *f, uint32_t base, const char *between,
    uint32_t last)
{
	char name[FLOW_NAME_MOST + 1];
	size_t a, n = strlen(between), b;
	const char *left, *right;
	struct flow_joint *j = flow_joint(f, base, n, last);

	left = flow_spelled(f, base, &a);
	right = flow_spelled(f, last, &b);
	if (base == 0) {
		left = "?";
		a = 1;
	}
	if (a + n + b > FLOW_NAME_MOST)
		return 0;
	memcpy(name, left, a);
	memcpy(name + a, between, n);
	memcpy(name + a + n, right, b);
	*j = (struct flow_joint){ base, last, (uint32_t)n, words_add(
	    &f->tree->words, (const uint8_t *)name, a + n + b, true) };
	return j->word;
}

void
flow_names_grow(struct flow *f, uint32_t word)
{
	uint32_t room = 2 * (word + ROOM_AHEAD);

	f->names = mem_grow(f->names, room, sizeof(*f->names));
	memset(f->names + f->names_room, 0,
	    (room - f->names_room) * sizeof(*f->names));
	f->names_room = room;
}

struct trait_row {
	const char	*name;
	uint64_t	 traits;
};

/* Whole dotted names. */
static const struct trait_row wholes[] = {
	{ "?.__file__", NAME_THERE },
	{ "__builtins__", NAME_NAMESPACE }, { "__file__", NAME_HERE },
	{ "__main__.__file__", NAME_THERE },
	{ "argparse.ArgumentParser", NAME_ASKS },
	{ "asyncio.create_task", NAME_CLEAR | NAME_SAME_FIRST },
	{ "asyncio.ensure_future", NAME_CLEAR | NAME_SAME_FIRST },
	{ "asyncio.gather", NAME_CLEAR },
	{ "asyncio.run", NAME_CLEAR | NAME_SAME_FIRST },
	{ "asyncio.shield", NAME_CLEAR | NAME_SAME_FIRST },
	{ "asyncio.wait_for", NAME_CLEAR | NAME_SAME_FIRST },
	{ "bool", NAME_OPAQUE },
	{ "builtins", NAME_NAMESPACE },
	{ "builtins.__dict__", NAME_NAMESPACE },
	{ "bytearray", NAME_SAME_FIRST }, { "bytes", NAME_SAME_FIRST },
	{ "callable", NAME_OPAQUE }, { "chr", NAME_CHR },
	{ "click.command", NAME_ASKS }, { "cls", NAME_OWN },
	{ "ctypes.windll.kernel32.GetSystemDefaultUILanguage", NAME_PLACE },
	{ "ctypes.windll.kernel32.GetUserDefaultUILanguage", NAME_PLACE },
	{ "ctypes.windll.kernel32.IsDebuggerPresent", NAME_TRAP },
	{ "ctypes.windll.user32.GetKeyboardLayout", NAME_PLACE },
	{ "datetime.date.today", NAME_CLOCK },
	{ "datetime.datetime.now", NAME_CLOCK },
	{ "datetime.datetime.today", NAME_CLOCK },
	{ "datetime.datetime.utcnow", NAME_CLOCK },
	{ "docopt.docopt", NAME_ASKS },
	{ "dotenv.dotenv_values().get", NAME_ENVIRON_GET },
	{ "fire.Fire", NAME_ASKS },
	{ "float", NAME_OPAQUE }, { "functools.partial", NAME_PARTIAL },
	{ "gc.get_objects()", NAME_NAMESPACE },
	{ "gc.get_referents()", NAME_NAMESPACE },
	{ "gc.get_referrers()", NAME_NAMESPACE },
	{ "getopt.getopt", NAME_ASKS }, { "getpass.getpass", NAME_ASKS },
	{ "globals()", NAME_NAMESPACE }, { "hasattr", NAME_OPAQUE },
	{ "hash", NAME_OPAQUE },
	{ "html.escape", NAME_CLEAR },
	{ "id", NAME_OPAQUE },
	{ "input", NAME_ASKS }, { "int", NAME_OPAQUE | NAME_INT },
	{ "io.BytesIO", NAME_SAME_FIRST }, { "io.StringIO", NAME_SAME_FIRST },
	{ "isinstance", NAME_OPAQUE }, { "issubclass", NAME_OPAQUE },
	{ "iter", NAME_SAME_FIRST }, { "json.load", NAME_CLEAR },
	{ "json.loads", NAME_CLEAR }, { "jwt.encode", NAME_PUBLIC },
	{ "len", NAME_OPAQUE }, { "list", NAME_SAME_FIRST },
	{ "locale.getdefaultlocale", NAME_PLACE },
	{ "locale.getlocale", NAME_PLACE }, { "locals()", NAME_NAMESPACE },
	{ "memoryview", NAME_SAME_FIRST },
	{ "multiprocessing.cpu_count", NAME_TRAP },
	{ "optparse.OptionParser", NAME_ASKS }, { "os.chmod", NAME_OPAQUE },
	{ "os.cpu_count", NAME_TRAP }, { "os.environ", NAME_ENVIRON },
	{ "os.environ.get", NAME_ENVIRON_GET },
	{ "os.environ.pop", NAME_ENVIRON_GET },
	{ "os.fsencode", NAME_SAME_FIRST },
	{ "os.fspath", NAME_SAME_FIRST }, { "os.getenv", NAME_GETENV },
	{ "os.makedirs", NAME_OPAQUE }, { "os.mkdir", NAME_OPAQUE },
	{ "os.path.abspath", NAME_CLEAR },
	{ "os.path.exists", NAME_OPAQUE },
	{ "os.path.expanduser", NAME_SAME_FIRST },
	{ "os.path.expandvars", NAME_SAME_FIRST },
	{ "os.path.getmtime", NAME_OPAQUE },
	{ "os.path.getsize", NAME_OPAQUE }, { "os.path.isdir", NAME_OPAQUE },
	{ "os.path.isfile", NAME_OPAQUE }, { "os.path.join", NAME_PATH_JOIN },
	{ "os.path.realpath", NAME_CLEAR },
	{ "os.putenv", NAME_GIVES },
	{ "pathlib.Path", NAME_SAME_FIRST | NAME_PATH_JOIN },
	{ "pathlib.Path.home()", NAME_HOME }, { "print", NAME_OPAQUE },
	{ "psutil.boot_time", NAME_TRAP }, { "psutil.cpu_count", NAME_TRAP },
	{ "psutil.virtual_memory", NAME_TRAP }, { "range", NAME_OPAQUE },
	{ "re.compile", NAME_SAME_FIRST },
	{ "re.compile().findall", NAME_CLEAR },
	{ "re.compile().finditer", NAME_CLEAR },
	{ "re.compile().fullmatch", NAME_CLEAR },
	{ "re.compile().match", NAME_CLEAR },
	{ "re.compile().search", NAME_CLEAR },
	{ "re.compile().split", NAME_CLEAR },
	{ "re.compile().sub", NAME_CLEAR },
	{ "re.compile().subn", NAME_CLEAR },
	{ "re.findall", NAME_CLEAR },
	{ "re.finditer", NAME_CLEAR },
	{ "re.fullmatch", NAME_CLEAR },
	{ "re.match", NAME_CLEAR },
	{ "re.search", NAME_CLEAR },
	{ "re.split", NAME_CLEAR },
	{ "re.sub", NAME_CLEAR },
	{ "re.subn", NAME_CLEAR },
	{ "repr", NAME_SAME_FIRST }, { "self", NAME_OWN },
	{ "session", NAME_OWN }, { "setattr", NAME_SETATTR },
	{ "shlex.split", NAME_SAME_FIRST },
	{ "shutil.which", NAME_SAME_FIRST }, { "staticmethod", NAME_PARTIAL },
	{ "str", NAME_SAME_FIRST }, { "sys.argv", NAME_ASKS },
	{ "sys.gettrace", NAME_TRAP }, { "sys.stdin", NAME_ASKS },
	{ "textwrap.dedent", NAME_CLEAR },
	{ "time.gmtime", NAME_CLOCK },
	{ "time.localtime", NAME_CLOCK }, { "time.sleep", NAME_OPAQUE },
	{ "time.timezone", NAME_PLACE }, { "time.tzname", NAME_PLACE },
	{ "type", NAME_OPAQUE }, { "typer.run", NAME_ASKS },
	{ "tzlocal.get_localzone", NAME_PLACE },
	{ "tzlocal.get_localzone_name", NAME_PLACE },
	{ "unicodedata.normalize", NAME_CLEAR },
	{ "urllib.request.Request", NAME_SAME_FIRST },
	{ "vars()", NAME_NAMESPACE },
};

/* The part behind the last dot. */
static const struct trait_row lasts[] = {
	{ "BytesIO", NAME_CLEAR | NAME_BUFFER },
	{ "ChainMap", NAME_CLEAR },
	{ "LifoQueue", NAME_BUFFER },
	{ "META", NAME_REQUEST },
	{ "MappingProxyType", NAME_CLEAR },
	{ "OrderedDict", NAME_CLEAR },
	{ "Path", NAME_CLEAR }, { "PriorityQueue", NAME_BUFFER },
	{ "PrivateKey", NAME_KEY | NAME_CLEAR }, { "Process", NAME_DEFERS },
	{ "Queue", NAME_BUFFER },
	{ "Raw", NAME_CLEAR }, { "Request", NAME_CLEAR },
	{ "SimpleNamespace", NAME_CLEAR },
	{ "SimpleQueue", NAME_BUFFER },
	{ "SpooledTemporaryFile", NAME_BUFFER },
	{ "StringIO", NAME_CLEAR | NAME_BUFFER }, { "Thread", NAME_DEFERS },
	{ "Timer", NAME_DEFERS }, { "ToHex", NAME_CLEAR },
	{ "ToWif", NAME_CLEAR },
	{ "UserDict", NAME_CLEAR },
	{ "__add__", NAME_OPERATOR },
	{ "__and__", NAME_OPERATOR }, { "__class_getitem__", NAME_OPERATOR },
	{ "__contains__", NAME_OPERATOR }, { "__floordiv__", NAME_OPERATOR },
	{ "__ge__", NAME_OPERATOR }, { "__getitem__", NAME_OPERATOR },
	{ "__gt__", NAME_OPERATOR }, { "__invert__", NAME_OPERATOR },
	{ "__le__", NAME_OPERATOR }, { "__lshift__", NAME_OPERATOR },
	{ "__lt__", NAME_OPERATOR }, { "__matmul__", NAME_OPERATOR },
	{ "__mod__", NAME_OPERATOR }, { "__mul__", NAME_OPERATOR },
	{ "__neg__", NAME_OPERATOR }, { "__or__", NAME_OPERATOR },
	{ "__pos__", NAME_OPERATOR }, { "__pow__", NAME_OPERATOR },
	{ "__radd__", NAME_OPERATOR }, { "__rshift__", NAME_OPERATOR },
	{ "__sub__", NAME_OPERATOR }, { "__truediv__", NAME_OPERATOR },
	{ "__xor__", NAME_OPERATOR }, { "_asdict", NAME_CLEAR },
	{ "_private_key", NAME_KEY }, { "_replace", NAME_CLEAR },
	{ "a85encode", NAME_CLEAR }, { "add", NAME_GATHERS },
	{ "add_attachment", NAME_GATHERS }, { "add_field", NAME_GATHERS },
	{ "add_header", NAME_GATHERS }, { "add_itxt", NAME_GATHERS },
	{ "add_paragraph", NAME_GATHERS },
	{ "add_task", NAME_DEFERS },
	{ "add_text", NAME_GATHERS }, { "address", NAME_PUBLIC },
	{ "append", NAME_GATHERS }, { "appendleft", NAME_GATHERS },
	{ "apply_async", NAME_DEFERS },
	{ "as_dict", NAME_CLEAR },
	{ "ascii", NAME_CLEAR },
	{ "asdict", NAME_CLEAR },
	{ "astuple", NAME_CLEAR },
	{ "attach", NAME_GATHERS }, { "b16encode", NAME_CLEAR },
	{ "b32encode", NAME_CLEAR }, { "b32hexencode", NAME_CLEAR },
	{ "b58encode", NAME_CLEAR }, { "b64encode", NAME_CLEAR },
	{ "b85encode", NAME_CLEAR }, { "basic_consume", NAME_CALLBACK },
	{ "bytearray", NAME_CLEAR },
	{ "bytes", NAME_CLEAR }, { "call_later", NAME_DEFERS },
	{ "call_soon", NAME_DEFERS }, { "call_soon_threadsafe", NAME_DEFERS },
	{ "callback", NAME_DEFERS },
	{ "capitalize", NAME_CLEAR },
	{ "casefold", NAME_CLEAR },
	{ "center", NAME_CLEAR },
	{ "chain", NAME_CLEAR },
	{ "co_filename", NAME_THERE },
	{ "compress", NAME_CLEAR }, { "copy", NAME_CLEAR },
	{ "create_aggregate", NAME_GATHERS },
	{ "create_function", NAME_GATHERS },
	{ "create_module", NAME_HOOK },
	{ "cycle", NAME_CLEAR },
	{ "decode", NAME_CLEAR | NAME_SAME_SELF },
	{ "deepcopy", NAME_CLEAR },
	{ "deque", NAME_CLEAR | NAME_BUFFER }, { "dict", NAME_CLEAR },
	{ "digest", NAME_DIGEST },
	{ "download_fileobj", NAME_POURS },
	{ "dumps", NAME_CLEAR }, { "encode", NAME_CLEAR | NAME_SAME_SELF },
	{ "encodebytes", NAME_CLEAR }, { "encrypt", NAME_CLEAR },
	{ "endpoint", NAME_ADDRESS }, { "enumerate", NAME_CLEAR },
	{ "exec_module", NAME_HOOK },
	{ "expandtabs", NAME_CLEAR },
	{ "expanduser", NAME_CLEAR },
	{ "expandvars", NAME_CLEAR }, { "extend", NAME_GATHERS },
	{ "extendleft", NAME_GATHERS },
	{ "filter", NAME_CLEAR }, { "finalize", NAME_DEFERS },
	{ "find_module", NAME_HOOK },
	{ "find_spec", NAME_HOOK }, { "format", NAME_CLEAR },
	{ "format_map", NAME_CLEAR },
	{ "from_iterable", NAME_CLEAR },
	{ "frombytes", NAME_CLEAR },
	{ "frozenset", NAME_CLEAR },
	{ "get", NAME_CLEAR },
	{ "get_nowait", NAME_CLEAR }, { "getbuffer", NAME_CLEAR },
	{ "getfo", NAME_POURS },
	{ "getvalue", NAME_CLEAR }, { "glob", NAME_CLEAR | NAME_SEARCHES },
	{ "group", NAME_CLEAR },
	{ "groupdict", NAME_CLEAR },
	{ "groups", NAME_CLEAR },
	{ "hex", NAME_CLEAR }, { "hexdigest", NAME_DIGEST },
	{ "hexlify", NAME_CLEAR },
	{ "iglob", NAME_CLEAR | NAME_SEARCHES }, { "imap", NAME_DEFERS },
	{ "imap_unordered", NAME_DEFERS },
	{ "insert", NAME_GATHERS },
	{ "islice", NAME_CLEAR },
	{ "items", NAME_CLEAR },
	{ "iter", NAME_CLEAR }, { "iterdir", NAME_CLEAR },
	{ "join", NAME_CLEAR }, { "joinpath", NAME_CLEAR | NAME_SAME_FIRST },
	{ "list", NAME_CLEAR }, { "listdir", NAME_CLEAR },
	{ "ljust", NAME_CLEAR }, { "load_module", NAME_HOOK },
	{ "lower", NAME_SAME_SELF | NAME_CLEAR },
	{ "lstrip", NAME_SAME_SELF | NAME_CLEAR },
	{ "map", NAME_CLEAR | NAME_DEFERS },
	{ "match_info", NAME_REQUEST },
	{ "max", NAME_CLEAR },
	{ "memoryview", NAME_CLEAR },
	{ "message_callback_add", NAME_CALLBACK },
	{ "min", NAME_CLEAR },
	{ "mnemonic", NAME_KEY },
	{ "model_copy", NAME_CLEAR },
	{ "model_dump", NAME_CLEAR }, { "model_dump_json", NAME_CLEAR },
	{ "next", NAME_CLEAR },
	{ "on_data", NAME_CALLBACK }, { "on_message", NAME_CALLBACK },
	{ "on_message_callback", NAME_CALLBACK },
	{ "pack", NAME_CLEAR },
	{ "packb", NAME_CLEAR },
	{ "parse_args", NAME_ASKS }, { "parse_known_args", NAME_ASKS },
	{ "partition", NAME_CLEAR },
	{ "pformat", NAME_CLEAR },
	{ "pop", NAME_CLEAR },
	{ "popitem", NAME_CLEAR },
	{ "popleft", NAME_CLEAR }, { "privateKey", NAME_KEY },
	{ "private_key", NAME_KEY }, { "privkey", NAME_KEY },
	{ "pubkey", NAME_PUBLIC }, { "publicKey", NAME_PUBLIC },
	{ "public_key", NAME_PUBLIC }, { "put", NAME_GATHERS },
	{ "put_nowait", NAME_GATHERS }, { "putalpha", NAME_GATHERS },
	{ "putdata", NAME_GATHERS }, { "putpixel", NAME_GATHERS },
	{ "query_params", NAME_REQUEST },
	{ "query_string", NAME_REQUEST },
	{ "quote", NAME_CLEAR },
	{ "quote_plus", NAME_CLEAR }, { "rawTransaction", NAME_PUBLIC },
	{ "raw_transaction", NAME_PUBLIC },
	{ "read", NAME_CLEAR | NAME_GATHERS }, { "read_bytes", NAME_CLEAR },
	{ "read_file", NAME_GATHERS }, { "read_string", NAME_GATHERS },
	{ "read_text", NAME_CLEAR }, { "readline", NAME_CLEAR },
	{ "readlines", NAME_CLEAR }, { "reduce", NAME_CLEAR },
	{ "register", NAME_DEFERS },
	{ "removeprefix", NAME_CLEAR },
	{ "removesuffix", NAME_CLEAR },
	{ "replace", NAME_CLEAR }, { "repr", NAME_CLEAR },
	{ "result", NAME_CLEAR }, { "retrbinary", NAME_POURS },
	{ "retrlines", NAME_POURS }, { "reversed", NAME_CLEAR },
	{ "rfile", NAME_RFILE },
	{ "rglob", NAME_CLEAR | NAME_SEARCHES }, { "rjust", NAME_CLEAR },
	{ "rpartition", NAME_CLEAR },
	{ "rsplit", NAME_CLEAR },
	{ "rstrip", NAME_SAME_SELF | NAME_CLEAR },
	{ "run_in_executor", NAME_DEFERS },
	{ "run_until_complete", NAME_CLEAR }, { "safe_dump", NAME_CLEAR },
	{ "safe_load", NAME_CLEAR },
	{ "scandir", NAME_CLEAR | NAME_SEARCHES }, { "secret", NAME_CLEAR },
	{ "seed_phrase", NAME_KEY }, { "set", NAME_CLEAR | NAME_GATHERS },
	{ "set_content", NAME_GATHERS }, { "set_payload", NAME_GATHERS },
	{ "setdefault", NAME_GATHERS }, { "sign", NAME_PUBLIC },
	{ "signTransaction", NAME_PUBLIC }, { "sign_message", NAME_PUBLIC },
	{ "sign_transaction", NAME_PUBLIC }, { "signature", NAME_PUBLIC },
	{ "sorted", NAME_CLEAR }, { "split", NAME_CLEAR | NAME_SAME_SELF },
	{ "splitlines", NAME_CLEAR }, { "standard_b64encode", NAME_CLEAR },
	{ "starmap", NAME_DEFERS }, { "start_new_thread", NAME_DEFERS },
	{ "start_soon", NAME_DEFERS }, { "startswith", NAME_BEGINS },
	{ "stat", NAME_OPAQUE }, { "str", NAME_CLEAR },
	{ "strip", NAME_CLEAR | NAME_SAME_SELF }, { "submit", NAME_DEFERS },
	{ "swapcase", NAME_CLEAR },
	{ "text", NAME_GATHERS }, { "title", NAME_CLEAR },
	{ "to_base58", NAME_CLEAR }, { "to_bytes", NAME_CLEAR },
	{ "to_dict", NAME_CLEAR },
	{ "to_hex", NAME_CLEAR },
	{ "to_json", NAME_CLEAR },
	{ "to_thread", NAME_DEFERS },
	{ "to_wif", NAME_CLEAR },
	{ "tobytes", NAME_CLEAR },
	{ "tolist", NAME_CLEAR },
	{ "translate", NAME_CLEAR },
	{ "tuple", NAME_CLEAR },
	{ "update", NAME_CLEAR | NAME_GATHERS },
	{ "upper", NAME_SAME_SELF | NAME_CLEAR }, { "uri", NAME_ADDRESS },
	{ "url", NAME_ADDRESS }, { "urlencode", NAME_CLEAR },
	{ "urlsafe_b64encode", NAME_CLEAR }, { "values", NAME_CLEAR },
	{ "walk", NAME_CLEAR | NAME_SEARCHES },
	{ "webhook_url", NAME_ADDRESS }, { "with_name", NAME_SAME_FIRST },
	{ "writeframes", NAME_GATHERS },
	{ "writeframesraw", NAME_GATHERS },
	{ "writerow", NAME_GATHERS }, { "writerows", NAME_GATHERS },
	{ "writestr", NAME_GATHERS }, { "zfill", NAME_CLEAR },
	{ "zip", NAME_CLEAR },
};

/* Rows by the hash of their names: most names have none.  Made once. */
#define TRAIT_SLOTS 1024	/* a power of two; at most half are taken */
_Static_assert(2 * ARRAY_LEN(wholes) <= TRAIT_SLOTS &&
    2 * ARRAY_LEN(lasts) <= TRAIT_SLOTS, "room for names");

static struct by_hash {
	uint16_t	 rows[TRAIT_SLOTS]; /* + 1 */
	bool		 made;
} wholes_by_hash, lasts_by_hash;

static size_t
trait_slot(const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	return (h ^ h >> 15) & (TRAIT_SLOTS - 1);
}

static void
make_slots(struct by_hash *slots, const struct trait_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = trait_slot(rows[i].name);

		while (slots->rows[at] != 0)
			at = (at + 1) & (TRAIT_SLOTS - 1);
		slots->rows[at] = (uint16_t)(i + 1);
	}
	slots->made = true;
}

void
flow_warm(void)
{
	if (!wholes_by_hash.made)
		make_slots(&wholes_by_hash, wholes, ARRAY_LEN(wholes));
	if (!lasts_by_hash.made)
		make_slots(&lasts_by_hash, lasts, ARRAY_LEN(lasts));
}

static uint64_t
traits_in(const struct by_hash *slots, const struct trait_row *rows,
    const char *name)
{
	flow_warm();
	for (size_t at = trait_slot(name); slots->rows[at] != 0;
	    at = (at + 1) & (TRAIT_SLOTS - 1))
		if (strcmp(rows[slots->rows[at] - 1].name, name) == 0)
			return rows[slots->rows[at] - 1].traits;
	return 0;
}

bool
flow_traits_are_sorted(void)
{
	for (size_t i = 1; i < ARRAY_LEN(wholes); i++)
		if (strcmp(wholes[i - 1].name, wholes[i].name) >= 0)
			return false;
	for (size_t i = 1; i < ARRAY_LEN(lasts); i++)
		if (strcmp(lasts[i - 1].name, lasts[i].name) >= 0)
			return false;
	return flow_call_traits_are_sorted() && flow_lent_is_sorted();
}

/* OOO0O, lIlI, _0x1f */
static bool
is_odd(const char *name, size_t len)
{
	if (len >= 6 && (strspn(name, "O0o_") == len ||
	    strspn(name, "Il1_") == len))
		return true;
	return str_starts(name, "_0x") &&
	    strspn(name + 3, "0123456789abcdef") == len - 3;
}

/* What of a request its visitor says, and what of that it is there for. */
static uint64_t
request_traits(const char *name)
{
	static const char *const contents[] = { "COOKIES", "FILES", "META",
	    "POST", "body", "cookies", "data", "files", "form", "get_data",
	    "get_json", "headers", "json", "post", "text", "values" };
	static const char *const said[] = { "GET", "args", "environ",
	    "get_argument", "match_info", "path_params", "query",
	    "query_params", "query_string", "rel_url", "stream" };

	if (str_index(contents, ARRAY_LEN(contents), name) >= 0)
		return NAME_REQUEST | NAME_CONTENT;
	return str_index(said, ARRAY_LEN(said), name) >= 0 ?
	    NAME_REQUEST : 0;
}

static uint64_t
find_traits(const char *name, size_t len)
{
	const char *dot = strrchr(name, '.');
	const char *last = dot != NULL ? dot + 1 : name;
	uint64_t traits = traits_in(&wholes_by_hash, wholes, name) |
	    traits_in(&lasts_by_hash, lasts, last);

	if (dot != NULL)
		traits |= NAME_DOTTED;
	else
		traits &= ~(uint64_t)(NAME_GATHERS | NAME_RFILE |
		    NAME_SAME_SELF | NAME_KEY | NAME_PUBLIC | NAME_REQUEST);
	if (*name == '?' || (dot != NULL && strstr(name, "().") != NULL))
		traits |= NAME_METHOD;
	if (*name == 'f' && str_starts(name, "flask.request."))
		traits |= NAME_REQUEST | request_traits(name + 14);
	if (*name == 'w' && str_starts(name, "web.request."))
		traits |= NAME_METHOD | request_traits(name + 12);
	if (dot != NULL && (strstr(name, "open()") != NULL ||
	    strstr(name, "TemporaryFile()") != NULL ||
	    str_equal(last, "write_bytes") || str_equal(last, "write_text")))
		traits |= NAME_FILE;
	if (*name == '_' && str_starts(name, "__reduce"))
		traits |= NAME_REDUCE;
	if ((*name == '_' && str_starts(name, "__builtins__")) ||
	    (*name == 'b' && str_starts(name, "builtins.__dict__")))
		traits |= NAME_NAMESPACE;
	if (strchr("O0oIl1_", *name) != NULL && is_odd(name, len))
		traits |= NAME_ODD;
	return traits;
}

uint32_t
flow_text_hash(const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t h = len * UINT64_C(0x9e3779b97f4a7c15), part;

	for (; len >= 8; at += 8, len -= 8) {
		memcpy(&part, at, 8);
		h = (h ^ part) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 29;
	}
	part = 0;
	memcpy(&part, at, len);
	h = (h ^ part) * UINT64_C(0x9fb21c651e98df25);
	return (uint32_t)(h >> 32);
}

/* What the tables said last of names that go into the same place: modules of a
 * package use the same ones. */
#define TOLD_NAMES 1024		/* a power of two */
#define TOLD_MOST 47		/* letters of one */

static struct told_name {
	const struct fact *fact;
	uint64_t	 traits, called;
	char		 name[TOLD_MOST];
	uint8_t		 len;		/* + 1 */
	bool		 calls_known;
} told_names[TOLD_NAMES];

/* Where that name is kept, whether it is or not; NULL for longer ones. */
static struct told_name *
told_place(const char *name, size_t len)
{
	return len > TOLD_MOST ? NULL : &told_names[flow_text_hash(name,
	    len) & (TOLD_NAMES - 1)];
}

static bool
is_told(const struct told_name *t, const char *name, size_t len)
{
	return t->len == len + 1 && memcmp(t->name, name, len) == 0;
}

static void
look_up(struct flow *f, struct flow_name *n, uint32_t word)
{
	char name[FLOW_NAME_MOST + 1];
	struct told_name *told;
	size_t len;
	const char *text = flow_spelled(f, word, &len);

	n->looked = true;
	n->root = (uint16_t)world_root(text, len > FLOW_NAME_MOST ? 0 : len);
	if (word == 0 || len > FLOW_NAME_MOST)
		return;
	told = told_place(text, len);
	if (told != NULL && is_told(told, text, len)) {
		n->fact = told->fact;
		n->traits = told->traits;
		return;
	}
	(void)flow_string(f, word, name);
	n->fact = fact_find(name);
	n->traits = find_traits(name, len);
	if (told == NULL)
		return;
	*told = (struct told_name){ .fact = n->fact, .traits = n->traits,
	    .len = (uint8_t)(len + 1) };
	memcpy(told->name, text, len);
}

const struct flow_name *
flow_look_up(struct flow *f, uint32_t word)
{
	struct flow_name *n = flow_name(f, word);

	if (!n->looked)
		look_up(f, n, word);
	return n;
}

uint64_t
flow_find_called(struct flow *f, uint32_t word)
{
	struct flow_name *n = flow_name(f, word);
	char name[FLOW_NAME_MOST + 1];
	struct told_name *told;
	const char *text;
	size_t len;

	(void)flow_traits(f, word);
	text = flow_spelled(f, word, &len);
	n->traits |= NAME_CALLED;
	if (word == 0 || len > FLOW_NAME_MOST)
		return n->traits;
	told = told_place(text, len);
	if (told != NULL && !is_told(told, text, len))
		told = NULL;
	if (told == NULL || !told->calls_known) {
		uint64_t called = flow_find_call_traits(flow_string(f, word,
		    name), len);

		n->traits |= called;
		if (told == NULL)
			return n->traits;
		told->called = called;
		told->calls_known = true;
	}
	n->traits |= told->called;
	return n->traits;
}
