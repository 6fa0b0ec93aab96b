/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_holds - does what a rule asks beside marks hold for a call?
 *
 * Takes: a view, a rule, a call.  Gives: yes or no; which marks of it count.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/flow.h"
#include "flow/taint.h"
#include "inspect/asked.h"
#include "inspect/code_rules.h"
#include "inspect/inspection.h"
#include "inspect/package/package.h"
#include "inspect/wording.h"

/* A name for the resolver with a hole has at least a domain in it: services
 * (RFC 2782, "_mqtt._tcp.") are asked for in somebody's domain. */
static bool
ends_in_domain(const char *name)
{
	size_t len = strlen(name);
	const char *last;

	if (len > 0 && name[len - 1] == '.')
		len--;
	last = len > 1 ? memrchr(name + 1, '.', len - 1) : NULL;
	return len > 4 && last != NULL && last[1] != '_';
}

/*
 * Is the first argument an address whose host is known?  What follows the host
 * may be open.
 */
bool
code_is_address(const struct flow_call *c)
{
	const char *host = c->text != NULL ? strstr(c->text, "://") : NULL;
	size_t len;

	if (c->text == NULL || strchr(c->text, '{') != NULL)
		return false;
	if (c->fact->deed == DEED_RESOLVE)
		return c->open && ends_in_domain(c->text);
	if (host == NULL)
		return false;
	host += 3;
	len = strcspn(host, "/?#:");
	return *host != '.' && memchr(host, '.', len) != NULL &&
	    memmem(host, len, "..", 2) == NULL &&
	    (!c->open || host[len] != '\0');
}

/* A bot or webhook of which the code lacks the key is told which machine it
 * is that speaks. */
bool
code_is_open_chat(const struct flow_call *c)
{
	return (c->where & (MARK_BIN | MARK_HOOK | MARK_DROP)) == MARK_HOOK &&
	    !(c->arguments & MARK_KEYED) && c->open;
}

/* A bot or webhook with its key, a topic's whole address, or what a service
 * that has one address for all is told. */
static bool
is_owned(const struct view *v, const struct flow_call *c)
{
	if (c->arguments & MARK_KEYED)
		return true;
	return code_is_address(c) && !c->open && !(c->where & MARK_VARIABLE) &&
	    (!wording_of_everybody(c->text) ||
	    wording_names_owner(v, c->at));
}

/* heartbeat["url"], heartbeat["data"]: an answer told where to, together with
 * what goes there, and nobody can tell them apart. */
static bool
is_one_answer(const struct flow_call *c)
{
	return c->text == NULL && (c->where & MARK_NETWORK) &&
	    (c->where & c->body & (MARK_SECRET | MARK_PRIVATE |
	    MARK_PASSWORD));
}

/* What it is given has that of the second word. */
static bool
has_held(const struct code_rule *r, const struct flow_call *c)
{
	if ((r->asks & OF_NUMBERS) && !(c->held & HELD_NUMBERS))
		return false;
	if ((r->asks & OF_REPLACED) && !(c->held & HELD_REPLACED))
		return false;
	return !(r->asks & OF_MACHINE) || (c->first & (MARK_HOSTNAME |
	    MARK_USER | MARK_MACHINE)) || (c->held_first & (HELD_CLOCK |
	    HELD_PLACE));
}

/* ctypes.CDLL("/x/y.so"): a loader of machine code, and what it is told is no
 * name that the system looks for. */
static bool
loads_native(const struct flow_call *c)
{
	static const char *const loaders[] = { "ctypes.", "dlopen",
	    "ExtensionFileLoader", "load_dynamic", "load_extension",
	    "ctypeslib", "clr." };

	return str_any_in(loaders, ARRAY_LEN(loaders),
	    (const uint8_t *)c->fact->name, strlen(c->fact->name)) &&
	    ((c->arguments & MARK_HERE) || (c->text != NULL &&
	    strpbrk(c->text, "/\\") != NULL));
}

/* Of what is started or loaded. */
static bool
is_program_asked(const struct view *v, const struct code_rule *r,
    const struct flow_call *c)
{
	if ((r->asks & OF_HUSHED) && !wording_muted(v, c->at) &&
	    !((r->all & MARK_UPLOADING) && wording_quiet(v, c->at)))
		return false;
	if ((r->asks & OF_DETACHED) && !wording_detached(v, c->at) &&
	    !((c->first & MARK_HERE) && wording_detaches(v)))
		return false;
	if ((r->asks & OF_NATIVE) && !loads_native(c))
		return false;
	if ((r->asks & OF_PLANTED) && !c->planted)
		return false;
	if ((r->asks & OF_HANDS) && !c->hands)
		return false;
	return !(r->asks & OF_UPLOAD) || wording_upload(v, c->at);
}

/* Of the first argument, and where that leads. */
static bool
is_place_asked(const struct view *v, const struct code_rule *r,
    const struct flow_call *c)
{
	const uint64_t anonymous = MARK_BIN | MARK_HOOK | MARK_DROP |
	    MARK_FORM;

	if ((r->asks & OF_FIXED) && !code_is_address(c))
		return false;
	if ((r->asks & OF_HOST) ? !c->fixed || code_is_open_chat(c) :
	    (r->asks & OF_SETTING) && c->fixed)
		return false;
	if ((r->asks & OF_FOREIGN) && (!c->foreign ||
	    !(c->payload & FOREIGN_WORTH)))
		return false;
	if ((r->asks & OF_ANONYMOUS) && !(c->where & anonymous))
		return false;
	if ((r->asks & OF_CONSTANT) && (!code_is_address(c) || c->open ||
	    (c->where & MARK_VARIABLE) || wording_of_everybody(c->text)))
		return false;
	if ((r->asks & OF_OWNED) && !is_owned(v, c))
		return false;
	if ((r->asks & OF_LENT) && !c->lent)
		return false;
	if ((r->asks & OF_UNKNOWN) && c->text != NULL && c->open)
		return false;
	if ((r->asks & OF_WHOLE) && !c->whole)
		return false;
	/* unless the client is told of another host afterwards */
	return !(r->asks & OF_LITERALS) || (c->literals && (!c->refused ||
	    wording_has(v, "connect(")));
}

