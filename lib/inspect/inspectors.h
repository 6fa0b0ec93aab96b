/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_INSPECTORS_H
#define INSPECT_INSPECTORS_H

/* inspectors - the functions that the table in inspect.c calls. */
#include "inspect/inspection.h"

void	agents_view(struct inspection *, const struct view *);
void	anomalies_view(struct inspection *, const struct view *);
void	anomalies_end(struct inspection *);
/* Build files, and scripts of any origin. */
void	builds_view(struct inspection *, const struct view *);
/* After the others, when they found something in the view. */
void	compiled_view(struct inspection *, const struct view *);
void	compiled_end(struct inspection *);
void	indicators_view(struct inspection *, const struct view *);
void	layers_view(struct inspection *, const struct view *);
void	metadata_view(struct inspection *, const struct view *);
void	metadata_end(struct inspection *);
void	modules_view(struct inspection *, const struct view *);
void	modules_end(struct inspection *);
/* Layers of stored models that are code. */
void	models_view(struct inspection *, const struct view *);
void	natives_view(struct inspection *, const struct view *);
void	passages_view(struct inspection *, const struct view *);
/* After all others that find something in a view. */
void	payload_view(struct inspection *, const struct view *);
void	pickles_view(struct inspection *, const struct view *);
void	requirements_view(struct inspection *, const struct view *);
void	requirements_end(struct inspection *);
/* Does only who asks for an extra get it? */
bool	requires_asked(const char *text, size_t len);
/* Is what is required a file of the machine that built the package? */
bool	requires_here(const char *text, size_t len);
void	names_end(struct inspection *);
/* Scripts whose words are put together. */
void	spelled_view(struct inspection *, const struct view *);
void	tails_view(struct inspection *, const struct view *);
/* Programs in characters that nobody sees. */
void	unseen_view(struct inspection *, const struct view *);
/* What others may know of the module, and nothing told. */
void	python_code_learn(struct inspection *, const struct view *);
void	python_code_view(struct inspection *, const struct view *);

#endif
