/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_NFKC_H
#define PYTHON_NFKC_H

/* nfkc - names as Python compares them (PEP 3131), as far as ASCII. */
#include <stddef.h>
#include <stdint.h>

#define NFKC_MOST 4		/* letters that one becomes: viii */

/* The ASCII that NFKC makes of a code point; 0 when it makes none. */
size_t	nfkc_ascii(uint32_t code, char out[NFKC_MOST]);

#endif
