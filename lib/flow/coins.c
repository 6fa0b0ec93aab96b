/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coins - what tells that a source deals with wallets, their keys and their
 * addresses.
 *
 * Takes: texts and names.  Gives: whether they are of that kind.
 * Runs in: worker child, command.  Tables, no state.
 */
#include "flow/coins.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"

#define BASE58_LEAST 26		/* Bitcoin, Litecoin, Tron: 26 to 35 */
#define BASE58_MOST 35
#define SUBSTRATE_LEAST 47	/* SS58, generic network */
#define SUBSTRATE_MOST 48
#define MONERO 95
#define ETHEREUM 42
#define BECH32_LEAST 14		/* BIP 173: 14 to 90 */
#define BECH32_MOST 90

static bool
is_base58(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) ||
		    strchr("0OIl", text[i]) != NULL)
			return false;
	return true;
}

static bool
is_alnum(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]))
			return false;
	return true;
}

static bool
is_hex(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* Words have no digits among capitals and small letters. */
static bool
is_mixed(const char *text, size_t len)
{
	bool digit = false, upper = false, lower = false;

	for (size_t i = 1; i < len; i++) {
		digit = digit || isdigit((unsigned char)text[i]);
		upper = upper || isupper((unsigned char)text[i]);
		lower = lower || islower((unsigned char)text[i]);
	}
	return upper && lower && digit;
}

bool
coins_address(const char *text, size_t len)
{
	if (len < BECH32_LEAST || len > MONERO)
		return false;
	if (len == ETHEREUM && text[0] == '0' && text[1] == 'x')
		return is_hex(text + 2, len - 2);
	if (len <= BECH32_MOST && (memcmp(text, "bc1", 3) == 0 ||
	    memcmp(text, "ltc1", 4) == 0))
		return is_alnum(text, len);
	if (len == MONERO && (*text == '4' || *text == '8'))
		return is_base58(text, len);
	if (*text == '5' && len >= SUBSTRATE_LEAST && len <= SUBSTRATE_MOST)
		return is_base58(text, len);
	return len >= BASE58_LEAST && len <= BASE58_MOST &&
	    strchr("13LMTDr", *text) != NULL && is_base58(text, len) &&
	    is_mixed(text, len);
}

bool
coins_spoken_of(const void *text, size_t len)
{
	static const char *const words[] = { "mnemonic", "Mnemonic", "bip39",
	    "BIP39", "BIP-39", "bip_utils", "wallet", "Wallet", "Keypair",
	    "eth_account", "solders", "bitcoin", "Bitcoin" };

	return str_any_in(words, ARRAY_LEN(words), text, len);
}

bool
coins_is_key(const char *parameter)
{
	static const char *const names[] = { "seed", "phrase", "words", "wif",
	    "seed_words", "backup_phrase", "keypair", "priv", "priv_key",
	    "secret_words", "wallet_seed", "xprv" };

	return str_index(names, ARRAY_LEN(names), parameter) >= 0;
}

bool
coins_makes_keys(const char *name)
{
	static const char *const libraries[] = { "eth_account.", "eth_keys.",
	    "web3.", "solders.", "solana.", "bitcoinlib.", "bip_utils.",
	    "mnemonic.", "hdwallet.", "coincurve.", "tronpy.", "xrpl.",
	    "pycardano.", "stellar_sdk.", "bit.", "ecdsa.", "nacl.signing." };
	static const char *const functions[] = { "sign", "from_", "create",
	    "generate", "to_seed", "secret", "private", "decrypt", "export",
	    "__init__", "__bytes__", "send_raw", "send_transaction",
	    "to_address", "?" };
	const char *last = strrchr(name, '.');

	if (last == NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(libraries); i++)
		for (size_t k = 0; str_starts(name, libraries[i]) &&
		    k < ARRAY_LEN(functions); k++)
			if (str_starts(last + 1, functions[k]))
				return true;
	return false;
}
