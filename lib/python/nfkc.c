/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nfkc - names as Python compares them.
 *
 * Every code point that may stand in a name and whose NFKC form is ASCII
 * (Unicode 14, as of Python 3.11): mathematical, full-width, script, roman and
 * ligature letters and digits.  The names that matter to anybody (keywords,
 * builtins, the standard library) are ASCII, so two names that only differ in
 * other compatibility letters stay two.
 * Runs in: worker child, command.
 */
#include "python/nfkc.h"

#include <string.h>

#include "base/str.h"

/* Code points in a row, and what each becomes; sorted. */
static const struct { uint32_t first; const char *ascii; } runs[] = {
	{ 0xaa, "a" },
	{ 0xba, "o" },
	{ 0x17f, "s" },
	{ 0x2b0, "h" },
	{ 0x2b2, "jr" },
	{ 0x2b7, "wy" },
	{ 0x2e1, "lsx" },
	{ 0x1d2c, "A" },
	{ 0x1d2e, "B" },
	{ 0x1d30, "DE" },
	{ 0x1d33, "GHIJKLMN" },
	{ 0x1d3c, "O" },
	{ 0x1d3e, "PRTUWa" },
	{ 0x1d47, "bde" },
	{ 0x1d4d, "g" },
	{ 0x1d4f, "km" },
	{ 0x1d52, "o" },
	{ 0x1d56, "ptu" },
	{ 0x1d5b, "v" },
	{ 0x1d62, "iruv" },
	{ 0x1d9c, "c" },
	{ 0x1da0, "f" },
	{ 0x1dbb, "z" },
	{ 0x2071, "i" },
	{ 0x207f, "n" },
	{ 0x2090, "aeox" },
	{ 0x2095, "hklmnpst" },
	{ 0x2102, "C" },
	{ 0x210a, "gHHHh" },
	{ 0x2110, "IILl" },
	{ 0x2115, "N" },
	{ 0x2119, "PQRRR" },
	{ 0x2124, "Z" },
	{ 0x2128, "Z" },
	{ 0x212a, "K" },
	{ 0x212c, "BC" },
	{ 0x212f, "eEF" },
	{ 0x2133, "Mo" },
	{ 0x2139, "i" },
	{ 0x2145, "Ddeij" },
	{ 0x2160, "I" },
	{ 0x2164, "V" },
	{ 0x2169, "X" },
	{ 0x216c, "LCDMi" },
	{ 0x2174, "v" },
	{ 0x2179, "x" },
	{ 0x217c, "lcdm" },
	{ 0x2c7c, "jV" },
	{ 0xa7f2, "CFQ" },
	{ 0xfe33, "__" },
	{ 0xfe4d, "___" },
	{ 0xff10, "0123456789" },
	{ 0xff21, "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
	{ 0xff3f, "_" },
	{ 0xff41, "abcdefghijklmnopqrstuvwxyz" },
	{ 0x107a5, "q" },
	{ 0x1d400, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr"
	    "stuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg" },
	{ 0x1d456, "ijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyzA" },
	{ 0x1d49e, "CD" },
	{ 0x1d4a2, "G" },
	{ 0x1d4a5, "JK" },
	{ 0x1d4a9, "NOPQ" },
	{ 0x1d4ae, "STUVWXYZabcd" },
	{ 0x1d4bb, "f" },
	{ 0x1d4bd, "hijklmn" },
	{ 0x1d4c5, "pqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
	    "hijklmnopqrstuvwxyzAB" },
	{ 0x1d507, "DEFG" },
	{ 0x1d50d, "JKLMNOPQ" },
	{ 0x1d516, "STUVWXY" },
	{ 0x1d51e, "abcdefghijklmnopqrstuvwxyzAB" },
	{ 0x1d53b, "DEFG" },
	{ 0x1d540, "IJKLM" },
	{ 0x1d546, "O" },
	{ 0x1d54a, "STUVWXY" },
	{ 0x1d552, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR"
	    "STUVWXYZabcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
	    "KLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzAB"
	    "CDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
	    "uvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
	    "mnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZabcd"
	    "efghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
	    "WXYZabcdefghijklmnopqrstuvwxyz" },
	{ 0x1d7ce, "01234567890123456789012345678901234567890123"
	    "456789" },
	{ 0x1fbf0, "0123456789" },
};

static const struct { uint32_t code; const char *ascii; } ligatures[] = {
	{ 0x132, "IJ" }, { 0x133, "ij" }, { 0x1c7, "LJ" }, { 0x1c8, "Lj" },
	{ 0x1c9, "lj" }, { 0x1ca, "NJ" }, { 0x1cb, "Nj" }, { 0x1cc, "nj" },
	{ 0x1f1, "DZ" }, { 0x1f2, "Dz" }, { 0x1f3, "dz" }, { 0x2161, "II" },
	{ 0x2162, "III" }, { 0x2163, "IV" }, { 0x2165, "VI" },
	{ 0x2166, "VII" }, { 0x2167, "VIII" }, { 0x2168, "IX" },
	{ 0x216a, "XI" }, { 0x216b, "XII" }, { 0x2171, "ii" },
	{ 0x2172, "iii" }, { 0x2173, "iv" }, { 0x2175, "vi" },
	{ 0x2176, "vii" }, { 0x2177, "viii" }, { 0x2178, "ix" },
	{ 0x217a, "xi" }, { 0x217b, "xii" }, { 0xfb00, "ff" },
	{ 0xfb01, "fi" }, { 0xfb02, "fl" }, { 0xfb03, "ffi" },
	{ 0xfb04, "ffl" }, { 0xfb05, "st" }, { 0xfb06, "st" },
};

static const char *
ligature(uint32_t code)
{
	for (size_t i = 0; i < ARRAY_LEN(ligatures); i++)
		if (ligatures[i].code == code)
			return ligatures[i].ascii;
	return NULL;
}

size_t
nfkc_ascii(uint32_t code, char out[NFKC_MOST])
{
	size_t low = 0, high = ARRAY_LEN(runs);
	const char *whole;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (runs[middle].first <= code)
			low = middle + 1;
		else
			high = middle;
	}
	if (low != 0 && code - runs[low - 1].first <
	    strlen(runs[low - 1].ascii)) {
		out[0] = runs[low - 1].ascii[code - runs[low - 1].first];
		return 1;
	}
	whole = ligature(code);
	if (whole == NULL)
		return 0;
	memcpy(out, whole, strlen(whole));
	return strlen(whole);
}
