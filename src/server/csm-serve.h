/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CsmServeOptions:
 * @data_dir: the workspace's directory
 * @listen: (nullable): HOST:PORT; port 0 is any free one
 * @tls_cert: (nullable): file with the certificate and its chain, PEM
 * @tls_key: (nullable): file with its key
 * @insecure_http: whether others may connect without encryption
 * @public_url: (nullable): what the server's URLs begin with for people, behind a proxy for example
 * @lmtp: (nullable): HOST:PORT or /PATH, where a mail server brings mail
 * @retention_days: how long deletions are remembered; 0: as long as usual
 * @patience: how long a connection may take to say who it is, s; 0: as long as usual
 * @reader: the program that parses mail
 * @restored: whether an admin says that the data is an older copy: what waits in it may have been sent
 * @embedded: whether the app started it: see csm-embedded.h of the client
 *
 * What `serve` is told on the command line.
 */
typedef struct
{
  const char *data_dir;
  char       *listen;
  char       *tls_cert;
  char       *tls_key;
  gboolean    insecure_http;
  char       *public_url;
  char       *lmtp;
  int         retention_days;
  int         patience;
  const char *reader;
  gboolean    restored;
  gboolean    embedded;
} CsmServeOptions;

GOptionEntry *csm_serve_options_entries (CsmServeOptions        *options);
void          csm_serve_options_clear   (CsmServeOptions        *options);
int           csm_serve_run             (const CsmServeOptions  *options,
                                         GError                **error);

G_END_DECLS
