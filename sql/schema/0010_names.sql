/* SPDX-License-Identifier: Apache-2.0 */
/* Names: edit distance for analysts (a trusted extension), and the projects
 * of the last weeks without reading all of them. */
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch WITH SCHEMA pypiwatch;
CREATE INDEX project_first_seen ON pypiwatch.project (first_seen_at);