/* Of what comes of it: who waits, who hears, and for whom it is done. */
static bool
is_answer_asked(const struct view *v, const struct code_rule *r,
    const struct flow_call *c)
{
	/* What was looked for in files is no login, nor is the screen, nor a
	 * chat's line. */
	if ((r->asks & OF_LOOSE) && (!c->loose || (wording_stateful(c->name) &&
	    c->login && !(r->all & (MARK_HUNTED | MARK_HOOK | MARK_SPIED)))))
		return false;
	/* the latter raises nothing */
	if ((r->asks & OF_SILENT) && !c->silent &&
	    !str_ends(c->name, "Apprise().notify"))
		return false;
	/* A token may be a part of the address, unless that is the name of
	 * user or machine; connections answer later. */
	if ((r->asks & OF_UNHEARD) && (c->heard || is_one_answer(c) ||
	    (c->open && strchr(c->text, '?') == NULL &&
	    !(c->where & (MARK_HOSTNAME | MARK_USER)))))
		return false;
	if ((r->asks & OF_UNHEARD) && !(r->asks & OF_SILENT) &&
	    wording_talk(c->name))
		return false;
	if ((r->asks & OF_SECOND) && !c->elsewhere)
		return false;
	if ((r->asks & OF_WORKED) && (!c->worked || wording_opts_out(v)))
		return false;
	if ((r->asks & OF_GIVEN) && (!c->given ||
	    ((r->all & MARK_FILE) && c->own_file)))
		return false;
	if ((r->asks & OF_FILE) && !c->given_file)
		return false;
	return !(r->asks & OF_NAMELESS) || !c->known;
}

/* Of the source around it. */
static bool
is_source_asked(const struct view *v, const struct code_rule *r)
{
	if ((r->asks & OF_SIGNER) && !wording_signs(v))
		return false;
	if ((r->asks & OF_UNCHECKED) && wording_checks(v))
		return false;
	if ((r->asks & OF_ENCODES) && !wording_encodes(v))
		return false;
	return !(r->asks & OF_KEYLESS) || !wording_logs_in(v);
}

bool
code_holds(const struct view *v, const struct code_rule *r,
    const struct flow_call *c)
{
	return (!(r->asks & OF_HELD) || has_held(r, c)) &&
	    is_place_asked(v, r, c) && is_answer_asked(v, r, c) &&
	    is_program_asked(v, r, c) && is_source_asked(v, r);
}

/* What is asked of an address as a whole of which the code knows nothing was
 * made of the data, and is not data that goes anywhere. */
static bool
asks_wherever(const struct flow_call *c)
{
	const uint64_t known = MARK_URL | MARK_BIN | MARK_HOOK | MARK_DROP |
	    MARK_DECODED | MARK_BUILT | MARK_HIDDEN;

	return (c->text == NULL || (str_starts(c->text, "file:") &&
	    strchr(c->text, '?') == NULL)) && c->whole && !c->fixed &&
	    !(c->where & known) && (c->fact->deed == DEED_FETCH ||
	    c->fact->deed == DEED_FETCH_TO || str_ends(c->fact->name,
	    "urlopen") || str_ends(c->fact->name, "opener().open"));
}

/*
 * What counts of a call that sends: an address that stands in the data is not
 * where the data goes, and credentials that go to who issued them are no theft.
 */
uint64_t
code_sent_marks(const struct flow_call *c, uint64_t marks)
{
	if (asks_wherever(c))
		marks &= c->body | ~(uint64_t)(MARKS_HOST | MARK_ENVIRON |
		    MARK_HOME | MARK_SEARCHED | MARK_WORKDIR);
	if (!(c->where & MARK_URL))
		marks &= ~(uint64_t)MARK_URL;
	else
		marks = (marks & ~(uint64_t)MARK_FORGE) |
		    (c->where & MARK_FORGE);
	if (c->where & MARK_ISSUER)
		marks &= ~(uint64_t)(MARK_SECRET | MARK_TOKEN | MARK_URL);
	return marks;
}

/* exec is no name in Python 2: what is read by both asks which it is, spells
 * that name, and executes a source. */
bool
code_names_exec(const struct view *v, const struct flow_call *c)
{
	static const char *const spelled[] = { "builtins, 'exec')",
	    "builtins, \"exec\")" };
	const uint64_t brought = MARK_NETWORK | MARK_SOCKET | MARK_DECODED |
	    MARK_PACKED | MARK_BUILT | MARK_HIDDEN | MARK_REQUEST |
	    MARK_ENVIRON | MARK_VARIABLE | MARK_DATAFILE | MARK_DROPPED;

	return (DEED(c->fact->deed) & DEEDS_EXEC) &&
	    !(c->arguments & brought) && wording_has(v, "sys.version_info") &&
	    wording_any(v, spelled, ARRAY_LEN(spelled));
}

/* A copy of his own for who calls it: a login of which no file of the package
 * holds anything is his, and so is a bucket that he names. */
bool
code_is_users(const struct inspection *in, const struct flow_call *c,
    enum context context)
{
	return c->own_place && context == CONTEXT_CALL &&
	    (!c->fixed || (!package_holds_key(in->package) &&
	    !package_sets_variables(in->package)));
}
