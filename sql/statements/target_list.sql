-- SPDX-License-Identifier: Apache-2.0
-- Names that the operator protects, that were fetched as popular, or whose
-- projects rise.
SELECT normalized, kind, rank, downloads, owned FROM analyst.targets
ORDER BY kind, rank, normalized
