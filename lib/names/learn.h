/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_LEARN_H
#define NAMES_LEARN_H

/*
 * learn - what a list of names says about names: which projects have families
 * (django-*), which popular names are themselves lookalikes of far more
 * popular ones, and how often each technique hits an honest name by chance.
 */
#include <stddef.h>

/* Completes an index in place. */
void	learn(void *index, size_t len);

#endif
