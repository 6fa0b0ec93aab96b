-- SPDX-License-Identifier: Apache-2.0
-- Which of the names $2, an array of text, project $1 does not imitate.
SELECT pypiwatch.names_excused($1, $2::text[]) AS names
