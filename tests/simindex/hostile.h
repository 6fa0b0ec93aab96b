/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_HOSTILE_H
#define SIMINDEX_HOSTILE_H

/*
 * hostile - inert packages that look like what attackers upload.
 *
 * Nothing in them works: hosts are under example.invalid, payload bytes are
 * filler, and each file says what it is.  They are built for scanners to
 * read, and never run.
 */
#include "package.h"

struct hostile {
	const char	*kind;
	const char	*name, *version;	/* of the project */
	/* What a scanner says at least and, if not NULL, at most. */
	const char	*least, *most;
	/* Words, comma apart: one is in a finding's rule or category. */
	const char	*words;
	const char	*about;
	void		(*build)(struct package *, struct chance *);
};

extern const struct hostile hostiles[];
extern const size_t hostile_count;

const struct hostile	*hostile_find(const char *kind);
struct package		*hostile_package(const struct hostile *,
			    uint64_t seed);
/* A line a kind, tab apart: kind, project, version, least, most or "-",
 * words, "late-wheel" or "change-bytes" or "-", what it is. */
void	hostile_list(void);

/* For the builders. */
#define INERT "# Inert test fixture: built to be scanned, never to be run.\n"
/* A summary and nothing else, like most hostile packages. */
void	hostile_poor(struct package *, const char *summary);
/* A setup.py with this before setup(), and an empty module. */
void	hostile_setup(struct package *, const char *before,
	    const char *arguments);
/* An honest setup.py, and this as the module's __init__. */
void	hostile_module(struct package *, const char *init);
/* MODULE/FILE */
char	*hostile_path(const struct package *, const char *file);

void	hostile_pycryptoenv(struct package *, struct chance *);

/* hostile_install.c: what runs when the package is installed */
void	hostile_downloader(struct package *, struct chance *);
void	hostile_cmdclass(struct package *, struct chance *);
void	hostile_exec_decoded(struct package *, struct chance *);
void	hostile_fernet(struct package *, struct chance *);
void	hostile_powershell(struct package *, struct chance *);
void	hostile_padded(struct package *, struct chance *);
void	hostile_marshal(struct package *, struct chance *);
void	hostile_chr(struct package *, struct chance *);
void	hostile_backend(struct package *, struct chance *);
void	hostile_beacon(struct package *, struct chance *);
void	hostile_confusion(struct package *, struct chance *);
void	hostile_protected(struct package *, struct chance *);

/* hostile_import.c: what runs when it is imported, or Python starts */
void	hostile_discord(struct package *, struct chance *);
void	hostile_telegram(struct package *, struct chance *);
void	hostile_environ(struct package *, struct chance *);
void	hostile_tokens(struct package *, struct chance *);
void	hostile_ssh(struct package *, struct chance *);
void	hostile_clipper(struct package *, struct chance *);
void	hostile_pth(struct package *, struct chance *);
void	hostile_sitecustomize(struct package *, struct chance *);
void	hostile_plugin(struct package *, struct chance *);
void	hostile_invisible(struct package *, struct chance *);
void	hostile_reverse_shell(struct package *, struct chance *);

/* hostile_archive.c: what is wrong with the archive, or only with the name */
void	hostile_elf(struct package *, struct chance *);
void	hostile_nested(struct package *, struct chance *);
void	hostile_views(struct package *, struct chance *);
void	hostile_record(struct package *, struct chance *);
void	hostile_traversal(struct package *, struct chance *);
void	hostile_requires(struct package *, struct chance *);
void	hostile_late_wheel(struct package *, struct chance *);
void	hostile_changed(struct package *, struct chance *);
void	hostile_name_only(struct package *, struct chance *);

#endif
