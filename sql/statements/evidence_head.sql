-- SPDX-License-Identifier: Apache-2.0
-- How the archives of detection $1 are sealed, the highest score first.
SELECT h.* FROM analyst.evidence_heads($1::bigint) h
