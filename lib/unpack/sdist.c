/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sdist - what a source archive has to look like: one folder named like the
 * file, with PKG-INFO in it.
 * Runs in: worker child, the command.
 */
#include "unpack/sdist.h"

#include <string.h>

#include "unpack/path.h"
#include "unpack/stem.h"
#include "unpack/walk.h"

void
sdist_check(struct place *p)
{
	const struct index *x = &p->index;
	const char	*top = NULL, *name;
	size_t		 top_len = 0, tops = 0, len;
	bool		 pkg_info = false;

	for (size_t i = 0; i < x->n; i++) {
		name = index_name(x, &x->items[i]);
		len = x->items[i].len;
		if (tops == 0 || path_top(name, len) != top_len ||
		    memcmp(name, top, top_len) != 0) {
			top = name;
			top_len = path_top(name, len);
			tops++;
		}
		pkg_info |= len == top_len + 9 &&
		    memcmp(name + top_len, "/PKG-INFO", 9) == 0;
	}
	if (tops == 0)
		return;
	if (tops > 1)
		place_odd(p, ANOMALY_SDIST_TOP, NULL, 0, "%zu", tops);
	else if (!stem_equal(p->filename, stem_len(p->filename), top, top_len))
		place_odd(p, ANOMALY_SDIST_NAME, top, top_len, NULL);
	if (!pkg_info)
		place_odd(p, ANOMALY_SDIST_PARTS, NULL, 0, NULL);
}
