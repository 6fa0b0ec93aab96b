/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_SCHEMA_H
#define DATA_SCHEMA_H

/* The newest migration that this version knows: queue, web and the command
 * work with this one and no other. */
#define SCHEMA_VERSION 26

#endif
