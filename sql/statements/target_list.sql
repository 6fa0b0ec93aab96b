-- SPDX-License-Identifier: Apache-2.0
-- Names that the operator protects, that were fetched as popular, whose
-- projects rise, or that code imports.
SELECT normalized, kind, rank, downloads, owned, project FROM analyst.targets
ORDER BY kind, rank, normalized
