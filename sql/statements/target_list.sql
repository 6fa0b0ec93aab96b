-- SPDX-License-Identifier: Apache-2.0
-- Names that the operator protects or that were fetched as popular.
SELECT normalized, kind, rank, downloads, owned FROM analyst.targets
ORDER BY kind, rank, normalized
