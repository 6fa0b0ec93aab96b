/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_NATIVE_TEXTS_H
#define INSPECT_NATIVE_TEXTS_H

/* texts - what the texts in a small library say, beside what it asks
 * the system for. */
#include "inspect/inspection.h"
#include "inspect/native/native.h"

/* The bytes are those of one image; `extension`: a module of Python. */
void	native_texts_look(struct inspection *, const struct view *,
	    const uint8_t *, size_t, const struct native *, bool extension);
#endif
